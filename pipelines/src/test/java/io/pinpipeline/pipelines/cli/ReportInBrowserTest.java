package io.pinpipeline.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinpipeline.core.generate.LinesLayout;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.transforms.query.Question;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The page of a lake as a browser shows it. It needs {@code -Dpinpipeline.browser=PROGRAM}; {@code
 * .ci/chromium} fetches one, and {@code .ci/run} always gives it.
 */
@EnabledIfSystemProperty(named = "pinpipeline.browser", matches = ".+")
class ReportInBrowserTest {

  private static final int DESKTOP = 1440;
  private static final int PHONE = 390;
  private static final String SCRIPT =
      "</script><script>document.title='owned'</script><!--<script> \"'&\u2028{a|b}";
  private static final String IMAGE =
      "\"><img src=http://127.0.0.1:9/x onerror=document.title='owned'>";

  @TempDir static Path folder;

  private static Path page;
  private static JsonNode answers;
  private static Browser browser;

  @BeforeAll
  static void makePage() throws Exception {
    Path raw = folder.resolve("raw");
    Outcome.generate(raw, new PostGenerator(11, 1500), new LinesLayout());
    ObjectMapper json = new ObjectMapper();
    Files.writeString(
        raw.resolve("pin-hostile.jsonl"),
        json.writeValueAsString(
                Map.of(
                    "index", 1, "category", IMAGE, "poster_name", SCRIPT, "follower_count", "2B"))
            + "\n"
            + json.writeValueAsString(Map.of("index", 2, "follower_count", SCRIPT)));
    Files.writeString(
        raw.resolve("geo-hostile.jsonl"),
        json.writeValueAsString(
            Map.of("ind", 1, "country", IMAGE, "timestamp", "2031-01-01T00:00:00")));
    Path lake = folder.resolve("lake");
    Outcome.good("clean", "--input=" + raw, "--lake=" + lake);
    page = folder.resolve("page.html");
    Outcome.good("report", "--lake=" + lake, "--output=" + page);
    answers = json.readTree(Outcome.good("query", "--lake=" + lake, "--format=json").out());
    browser = Browser.start(System.getProperty("pinpipeline.browser"), folder);
  }

  @AfterAll
  static void stop() throws IOException {
    if (browser != null) {
      browser.close();
    }
  }

  @AfterEach
  void asksForNothingAndComplainsOfNothing() {
    assertThat(browser.complaints()).isEmpty();
    assertThat(browser.requests()).containsOnly(page.toUri().toString());
  }

  private static List<String> texts(String selector) throws IOException {
    List<String> texts = new ArrayList<>();
    browser
        .evaluate("[...document.querySelectorAll(`" + selector + "`)].map(e => e.textContent)")
        .forEach(text -> texts.add(text.asText()));
    return texts;
  }

  @Test
  void hasTheNumbersOfTheAnswers() throws IOException {
    browser.open(page.toUri(), DESKTOP, 900, false);
    for (Question question : Question.values()) {
      List<String> cells = new ArrayList<>();
      answers.get(question.id()).forEach(row -> row.forEach(cell -> cells.add(cell.asText())));
      List<String> shown = new ArrayList<>();
      browser
          .evaluate(
              "[...document.querySelectorAll('#"
                  + question.id()
                  + " tbody td')].map(c => c.dataset.value ?? c.textContent)")
          .forEach(cell -> shown.add(cell.asText()));
      assertThat(shown).as(question.id()).isEqualTo(cells);
    }
  }

  @Test
  void drawsTheNumbersOfTheAnswers() throws IOException {
    browser.open(page.toUri(), DESKTOP, 900, false);
    for (Question question :
        List.of(Question.TOP_CATEGORY_BY_YEAR, Question.TOP_CATEGORY_BY_AGE_GROUP)) {
      List<String> drawn = texts("#" + question.id() + " svg text");
      for (JsonNode row : answers.get(question.id())) {
        String category = row.get("category").asText();
        assertThat(drawn)
            .contains(row.elements().next().asText())
            .anyMatch(
                text ->
                    text.startsWith(row.get("category_count").asText() + "  ")
                        && (text.endsWith("  " + category) || category.equals(IMAGE)));
      }
    }
    assertThat(texts("#median_followers_by_age_group svg text"))
        .contains(
            String.format(
                Locale.ROOT,
                "%,d",
                answers.at("/median_followers_by_age_group/0/median_follower_count").asLong()));
    Map<String, Integer> leads = new TreeMap<>();
    answers
        .get("top_category_by_country")
        .forEach(row -> leads.merge(row.get("category").asText(), 1, Integer::sum));
    List<String> drawn = texts("#top_category_by_country svg text");
    leads.forEach(
        (category, countries) ->
            assertThat(drawn).anyMatch(text -> text.startsWith(countries + " of ")));
    assertThat(texts("#median_followers_by_join_year_and_age_group svg text"))
        .contains("18-24", "25-35", "36-50", "50+");
    assertThat(texts("#users_joined_by_year svg text"))
        .contains(answers.at("/users_joined_by_year/0/join_year").asText());
  }

  @Test
  void coloursEachCountryOfTheAnswer() throws IOException {
    browser.open(page.toUri(), DESKTOP, 900, false);
    long countries =
        answers.get("top_poster_by_country").findValuesAsText("country").stream()
            .distinct()
            .count();
    long coloured =
        browser
            .evaluate(
                "new Set([...document.querySelectorAll('#top_poster_by_country svg path')]"
                    + ".filter(p => /^var\\(--r\\d\\)$/.test(p.getAttribute('fill')))).size")
            .asLong();
    String absent = String.join("", texts("#top_poster_by_country .legend"));
    assertThat(absent).contains("1 row is not on the map");
    // a country of several islands is several paths or one, so no less than there are
    assertThat(coloured).isGreaterThanOrEqualTo(countries - 1);
  }

  @Test
  void showsWhatStrangersWroteAsText() throws IOException {
    browser.open(page.toUri(), DESKTOP, 900, false);
    assertThat(browser.evaluate("document.title").asText()).startsWith("Posts in file:");
    assertThat(texts("#top_poster_by_country td")).contains(IMAGE, SCRIPT);
    assertThat(texts("#rejected pre")).anyMatch(text -> text.contains("document.title='owned'"));
    assertThat(browser.evaluate("document.querySelectorAll('img').length").asInt()).isZero();
    assertThat(browser.evaluate("document.scripts.length").asInt()).isEqualTo(3);
    assertThat(texts("#country_of_top_poster .fact")).containsExactly(IMAGE);
  }

  @ParameterizedTest
  @CsvSource({"1440,false", "1440,true", "390,false", "390,true"})
  void fitsAndIsAccessible(int width, boolean dark) throws IOException {
    browser.open(page.toUri(), width, 900, dark);
    assertThat(browser.evaluate("document.querySelectorAll('figure[data-drawn]').length").asInt())
        .isEqualTo(Question.values().length - 1 + 2); // all but a fact, and those of the books
    assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
        .isLessThanOrEqualTo(width);
    assertThat(
            browser
                .evaluate(
                    "[...document.querySelectorAll('.chart svg text')].filter(t => {"
                        + " const box = t.getBoundingClientRect();"
                        + " const room = t.closest('.chart').getBoundingClientRect();"
                        + " return box.left < room.left - 1 || box.right > room.right + 1"
                        + " || box.top < room.top - 1 || box.bottom > room.bottom + 1;"
                        + "}).map(t => t.closest('figure').id + ': ' + t.textContent)")
                .toString())
        .as("texts that are cut off")
        .isEqualTo("[]");
    browser.evaluate(axe() + ";undefined");
    JsonNode found =
        browser.evaluate(
            "axe.run().then(r => r.violations.map("
                + "v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html + ' ' + n.failureSummary)))");
    assertThat(found.toString()).as("violations of accessibility").isEqualTo("[]");
  }

  private static String axe() throws IOException {
    try (InputStream in =
        ReportInBrowserTest.class.getResourceAsStream(
            "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void isDrawnAnewWhereItBecomesNarrow() throws IOException {
    browser.open(page.toUri(), DESKTOP, 900, false);
    browser.resize(PHONE, 900);
    assertThat(
            browser
                .evaluate(
                    "new Promise(done => { const look = () => {"
                        + " const boxes = [...document.querySelectorAll('.chart:not(:empty)')];"
                        + " boxes.every(b => b.querySelector('svg').clientWidth <= b.clientWidth)"
                        + " ? done('fits') : setTimeout(look, 50) }; look() })")
                .asText())
        .isEqualTo("fits");
  }

  @Test
  void goesOntoPaperWithItsChartsAndShortTables() throws IOException {
    browser.open(page.toUri(), 1000, 900, true);
    byte[] pdf = browser.pdf();
    assertThat(new String(pdf, 0, 5, StandardCharsets.US_ASCII)).isEqualTo("%PDF-");
    browser.print(true);
    assertThat(
            browser
                .evaluate(
                    "[...document.querySelectorAll('.chart:not(:empty)')]"
                        + ".filter(c => c.querySelector('svg').getBoundingClientRect().height < 50"
                        + " || c.querySelector('svg').getBoundingClientRect().width"
                        + " > c.getBoundingClientRect().width + 1).length")
                .asInt())
        .isZero();
    assertThat(browser.evaluate("getComputedStyle(document.body).backgroundColor").asText())
        .isEqualTo("rgb(255, 255, 255)");
    browser.print(false);
  }

  @Test
  void showsItsTablesWithoutScripts() throws IOException {
    browser.withoutScripts(
        page.toUri(),
        () ->
            assertThat(
                    browser
                        .evaluate(
                            "[...document.querySelectorAll('figure details')].every(d => d.open)"
                                + " && document.querySelectorAll('svg').length === 0"
                                + " && [...document.querySelectorAll('.chart')]"
                                + ".every(c => c.getBoundingClientRect().height === 0)")
                        .asBoolean())
                .isTrue());
  }
}
