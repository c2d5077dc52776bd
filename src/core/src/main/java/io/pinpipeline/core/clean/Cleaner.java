package io.pinpipeline.core.clean;

import io.pinpipeline.core.arrival.Arrival;
import io.pinpipeline.core.arrival.Arrivals;
import io.pinpipeline.core.batch.Lines;
import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.batch.Repeats;
import io.pinpipeline.core.json.JsonScanner;
import io.pinpipeline.core.table.BytesColumn;
import io.pinpipeline.core.table.Column;
import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.ConstantColumn;
import io.pinpipeline.core.table.LongColumn;
import io.pinpipeline.core.table.TableSchema;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Cleans raw records of one dataset: each becomes a clean row, a duplicate or a dead letter, and
 * nothing else can happen to it. Whatever the bytes are, nothing is thrown for them.
 *
 * <p>A cleaner reads a block in one pass and fills the same {@link CleanBlock} each time. It is not
 * thread-safe.
 */
public final class Cleaner {

  /** A dead letter of a record that is too large holds this many of its bytes. */
  private static final int OVERSIZE_BYTES_KEPT = 64 * 1024;

  private static final int NO_RECORD = -1;

  private final byte[] dataset;
  private final Clock clock;
  private final FieldReader[] fields;
  private final int keyField;
  private final FieldReader.Joiner[] joiners;
  private final FieldNames names;
  private final Strangers strangers;

  private final JsonScanner json = new JsonScanner();
  private final Rejection rejection = new Rejection();
  private final ColumnBlock rows;
  private final Column[] ownColumns;

  /** The dataset's own columns and what was rescued. */
  private final Column[] content;

  private final LongColumn keyColumn;
  private final BytesColumn rescued;
  private final ConstantColumn origins;
  private final ConstantColumn partitions;
  private final LongColumn rowOffsets;
  private final LongColumn fingerprints;
  private final DeadLetterColumns deadLetters;
  private final CleanBlock block;

  /**
   * The field that followed each field the last time, and the first, in the last place: a guess.
   */
  private final int[] follower;

  private Repeats repeats = Repeats.NONE;
  private Arrivals arrivals = Arrivals.ALL_FIRST;
  private int nextRepeat;
  private int ordinal;

  private byte[] rescue = new byte[256];
  private int rescueSize;

  /**
   * A cleaner for the plan's dataset.
   *
   * @param plan what cleaning is
   * @param all the plans of all datasets, by which a record of another dataset is known
   * @param clock tells when a record was rejected
   */
  public Cleaner(CleaningPlan plan, List<CleaningPlan> all, Clock clock) {
    this.dataset = Text.utf8(plan.dataset());
    this.clock = clock;
    List<Column> columns = new ArrayList<>();
    TableSchema schema = plan.schema();
    schema
        .columns()
        .forEach(
            spec ->
                columns.add(
                    spec.path().equals(Lineage.ORIGIN) || spec.path().equals(Lineage.PARTITION)
                        ? new ConstantColumn(spec)
                        : Column.create(spec)));
    rows = new ColumnBlock(schema, columns);
    int own = plan.ownColumns().size();
    ownColumns = columns.subList(0, own).toArray(Column[]::new);
    content = columns.subList(0, own + 1).toArray(Column[]::new);
    keyColumn = (LongColumn) columns.get(schema.indexOf(plan.keyColumn()));
    rescued = (BytesColumn) columns.get(own);
    origins = (ConstantColumn) columns.get(schema.indexOf(Lineage.ORIGIN));
    partitions = (ConstantColumn) columns.get(schema.indexOf(Lineage.PARTITION));
    rowOffsets = (LongColumn) columns.get(schema.indexOf(Lineage.OFFSET));
    fingerprints = (LongColumn) columns.get(schema.indexOf(Lineage.FINGERPRINT));
    deadLetters = new DeadLetterColumns();
    block = new CleanBlock(rows, deadLetters.block);

    FieldReader.Joiners joining = new FieldReader.Joiners();
    List<FieldRule> rules = plan.rules();
    fields = new FieldReader[rules.size()];
    int key = -1;
    for (int i = 0; i < fields.length; i++) {
      fields[i] = FieldReader.of(rules.get(i), rows, joining);
      if (rules.get(i) instanceof FieldRule.Key) {
        key = i;
      }
    }
    keyField = key;
    joiners = joining.all();
    follower = new int[fields.length + 1];
    for (int i = 0; i < follower.length; i++) {
      follower[i] = i == fields.length ? 0 : Math.min(i + 1, fields.length - 1);
    }
    strangers = new Strangers(plan, all);
    names = new FieldNames(strangers.known);
  }

  /** Begins a batch: its records are counted from 0, and these of them have come before. */
  public void begin(Repeats newRepeats) {
    begin(newRepeats, Arrivals.ALL_FIRST);
  }

  /**
   * Begins a batch, some of whose repeats are only told when their content is known.
   *
   * @param newRepeats the records that have come before, as far as it is known
   * @param newArrivals asked about every other record that would become a row
   */
  public void begin(Repeats newRepeats, Arrivals newArrivals) {
    repeats = newRepeats;
    arrivals = newArrivals;
    nextRepeat = 0;
    ordinal = 0;
  }

  /** Cleans the next block of the batch. */
  public CleanBlock clean(RawBlock raw) {
    block.clear();
    RawBlock.Bounds bounds = raw.bounds();
    if (raw.oversizeLength() > 0) {
      rejectOversize(raw);
    } else if (bounds != null) {
      cleanRecords(raw, bounds);
    } else {
      cleanLines(raw);
    }
    byte[] origin = Text.utf8(raw.origin());
    origins.set(origin, rows.rows());
    partitions.set(raw.partition(), rows.rows());
    deadLetters.endBlock(dataset, origin, raw.partition(), clock.instant());
    return block;
  }

  private void cleanRecords(RawBlock raw, RawBlock.Bounds bounds) {
    byte[] bytes = raw.bytes();
    int begin = raw.from();
    for (int i = 0; i < bounds.count(); i++) {
      int end = bounds.ends()[i];
      // an object would have line feeds between records; some producers send them along
      int from = Lines.contentBegin(bytes, begin, end);
      int to = Lines.contentEnd(bytes, from, end);
      begin = end;
      long offset = bounds.offsets()[i];
      if (Lines.end(bytes, from, to) < to) {
        rejectUnread(bytes, from, to, offset, "the record goes over several lines");
      } else if (record(bytes, from, to, offset) == NO_RECORD) {
        rejectUnread(bytes, from, to, offset, "the record is empty");
      }
    }
  }

  private void rejectUnread(byte[] bytes, int from, int to, long offset, String what) {
    block.countRecord();
    ordinal++;
    rejection
        .set(RejectionCode.MALFORMED_JSON, null)
        .say(what)
        .say("; send one JSON object on one line in each");
    deadLetters.append(rejection, bytes, from, to, offset);
  }

  private void cleanLines(RawBlock raw) {
    byte[] bytes = raw.bytes();
    int p = raw.from();
    int to = raw.to();
    while (p < to) {
      int end = record(bytes, p, to, raw.offset() + (p - raw.from()));
      p = (end == NO_RECORD ? json.position() : end) + 1;
    }
  }

  private void rejectOversize(RawBlock raw) {
    block.countRecord();
    ordinal++;
    rejection
        .set(RejectionCode.TOO_LARGE, null)
        .say("the record has ")
        .say(raw.oversizeLength())
        .say(
            " bytes, more than a record may have; its beginning is kept here, the whole stands in ")
        .say(Text.utf8(raw.origin()))
        .say(raw.partition() == null ? " from byte " : " at offset ")
        .say(raw.offset())
        .say(". Send smaller records, or raise the limit with --maxRecordBytes");
    int kept = Math.min(raw.to() - raw.from(), OVERSIZE_BYTES_KEPT);
    deadLetters.append(rejection, raw.bytes(), raw.from(), raw.from() + kept, raw.offset());
  }

  /**
   * Cleans the line that begins at {@code from}; where the line ends, or {@link #NO_RECORD} if it
   * is blank.
   */
  private int record(byte[] bytes, int from, int to, long offset) {
    json.reset(bytes, from, to);
    if (json.peek() < 0) {
      return NO_RECORD;
    }
    block.countRecord();
    int thisOrdinal = ordinal++;
    if (nextRepeat < repeats.size() && repeats.ordinal(nextRepeat) == thisOrdinal) {
      if (!repeats.isConflict(nextRepeat++)) {
        block.countDuplicate();
        return Lines.end(bytes, from, to);
      }
      return rejectConflict(bytes, from, to, offset);
    }
    rejection.clear();
    int row = keyColumn.size();
    boolean isRow = parse(from) && rejection.isEmpty();
    for (FieldReader.Joiner joiner : joiners) {
      joiner.endRecord(isRow);
    }
    if (!isRow) {
      truncate(ownColumns, row);
      return reject(bytes, from, to, offset);
    }
    endContent(row);
    long fingerprint = Fingerprint.of(content, row);
    Arrival arrival = arrivals.arrive(keyColumn.get(row), fingerprint);
    if (arrival == Arrival.FIRST) {
      rowOffsets.append(offset);
      fingerprints.append(fingerprint);
      block.setOrdinal(row, thisOrdinal);
      return json.position();
    }
    truncate(content, row);
    if (arrival == Arrival.CONFLICT) {
      return rejectConflict(bytes, from, to, offset);
    }
    block.countDuplicate();
    return json.position();
  }

  private static void truncate(Column[] columns, int rows) {
    for (Column column : columns) {
      column.truncate(rows);
    }
  }

  private int rejectConflict(byte[] bytes, int from, int to, long offset) {
    rejection
        .set(RejectionCode.CONFLICTING_DUPLICATE, fields[keyField].name)
        .say("a record with the same ")
        .say(fields[keyField].name)
        .say(" and other content came first and stays; give this one a key of its own");
    return reject(bytes, from, to, offset);
  }

  private int reject(byte[] bytes, int from, int to, long offset) {
    int end = Lines.end(bytes, json.position(), to);
    deadLetters.append(rejection, bytes, from, end, offset);
    return end;
  }

  private void endContent(int row) {
    for (Column column : ownColumns) {
      if (column.size() == row) {
        column.appendNull();
      }
    }
    if (rescueSize == 0) {
      rescued.appendNull();
    } else {
      rescue[rescueSize++] = '}'; // there is room: see keep()
      rescued.append(rescue, 0, rescueSize);
    }
  }

  /** Reads the record into the columns; false, or a rejection, where it is no row. */
  private boolean parse(int from) {
    rescueSize = 0;
    strangers.clear();
    int first = json.peek();
    if (first != '{') {
      if (!json.skip() || !json.expectEnd()) {
        return malformed(from);
      }
      rejection
          .set(RejectionCode.NOT_AN_OBJECT, null)
          .say("the record is ")
          .say(JsonScanner.kindOf(first))
          .say("; send one JSON object a line");
      return false;
    }
    json.pass();
    long seen = 0;
    if (json.peek() == '}') {
      json.pass();
    } else {
      int previous = fields.length;
      while (true) {
        json.peek();
        int guess = follower[previous];
        int nameFrom = json.position();
        int field;
        boolean guessed = json.isNext(fields[guess].quotedName);
        if (guessed) {
          field = guess;
        } else {
          if (!json.string()) {
            return malformed(from);
          }
          int name = names.indexOf(json.text(), json.textFrom(), json.textTo());
          if (name >= 0 && name < fields.length) {
            field = name;
            follower[previous] = field;
          } else {
            field = -1;
            if (!strangers.add(name, json.text(), json.textFrom(), json.textTo())) {
              return twice(Arrays.copyOfRange(json.text(), json.textFrom(), json.textTo()));
            }
          }
        }
        if (field < 0) {
          int nameTo = json.position();
          if (!json.expect(':', "a colon should stand here")) {
            return malformed(from);
          }
          json.peek();
          int valueFrom = json.position();
          if (!json.skip()) {
            return malformed(from);
          }
          keep(nameFrom, nameTo, valueFrom, json.position());
        } else {
          if ((seen & 1L << field) != 0) {
            return twice(fields[field].name);
          }
          seen |= 1L << field;
          previous = field;
          if (!guessed && !json.expect(':', "a colon should stand here")) {
            return malformed(from);
          }
          int begin = json.peek();
          if (!(begin == 'n' ? json.literal() : fields[field].read(begin, json, rejection))) {
            return malformed(from);
          }
        }
        if (json.peek() == '}') {
          json.pass();
          break;
        }
        if (!json.expect(',', "a comma or } should stand here")) {
          return malformed(from);
        }
      }
    }
    if (!json.expectEnd()) {
      return malformed(from);
    }
    return isOfThisDataset(seen);
  }

  private boolean isOfThisDataset(long seen) {
    if ((seen & ~(1L << keyField)) == 0 && strangers.ofAnother()) {
      strangers.reject(rejection);
      return false;
    }
    if (seen == 0) {
      rejection
          .set(RejectionCode.UNRECOGNISED_RECORD, null)
          .say("the record has no field of ")
          .say(dataset)
          .say("; check what was sent to this topic");
      return false;
    }
    boolean keyIsBad =
        rejection.code() == RejectionCode.BAD_TYPE && rejection.isAbout(fields[keyField].name);
    if (!keyIsBad && keyColumn.size() == rescued.size()) {
      byte[] key = fields[keyField].name;
      rejection
          .set(RejectionCode.MISSING_KEY, key)
          .say(key)
          .say(" is missing or null; every record needs a whole number there");
      return false;
    }
    return true;
  }

  private boolean malformed(int from) {
    rejection
        .set(RejectionCode.MALFORMED_JSON, null)
        .say("no valid JSON at byte ")
        .say(json.faultAt() - from)
        .say(" of the record: ")
        .say(json.fault())
        .say("; send one JSON object a line");
    return false;
  }

  private boolean twice(byte[] name) {
    rejection
        .set(RejectionCode.MALFORMED_JSON, name)
        .say(name)
        .say(" stands twice in the record; which one is meant cannot be known");
    return false;
  }

  /** Keeps a field that nobody knows, without the white space around its parts. */
  private void keep(int nameFrom, int nameTo, int valueFrom, int valueTo) {
    int needed = rescueSize + (nameTo - nameFrom) + (valueTo - valueFrom) + 3;
    if (needed > rescue.length) {
      rescue = Arrays.copyOf(rescue, needed * 2);
    }
    byte[] bytes = json.bytes();
    rescue[rescueSize] = (byte) (rescueSize == 0 ? '{' : ',');
    rescueSize++;
    System.arraycopy(bytes, nameFrom, rescue, rescueSize, nameTo - nameFrom);
    rescueSize += nameTo - nameFrom;
    rescue[rescueSize++] = ':';
    byte first = bytes[valueFrom];
    if (first != '{' && first != '[') {
      System.arraycopy(bytes, valueFrom, rescue, rescueSize, valueTo - valueFrom);
      rescueSize += valueTo - valueFrom;
      return;
    }
    boolean inString = false;
    for (int p = valueFrom; p < valueTo; p++) {
      byte c = bytes[p];
      if (inString || c > ' ' || c < 0) {
        rescue[rescueSize++] = c;
        if (c == '"') {
          inString = !inString;
        } else if (c == '\\') {
          rescue[rescueSize++] = bytes[++p];
        }
      }
    }
  }

  /** The columns of the dead letters of a block. */
  private static final class DeadLetterColumns {

    private final ConstantColumn dataset;
    private final BytesColumn codes;
    private final BytesColumn fields;
    private final BytesColumn messages;
    private final BytesColumn raw;
    private final ConstantColumn attempt;
    private final ConstantColumn rejectedAt;
    private final ConstantColumn run;
    private final ConstantColumn origin;
    private final ConstantColumn partition;
    private final LongColumn offsets;
    final ColumnBlock block;

    DeadLetterColumns() {
      TableSchema schema = DeadLetterTable.SCHEMA;
      dataset = new ConstantColumn(schema.column(0));
      codes = new BytesColumn(schema.column(1));
      fields = new BytesColumn(schema.column(2));
      messages = new BytesColumn(schema.column(3));
      raw = new BytesColumn(schema.column(4));
      attempt = new ConstantColumn(schema.column(5));
      rejectedAt = new ConstantColumn(schema.column(6));
      run = new ConstantColumn(schema.column(7));
      origin = new ConstantColumn(schema.column(8));
      partition = new ConstantColumn(schema.column(9));
      offsets = new LongColumn(schema.column(10));
      block =
          new ColumnBlock(
              schema,
              List.of(
                  dataset,
                  codes,
                  fields,
                  messages,
                  raw,
                  attempt,
                  rejectedAt,
                  run,
                  origin,
                  partition,
                  offsets));
    }

    void append(Rejection rejection, byte[] bytes, int from, int to, long offset) {
      rejection.appendTo(codes, fields, messages);
      raw.append(bytes, from, to - from);
      offsets.append(offset);
    }

    void endBlock(
        byte[] datasetName, byte[] newOrigin, @Nullable Integer newPartition, Instant now) {
      int rows = codes.size();
      dataset.set(datasetName, rows);
      attempt.set(1, rows);
      rejectedAt.set(now.getEpochSecond() * 1_000_000 + now.getNano() / 1000, rows);
      run.set((Object) null, rows);
      origin.set(newOrigin, rows);
      partition.set(newPartition, rows);
    }
  }

  /** The fields of the record at hand that are not its dataset's, and those that are another's. */
  private static final class Strangers {

    private final List<byte[]> datasets = new ArrayList<>();

    /** A bit for each dataset that a name belongs to, by the name's index; none for own names. */
    private final long[] owners;

    private final int[] counts;
    private final NameSet seen = new NameSet();

    /** The dataset's own names, in the order of its rules, then those of others. */
    final List<byte[]> known;

    Strangers(CleaningPlan plan, List<CleaningPlan> all) {
      Set<String> own = plan.rules().stream().map(FieldRule::field).collect(Collectors.toSet());
      Map<String, Long> names = new LinkedHashMap<>();
      plan.rules().forEach(rule -> names.put(rule.field(), 0L));
      for (CleaningPlan other : all) {
        if (!other.dataset().equals(plan.dataset())) {
          long bit = 1L << datasets.size();
          datasets.add(Text.utf8(other.dataset()));
          other.rules().stream()
              .map(FieldRule::field)
              .filter(field -> !own.contains(field))
              .forEach(field -> names.merge(field, bit, (one, more) -> one | more));
        }
      }
      known = names.keySet().stream().map(Text::utf8).toList();
      owners = names.values().stream().mapToLong(Long::longValue).toArray();
      counts = new int[datasets.size()];
    }

    void clear() {
      seen.clear();
      Arrays.fill(counts, 0);
    }

    /**
     * Takes a field that is not the dataset's own, by its name and its index among the known; false
     * if the record had one of that name before.
     */
    boolean add(int index, byte[] name, int from, int to) {
      if (index != FieldNames.UNKNOWN) {
        for (long rest = owners[index]; rest != 0; rest &= rest - 1) {
          counts[Long.numberOfTrailingZeros(rest)]++;
        }
      }
      return seen.add(name, from, to);
    }

    boolean ofAnother() {
      for (int count : counts) {
        if (count > 0) {
          return true;
        }
      }
      return false;
    }

    void reject(Rejection rejection) {
      int most = 0;
      for (int i = 1; i < counts.length; i++) {
        if (counts[i] > counts[most]) {
          most = i;
        }
      }
      byte[] other = datasets.get(most);
      rejection
          .set(RejectionCode.WRONG_DATASET, null)
          .say("the record has fields of ")
          .say(other)
          .say(" and none of its own dataset but the key; send it to the topic of ")
          .say(other);
    }
  }
}
