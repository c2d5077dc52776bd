"use strict";
// Draws each figure's table. All numbers and texts are read from the table; colours are the page's
// own variables, so that charts follow the reader's colour scheme, and paper, by themselves.
(() => {
  const INK = "var(--ink)", MUTED = "var(--muted)", LINE = "var(--line)", ACCENT = "var(--accent)";
  const RAMP = ["var(--r1)", "var(--r2)", "var(--r3)", "var(--r4)", "var(--r5)"];
  const SERIES = ["var(--s1)", "var(--s2)", "var(--s3)", "var(--s4)"];
  const SYMBOLS = ["circle", "rect", "triangle", "diamond"];
  const FONT = getComputedStyle(document.body).fontFamily;
  const SIZE = 13;

  const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
  const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
  const number = (value) => grouped.format(value);
  const compact = (value) => short.format(value).replace("K", "k");

  const pen = document.createElement("canvas").getContext("2d");
  const width = (text) => {
    pen.font = SIZE + "px " + FONT;
    return Math.ceil(pen.measureText(text).width);
  };
  const widest = (texts) => Math.max(0, ...texts.map(width));

  /** Cut to a width, so that a long name leaves room for the chart. */
  const fit = (text, room) => {
    if (width(text) <= room) return text;
    const characters = Array.from(text);
    while (characters.length > 1 && width(characters.join("") + "…") > room) characters.pop();
    return characters.join("").trimEnd() + "…";
  };

  const read = (figure) =>
    Array.from(figure.querySelector("tbody").rows, (row) =>
      Array.from(row.cells, (cell) =>
        cell.dataset.value === undefined ? cell.textContent : Number(cell.dataset.value)));

  const text = (more) => Object.assign({ color: INK, fontFamily: FONT, fontSize: SIZE }, more);

  /** What a hand that hovers sees; as text, never as HTML. */
  const tooltip = (formatter) => ({
    trigger: "item",
    renderMode: "richText",
    confine: true,
    formatter,
    backgroundColor: "var(--paper)",
    borderColor: LINE,
    textStyle: text(),
  });

  /** Whether numbers differ so much that small ones could not be told apart on a linear scale. */
  const spreads = (rows) => {
    const values = rows.map((row) => row.value);
    return Math.max(...values) >= 10 * Math.max(1, Math.min(...values));
  };

  /**
   * Horizontal bars: the label to the left, what there is to say to the right of each.
   * rows: [{ label, value, says }]
   */
  const bars = (rows, room, wide) => {
    const log = wide && spreads(rows);
    const longest = widest(rows.map((row) => row.label));
    const above = longest > room * 0.42; // no room beside the bars
    const left = above ? 0 : longest + 14;
    const top = above ? 12 : 2;
    const says = rows.map((row) => fit(row.says, room * 0.4));
    const values = rows.map((row) => row.value);
    const right = widest(says) + 14;
    const most = Math.max(...values);
    return {
      log,
      height: rows.length * (above ? 46 : 30) + top + (log ? 22 : 2),
      option: {
        grid: { left, right, top, bottom: log ? 22 : 2, containLabel: false, outerBoundsMode: "none" },
        xAxis: log
          ? {
              type: "log", min: 1, max: Math.pow(10, Math.ceil(Math.log10(Math.max(most, 2)))),
              axisLabel: text({ color: MUTED, formatter: compact, hideOverlap: true, fontSize: 12 }),
              splitLine: { lineStyle: { color: LINE } }, axisLine: { show: false },
              minorSplitLine: { show: false },
            }
          : { type: "value", show: false, min: 0, max: most || 1 },
        yAxis: {
          type: "category", inverse: true, data: rows.map((row, i) => i),
          axisTick: { show: false }, axisLine: { show: false },
          axisLabel: text(above
            ? { interval: 0, inside: true, margin: 0, align: "left", verticalAlign: "bottom", padding: [0, 0, 14, 0], formatter: (i) => fit(rows[i].label, room) }
            : { interval: 0, margin: 10, formatter: (i) => rows[i].label }),
        },
        series: [{
          type: "bar", barWidth: above ? 14 : 18, silent: true,
          data: rows.map((row) => (log && row.value < 1 ? 1 : row.value)),
          itemStyle: { color: ACCENT },
          label: text({ show: true, position: "right", distance: 6, formatter: (p) => says[p.dataIndex] }),
        }],
      },
    };
  };

  const shares = (rows, room) => {
    const parts = [["clean", 2], ["duplicate", 3], ["dead", 4]];
    const left = widest(rows.map((row) => row[0])) + 14;
    const right = widest(rows.map((row) => number(row[1]))) + 14;
    const most = Math.max(...rows.map((row) => row[1])) || 1;
    const scale = (room - left - right) / most;
    return {
      height: rows.length * 40 + 4,
      option: {
        grid: { left, right, top: 2, bottom: 2, containLabel: false, outerBoundsMode: "none" },
        xAxis: { type: "value", show: false, min: 0, max: most },
        yAxis: {
          type: "category", inverse: true, data: rows.map((row) => row[0]),
          axisTick: { show: false }, axisLine: { show: false },
          axisLabel: text({ margin: 10 }),
        },
        series: parts.map(([name, column], part) => ({
          type: "bar", stack: "all", barWidth: 26, barMinHeight: 0, silent: true,
          data: rows.map((row) => ({
            value: row[column],
            // what would be thinner than a line is drawn as one
            itemStyle: row[column] > 0 && row[column] * scale < 2
              ? { borderColor: "var(--" + name + ")", borderWidth: 2 } : {},
          })),
          itemStyle: { color: "var(--" + name + ")" },
          label: part < 2
            ? text({ show: true, position: "insideLeft", color: "var(--on-" + name + ")", formatter: (p) => {
                const says = number(p.value);
                return p.value * scale > width(says) + 12 ? says : "";
              } })
            : text({ show: true, position: "right", distance: 6, formatter: (p) => number(rows[p.dataIndex][1]) }),
        })),
      },
    };
  };

  /** The next number with one digit that is not zero: where an axis ends. */
  const round = (most) => {
    const unit = Math.pow(10, Math.floor(Math.log10(most)));
    return Math.ceil(most / unit) * unit;
  };

  /** points: [{ label, value, series }], in the order of the axis. */
  const lines = (points, room, wide) => {
    const log = wide && spreads(points);
    const labels = [...new Set(points.map((point) => point.label))];
    const names = [...new Set(points.map((point) => point.series))];
    const several = names.length > 1;
    const values = points.map((point) => point.value);
    const least = Math.min(...values.filter((value) => value > 0), Infinity);
    const right = several ? widest(names) + 16 : Math.max(18, widest([compact(values[values.length - 1])]) / 2 + 4);
    const left = log || several ? 44 : Math.max(18, widest([compact(values[0])]) / 2 + 4);
    const height = several ? 320 : 240;
    const [top, bottom] = [26, 26];
    const low = log ? Math.pow(10, Math.floor(Math.log10(least === Infinity ? 1 : least))) : 0;
    const high = log ? Math.pow(10, Math.ceil(Math.log10(Math.max(2, ...values)))) : (several ? round : (most) => most)(Math.max(...values) || 1);
    const height01 = (value) => log ? Math.log(Math.max(value, low) / low) / Math.log(high / low) : value / high;

    // names stand at the ends of lines, and move apart where those are close together
    const shifts = new Map();
    let lowest = -Infinity;
    names.map((name) => points.filter((point) => point.series === name).pop())
      .map((point) => ({ name: point.series, y: (1 - height01(point.value)) * (height - top - bottom) }))
      .sort((a, b) => a.y - b.y)
      .forEach(({ name, y }) => {
        lowest = Math.max(y, lowest + SIZE + 3);
        shifts.set(name, lowest - y);
      });
    return {
      log,
      height,
      option: {
        grid: { left, right, top, bottom, containLabel: false, outerBoundsMode: "none" },
        xAxis: {
          type: "category", data: labels, boundaryGap: log && !several,
          axisTick: { show: false }, axisLine: { lineStyle: { color: LINE } },
          axisLabel: text({ color: MUTED, hideOverlap: true, margin: 10 }),
        },
        yAxis: log
          ? {
              type: "log",
              min: low, max: high,
              axisLabel: text({ color: MUTED, formatter: compact, fontSize: 12 }),
              splitLine: { lineStyle: { color: LINE } }, axisLine: { show: false },
            }
          : {
              type: "value", show: several, min: 0, max: high,
              axisLabel: text({ color: MUTED, formatter: compact, fontSize: 12 }),
              splitLine: { lineStyle: { color: LINE } }, axisLine: { show: false },
            },
        tooltip: several ? tooltip((p) => p.seriesName + ", " + p.name + ": " + number(p.value)) : undefined,
        series: names.map((name, i) => ({
          type: "line", name: name || "", symbol: SYMBOLS[i % SYMBOLS.length], symbolSize: 8,
          data: labels.map((label) => {
            const point = points.find((p) => p.label === label && p.series === name);
            return !point || (log && point.value < 1) ? null : point.value;
          }),
          connectNulls: false,
          emphasis: { disabled: true },
          lineStyle: { width: 2.5, color: several ? SERIES[i % SERIES.length] : ACCENT },
          itemStyle: { color: several ? SERIES[i % SERIES.length] : ACCENT },
          areaStyle: several || log ? undefined : { color: "var(--soft)" , opacity: 1 },
          label: text({ show: !several, position: "top", distance: 6, formatter: (p) => compact(p.value) }),
          labelLayout: { hideOverlap: !several },
          endLabel: text({ show: several, distance: 8, offset: [0, shifts.get(name)], color: SERIES[i % SERIES.length], fontWeight: 600, formatter: () => name }),
        })),
      },
    };
  };

  const plain = (name) => name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()
    .replace(/\(.*\)/, "").replace(/&/g, " and ").replace(/[^a-z]+/g, " ").trim();

  /** rows: [{ label, value, detail }], one or more a country. */
  const map = (rows, room, figure) => {
    const world = JSON.parse(document.getElementById("world").textContent);
    if (!echarts.getMap("world")) echarts.registerMap("world", world.map);
    const names = new Map();
    world.map.features.forEach((feature) => names.set(plain(feature.properties.name), feature.properties.name));
    const points = new Map(world.points);
    world.points.forEach(([name]) => names.set(plain(name), name));
    Object.entries(world.aliases).forEach(([alias, name]) => names.set(alias, names.get(plain(name))));

    const countries = new Map();
    let absent = 0;
    rows.forEach((row) => {
      const place = names.get(plain(row.label));
      if (place === undefined) absent++;
      else if (countries.has(place)) countries.get(place).details.push(row.detail);
      else countries.set(place, { label: row.label, value: row.value, details: [row.detail] });
    });
    const sorted = [...new Set([...countries.values()].map((country) => country.value))].sort((a, b) => a - b);
    const classes = Math.min(RAMP.length, sorted.length);
    const starts = Array.from({ length: classes }, (_, i) => sorted[Math.floor((i * sorted.length) / classes)]);
    const shades = classes === 1 ? [RAMP[3]] : starts.map((_, i) => RAMP[Math.round((i * (RAMP.length - 1)) / (classes - 1))]);
    const shade = (value) => shades[starts.filter((start) => start <= value).length - 1];

    legend(figure, starts.map((start, i) => {
      const values = sorted.filter((value) => value >= start && (i + 1 === classes || value < starts[i + 1]));
      const [low, high] = [compact(values[0]), compact(values[values.length - 1])];
      return [shades[i], low === high ? low : low + " to " + high];
    }).concat([["var(--land)", "no posts"]]),
    absent ? number(absent) + (absent === 1 ? " row is" : " rows are") + " not on the map; the table has all." : "");

    const says = (place) => {
      const country = countries.get(place);
      return country
        ? country.label + "\n" + number(country.value) + " followers: " + country.details.join(", ")
        : place;
    };
    const places = [...countries.keys()];
    return {
      height: Math.round(room * 0.45),
      option: {
        tooltip: tooltip((p) => says(p.name)),
        geo: {
          tooltip: { show: true },
          regions: places.filter((place) => !points.has(place)).map((name) => ({
            name, itemStyle: { areaColor: shade(countries.get(name).value) },
          })),
          map: "world", aspectScale: 1, left: 0, right: 0, top: 0, bottom: 0,
          itemStyle: { areaColor: "var(--land)", borderColor: "var(--paper)", borderWidth: 0.6 },
          emphasis: { disabled: true }, select: { disabled: true }, label: { show: false },
        },
        series: [{
          type: "scatter", coordinateSystem: "geo", symbolSize: room < 600 ? 5 : 9,
          data: places.filter((place) => points.has(place)).map((name) => ({
            name, value: points.get(name), itemStyle: { color: shade(countries.get(name).value) },
          })),
          itemStyle: { borderColor: "var(--paper)", borderWidth: 1 }, emphasis: { disabled: true },
        }],
      },
    };
  };

  const legend = (figure, entries, note) => {
    figure.querySelectorAll(".legend").forEach((old) => old.remove());
    const list = document.createElement("ul");
    list.className = "legend";
    entries.forEach(([colour, says]) => {
      const item = list.appendChild(document.createElement("li"));
      item.appendChild(document.createElement("i")).style.background = colour;
      item.append(says);
    });
    if (note) list.appendChild(document.createElement("li")).append(note);
    figure.querySelector(".chart").after(list);
  };

  const plan = (figure, room) => {
    const rows = read(figure);
    const { chart, label, value, detail } = figure.dataset;
    const labelOf = (row, i) => {
      const same = i > 0 && rows[i - 1][label] === row[label];
      return same ? "" : String(row[label]);
    };
    const points = () => rows.map((row) => ({ label: String(row[label]), value: row[value], series: detail < 0 ? "" : String(row[detail]) }));
    switch (chart) {
      case "SHARES":
        return shares(rows, room);
      case "BARS":
      case "LOG_BARS":
        return bars(rows.map((row, i) => ({
          label: labelOf(row, i),
          value: row[value],
          says: number(row[value]) + (detail < 0 ? "" : "  " + row[detail]),
        })), room, chart === "LOG_BARS");
      case "COUNT": {
        const counts = new Map();
        rows.forEach((row) => counts.set(row[label], (counts.get(row[label]) || 0) + 1));
        const of = new Set(rows.map((row) => row[detail])).size;
        return bars([...counts].sort((a, b) => b[1] - a[1]).map(([name, count]) => ({
          label: name, value: count, says: number(count) + " of " + number(of),
        })), room, false);
      }
      case "LINES":
      case "LOG_LINES":
        return lines(points(), room, chart === "LOG_LINES");
      case "MAP":
        return map(rows.map((row) => ({ label: row[label], value: row[value], detail: row[detail] })), room, figure);
      default:
        return null;
    }
  };

  const draw = (figure) => {
    const box = figure.querySelector(".chart");
    const room = box.clientWidth || figure.clientWidth;
    const drawing = plan(figure, room);
    if (!drawing) return;
    figure.classList.toggle("log", Boolean(drawing.log));
    const old = echarts.getInstanceByDom(box);
    if (old) old.dispose();
    box.style.height = drawing.height + "px";
    const chart = echarts.init(box, null, { renderer: "svg", width: room, height: drawing.height });
    chart.setOption(Object.assign({ animation: false, textStyle: { fontFamily: FONT } }, drawing.option));
    const svg = box.querySelector("svg");
    svg.setAttribute("viewBox", "0 0 " + room + " " + drawing.height);
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", "Chart: " + figure.querySelector("h3").textContent + " The numbers are in the table below.");
    figure.dataset.drawn = room;
  };

  /** Figures whose table is shown beside, or in the place of, a chart. */
  const OPEN = ["SHARES", "TABLE"];
  const figures = Array.from(document.querySelectorAll("figure")).filter((figure) => figure.querySelector("tbody") && figure.querySelector(".chart"));
  const wait = new Map();
  const watcher = new ResizeObserver((entries) => entries.forEach(({ target }) => {
    const figure = target.parentElement;
    cancelAnimationFrame(wait.get(figure));
    wait.set(figure, requestAnimationFrame(() => {
      if (!matchMedia("print").matches && target.clientWidth && figure.dataset.drawn !== String(target.clientWidth)) draw(figure);
    }));
  }));
  figures.forEach((figure) => {
    const box = figure.querySelector(".chart");
    figure.querySelector("details").open = OPEN.includes(figure.dataset.chart);
    if (figure.dataset.chart === "TABLE" || figure.dataset.chart === "FACT") return;
    box.style.display = "block";
    draw(figure);
    watcher.observe(box);
  });

  // paper has no room for the long tables, and nobody who could open the short ones
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = Array.from(document.querySelectorAll("details.short:not([open])"));
    closed.forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((details) => { details.open = false; }));
})();
