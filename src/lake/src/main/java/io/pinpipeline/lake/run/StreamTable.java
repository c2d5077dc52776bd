package io.pinpipeline.lake.run;

import static java.util.stream.Collectors.toCollection;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.arrival.Arrival;
import io.pinpipeline.core.arrival.Arrivals;
import io.pinpipeline.core.arrival.KeyIndex;
import io.pinpipeline.core.batch.SourceMarks;
import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.core.clean.DeadLetterTable;
import io.pinpipeline.core.clean.Lineage;
import io.pinpipeline.core.table.LongColumn;
import io.pinpipeline.lake.DataFile;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.ActiveFile;
import io.pinpipeline.lake.delta.CommitConflictException;
import io.pinpipeline.lake.delta.DeltaCommit;
import io.pinpipeline.lake.delta.DeltaTable;
import io.pinpipeline.lake.delta.TableException;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The clean table of a dataset, as the committer of a stream knows it: ranges of the stream become
 * part of the lake, each record once, however often and however cut they are offered.
 *
 * <p>The table's log is the only truth. It says which offsets it covers; what is covered is not
 * taken again, and what would leave a hole is not taken yet. The rows of the table say which keys
 * have arrived; a range whose writer judged otherwise is written again. Files, offsets and books
 * are one commit.
 *
 * <p>Dead letters are another table, so another commit. The clean one comes first and names their
 * files; they are committed behind it, with a domain that says so, and before the next clean
 * commit. So they are there once, whatever breaks and whoever mends it.
 *
 * <p>Several may commit to one table, a batch run too: of two commits that rest on the same version
 * one fails, and is decided anew. Not thread-safe.
 */
public final class StreamTable {

  private static final int MOST_ATTEMPTS = 20;

  /** Files that waited longer than this are looked for: a vacuum may have removed them. */
  private static final Duration WAITED = Duration.ofHours(1);

  /** Keys are forgotten when this part of the horizon has passed since they were the last time. */
  private static final int FORGETTING = 16;

  /**
   * What a commit did.
   *
   * @param leftOver ranges that lie behind a hole: to be offered again, with what fills it
   * @param version the version of the clean table that was committed; empty if there was nothing to
   * @param books of the commit
   * @param rewritten how many ranges were written again
   * @param dropped how many ranges had been committed before
   * @param oldestReadAtMillis when the oldest record of the commit was read, in milliseconds since
   *     the epoch; empty without a commit
   */
  public record Result(
      List<WrittenRange> leftOver,
      OptionalLong version,
      Books books,
      int rewritten,
      int dropped,
      OptionalLong oldestReadAtMillis) {

    public Result {
      leftOver = List.copyOf(leftOver);
    }
  }

  /** Writes a part of the stream again. */
  @FunctionalInterface
  public interface Rewriter {

    /**
     * Reads the range from its source, cleans it and writes it to files.
     *
     * @param arrivals what to take its records for; it is asked once for each record that would
     *     make a row, in order. To begin again, fail.
     */
    WrittenRange write(TopicRange range, Arrivals arrivals) throws IOException;
  }

  /** A file whose rows the index has; with another deletion vector it has others. */
  private record Indexed(String path, @Nullable String deletionVector) {

    static Indexed of(ActiveFile file) {
      return new Indexed(file.path(), file.deletionVector());
    }
  }

  private final Lake lake;
  private final RunId stream;
  private final Dataset<?> dataset;
  private final SortedMap<TopicPartition, Long> begin;
  private final long horizonMinutes;
  private final Clock clock;

  private @Nullable KeyIndex index;

  /** The version of the table that the index is of. */
  private long version;

  private Set<Indexed> indexed = new HashSet<>();
  private int forgottenBefore;

  /**
   * The table of a stream that {@link #begin} has begun.
   *
   * @param stream its id
   * @param begin the offset at which the stream began to read each partition; 0 where there is none
   * @param horizon for how long a key is remembered. It may be longer than time itself; else a
   *     record that comes later than this after the first of its key counts as a first one.
   * @param clock tells the time of commits
   */
  public StreamTable(
      Lake lake,
      RunId stream,
      String dataset,
      SortedMap<TopicPartition, Long> begin,
      Duration horizon,
      Clock clock) {
    this.lake = lake;
    this.stream = stream;
    this.dataset = Datasets.named(dataset);
    this.begin = new TreeMap<>(begin);
    this.horizonMinutes = horizon.toMinutes();
    this.clock = clock;
  }

  /**
   * Begins a stream on a clean table, which is made if there is none. The table remembers it until
   * a full refresh replaces all it holds; a stream that goes on, or a second one, gets the same id.
   *
   * @param topics of each topic that it is about to read the id that Kafka gave it; the table
   *     remembers those that it does not know
   * @return the stream's id
   */
  public static RunId begin(
      Storage storage, Lake lake, Dataset<?> dataset, Map<String, String> topics)
      throws IOException {
    return begin(storage, lake, dataset, topics, Map.of());
  }

  /**
   * As above, over a source that knows no offsets.
   *
   * @param firstMarks of each partition where the source begins to read at offset 0; the table
   *     remembers those of partitions that it does not know, so that all who read it count from the
   *     same record
   */
  public static RunId begin(
      Storage storage,
      Lake lake,
      Dataset<?> dataset,
      Map<String, String> topics,
      Map<TopicPartition, String> firstMarks)
      throws IOException {
    DeltaTable clean = DeltaTable.at(storage, lake.silver(dataset.name()));
    for (int attempt = 1; ; attempt++) {
      Optional<TableSnapshot> snapshot = clean.latest();
      CleanState state = CleanState.of(snapshot);
      StreamState before = state.stream();
      Instant now = Instant.now();
      RunId id = before == null ? RunId.beginning(now) : new RunId(before.id());
      StreamState after =
          (before == null ? StreamState.begun(id, now.toString()) : before)
              .with(topics, firstMarks);
      if (after.equals(before)) {
        return id;
      }
      try {
        clean
            .change(snapshot, dataset.schema())
            .kind(DeltaCommit.Kind.STREAM)
            .domain(CleanState.DOMAIN, state.with(after).toJson())
            .commit();
        return id;
      } catch (CommitConflictException e) {
        if (attempt == MOST_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /**
   * Commits what can be of these ranges. If it fails, it is open whether they were committed: offer
   * them again.
   *
   * @throws TableException if the table does not hold the stream any more, or a range's books do
   *     not balance; then nothing of these ranges was committed
   */
  public Result commit(Storage storage, Collection<WrittenRange> ranges, Rewriter rewriter)
      throws IOException {
    boolean done = false;
    try {
      Result result = commitDecided(storage, ranges, rewriter);
      done = true;
      return result;
    } catch (UncheckedIOException e) {
      throw e.getCause(); // of the index, which is asked where no I/O is expected
    } finally {
      if (!done) {
        index = null;
      }
    }
  }

  private Result commitDecided(Storage storage, Collection<WrittenRange> ranges, Rewriter rewriter)
      throws IOException {
    DeltaTable clean = clean(storage);
    Collection<WrittenRange> offered = ranges;
    int rewritten = 0;
    int dropped = 0;
    for (int attempt = 1; ; attempt++) {
      TableSnapshot snapshot = settled(storage);
      CleanState state = CleanState.of(snapshot);
      StreamState before = ours(state);
      Instant now = clock.instant();
      Decision decision = new Decision(storage, index(snapshot, now), before, now, rewriter);
      decision.decide(offered);
      rewritten += decision.rewritten;
      dropped += decision.dropped;
      if (decision.accepted.isEmpty()) {
        return new Result(
            decision.leftOver,
            OptionalLong.empty(),
            Books.NONE,
            rewritten,
            dropped,
            OptionalLong.empty());
      }
      Books books = decision.books();
      List<DataFile> files =
          decision.accepted.stream().flatMap(range -> range.clean().stream()).toList();
      List<DataFile> letters =
          decision.accepted.stream().flatMap(range -> range.deadLetters().stream()).toList();
      StreamState after =
          before.plus(decision.covered, decision.marks, books, now.toString(), letters);
      DeltaCommit commit = clean.update(snapshot).kind(DeltaCommit.Kind.STREAM);
      files.forEach(commit::add);
      long committed;
      try {
        committed = commit.domain(CleanState.DOMAIN, state.with(after).toJson()).commit();
      } catch (CommitConflictException e) {
        if (attempt == MOST_ATTEMPTS) {
          throw e;
        }
        decision.takeBack();
        // what was written again need not be once more
        offered = new ArrayList<>(decision.accepted);
        offered.addAll(decision.leftOver);
        continue;
      }
      files.forEach(file -> indexed.add(new Indexed(file.path(), null)));
      if (committed == snapshot.version() + 1) {
        version = committed; // else there are commits between that the index has not seen
      }
      settle(storage);
      return new Result(
          decision.leftOver,
          OptionalLong.of(committed),
          books,
          rewritten,
          dropped,
          decision.accepted.stream().mapToLong(WrittenRange::readAtMillis).min());
    }
  }

  /**
   * Brings the dead letters of the stream's last commit into their table, unless they are there: it
   * may have been killed before it did. Every commit begins with it.
   */
  public void settle(Storage storage) throws IOException {
    settled(storage);
  }

  /** Settles; returns the clean table as it was then. */
  private TableSnapshot settled(Storage storage) throws IOException {
    DeltaTable clean = clean(storage);
    DeltaTable deadLetters = DeltaTable.at(storage, lake.deadLetters());
    String domain = StreamState.settledDomain(dataset.name());
    for (int attempt = 1; ; attempt++) {
      // In this order: what is said of the dead letters is then never newer than what the clean
      // table asks for, and where it differs it is older, so its letters are not there yet.
      Optional<TableSnapshot> letters = deadLetters.latest();
      TableSnapshot snapshot = clean.latest().orElseThrow(() -> gone(clean));
      StreamState state = ours(CleanState.of(snapshot));
      Optional<String> settled =
          letters.isPresent() ? letters.get().domain(domain) : Optional.empty();
      if (state.deadLetters().isEmpty() || settled.equals(Optional.of(state.settled()))) {
        return snapshot;
      }
      if (letters.isPresent()) {
        letters.get().requireSchema(DeadLetterTable.SCHEMA);
      }
      DeltaCommit commit =
          deadLetters.change(letters, DeadLetterTable.SCHEMA).kind(DeltaCommit.Kind.STREAM);
      state.deadLetters().forEach(commit::add);
      try {
        commit.domain(domain, state.settled()).commit();
        return snapshot;
      } catch (CommitConflictException e) {
        if (attempt == MOST_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private DeltaTable clean(Storage storage) {
    return DeltaTable.at(storage, lake.silver(dataset.name()));
  }

  private StreamState ours(CleanState state) throws TableException {
    StreamState ours = state.stream();
    if (ours == null || !ours.id().equals(stream.value())) {
      throw new TableException(
          "The table "
              + lake.silver(dataset.name())
              + " does not hold the stream "
              + stream
              + (ours == null ? "" : ", but " + ours.id())
              + ": a full refresh has replaced all it held. Nothing more was committed. Start the"
              + " stream again, which then begins anew; do not resume it from a savepoint.");
    }
    return ours;
  }

  private static TableException gone(DeltaTable clean) {
    return new TableException(
        "The table "
            + clean.location()
            + " is gone, while a stream writes to it. Nothing more was committed. Start the stream"
            + " again, which then begins anew; do not resume it from a savepoint.");
  }

  /** The keys of a version of the table. */
  private KeyIndex index(TableSnapshot snapshot, Instant now) throws IOException {
    int oldest = oldestMinute(now);
    KeyIndex keys = synced(snapshot, oldest);
    if (oldest - forgottenBefore > horizonMinutes / FORGETTING) {
      keys.forgetBefore(oldest);
      forgottenBefore = oldest;
    }
    keys.spill();
    return keys;
  }

  private KeyIndex synced(TableSnapshot snapshot, int oldest) throws IOException {
    if (index != null && version == snapshot.version()) {
      return index;
    }
    List<ActiveFile> files = snapshot.files();
    Set<Indexed> active = files.stream().map(Indexed::of).collect(toCollection(HashSet::new));
    KeyIndex keys = index;
    if (keys == null || !active.containsAll(indexed)) {
      // rows may have been deleted: what arrives again of them is a first one
      keys = new KeyIndex();
      indexed = new HashSet<>();
      forgottenBefore = oldest;
    }
    index = null; // should reading fail
    List<ActiveFile> unread =
        files.stream()
            .filter(file -> !indexed.contains(Indexed.of(file)) && minute(file) >= oldest)
            .sorted(Comparator.comparingLong(ActiveFile::modifiedMillis))
            .toList();
    KeyIndex reading = keys;
    snapshot.readEach(
        List.of(dataset.key(), Lineage.FINGERPRINT),
        unread,
        (file, rows) -> {
          LongColumn rowKeys = (LongColumn) rows.column(0);
          LongColumn fingerprints = (LongColumn) rows.column(1);
          for (int row = 0; row < rows.rows(); row++) {
            reading.put(rowKeys.get(row), fingerprints.get(row), minute(file));
          }
          reading.spill();
        });
    indexed = active;
    version = snapshot.version();
    index = keys;
    return keys;
  }

  private static int minute(ActiveFile file) {
    return minute(Instant.ofEpochMilli(file.modifiedMillis()));
  }

  private static int minute(Instant time) {
    return (int) Math.max(0, Math.min(Integer.MAX_VALUE - 1, time.getEpochSecond() / 60));
  }

  private int oldestMinute(Instant now) {
    return (int) Math.max(0, minute(now) - horizonMinutes);
  }

  /** What becomes of the ranges that are offered, if the table is as it was found. */
  private final class Decision {

    private final Storage storage;
    private final Rewriter rewriter;
    private final Instant now;
    private final int minute;
    private final int oldestMinute;
    final Map<TopicPartition, OffsetIntervals> covered;
    final Map<TopicPartition, String> marks;
    private final KeyIndex keys;
    private final List<KeyIndex.Trial> arrived = new ArrayList<>();
    final List<WrittenRange> accepted = new ArrayList<>();
    final List<WrittenRange> leftOver = new ArrayList<>();
    int rewritten;
    int dropped;

    Decision(Storage storage, KeyIndex keys, StreamState before, Instant now, Rewriter rewriter) {
      this.keys = keys;
      this.covered = before.covered();
      this.marks = before.marked();
      this.storage = storage;
      this.now = now;
      this.minute = minute(now);
      this.oldestMinute = oldestMinute(now);
      this.rewriter = rewriter;
    }

    void decide(Collection<WrittenRange> offered) throws IOException {
      SortedMap<TopicPartition, NavigableMap<Long, WrittenRange>> sources = new TreeMap<>();
      for (WrittenRange range : offered) {
        if (!range.dataset().equals(dataset.name())) {
          throw new IllegalArgumentException(
              range.range() + " is of " + range.dataset() + ", not of " + dataset);
        }
        sources
            .computeIfAbsent(range.range().topicPartition(), source -> new TreeMap<>())
            .merge(range.range().from(), range, Decision::furthest);
      }
      int used = 0;
      for (Map.Entry<TopicPartition, NavigableMap<Long, WrittenRange>> source :
          sources.entrySet()) {
        used += decide(source.getKey(), source.getValue());
      }
      dropped = offered.size() - used - leftOver.size();
    }

    /** Takes what can be of one partition; returns of how many ranges something was taken. */
    private int decide(TopicPartition source, NavigableMap<Long, WrittenRange> byFrom)
        throws IOException {
      OffsetIntervals intervals = covered.getOrDefault(source, OffsetIntervals.NONE);
      long next = intervals.endFrom(begin.getOrDefault(source, 0L));
      Set<WrittenRange> used = Collections.newSetFromMap(new IdentityHashMap<>());
      WrittenRange passed = null; // of those that begin before next the one that reaches furthest
      while (true) {
        long nextCovered = intervals.nextBehind(next);
        WrittenRange range = byFrom.get(next);
        WrittenRange written;
        if (range != null && range.range().to() <= nextCovered) {
          requireSameCount(source, range.range());
          written = judged(range);
        } else {
          SortedMap<Long, WrittenRange> before = byFrom.headMap(next, true);
          for (WrittenRange one : before.values()) {
            passed = passed == null ? one : furthest(passed, one);
          }
          before.clear();
          if (passed == null || passed.range().to() <= next) {
            break;
          }
          range = passed;
          long to = Math.min(range.range().to(), nextCovered);
          written = rewritten(range, uncovered(range.range(), next, to));
        }
        used.add(range);
        accepted.add(written);
        if (written.range().marks() != null) {
          marks.put(source, written.range().marks().to());
        }
        intervals = intervals.plus(next, written.range().to());
        next = intervals.endFrom(next);
      }
      if (!used.isEmpty()) {
        covered.put(source, intervals);
      }
      leftOver.addAll(byFrom.values());
      return used.size();
    }

    /** Offsets that are counted are only as good as the record that the count began at. */
    private void requireSameCount(TopicPartition source, TopicRange range) throws TableException {
      SourceMarks its = range.marks();
      String known = marks.get(source);
      if (its != null && known != null && !its.from().equals(known)) {
        throw new TableException(
            "The table ends in "
                + source
                + " at "
                + known
                + ", and the records that come next were read from "
                + its.from()
                + " on. Nothing was committed. Start the stream again, and end others that read"
                + " into this lake.");
      }
    }

    /** The part of a range that is not covered: of one with marks from where the table ends. */
    private TopicRange uncovered(TopicRange range, long from, long to) {
      return range.marks() == null
          ? range.between(from, to)
          : range.rest(from, marks.getOrDefault(range.topicPartition(), ""));
    }

    private static WrittenRange furthest(WrittenRange one, WrittenRange other) {
      return other.range().to() > one.range().to() ? other : one;
    }

    /** The range as it was written, if its writer judged right, else written again. */
    private WrittenRange judged(WrittenRange range) throws IOException {
      return stands(range) && agree(range) ? range : rewritten(range, range.range());
    }

    /** Whether a range's files are still there: it may come out of an old checkpoint. */
    private boolean stands(WrittenRange range) throws IOException {
      return stand(lake.silver(dataset.name()), range.clean())
          && stand(lake.deadLetters(), range.deadLetters());
    }

    private boolean stand(Location table, List<DataFile> files) throws IOException {
      for (DataFile file : files) {
        if (file.modifiedMillis() < now.minus(WAITED).toEpochMilli()
            && !storage.exists(table.resolve(file.path()))) {
          return false;
        }
      }
      return true;
    }

    private WrittenRange rewritten(WrittenRange range, TopicRange part) throws IOException {
      rewritten++;
      KeyIndex.Trial trial = trial(range);
      WrittenRange again = rewriter.write(part, trial);
      trial.takeBack();
      if (!again.range().equals(part) || !agree(again)) {
        throw new IllegalStateException(
            part + " was to be written again, but " + again.range() + " with other verdicts was");
      }
      return again.readBefore(range.readAtMillis());
    }

    /** Whether a range's verdicts are right; if so, its keys have arrived. */
    private boolean agree(WrittenRange range) {
      KeyIndex.Trial trial = trial(range);
      if (!range.arrivals().agreesWith(trial)) {
        trial.takeBack();
        return false;
      }
      arrived.add(trial);
      return true;
    }

    private KeyIndex.Trial trial(WrittenRange range) {
      long rows = range.clean().stream().mapToLong(DataFile::rows).sum();
      return keys.trial(minute, oldestMinute, rows);
    }

    /** Makes the index what it was before. */
    void takeBack() {
      arrived.forEach(KeyIndex.Trial::takeBack);
    }

    Books books() throws TableException {
      Books books = Books.NONE;
      for (WrittenRange range : accepted) {
        Books its = range.books();
        if (!its.balance()
            || its.clean() != range.arrivals().count(Arrival.FIRST)
            || its.duplicates() != range.arrivals().count(Arrival.DUPLICATE)) {
          throw new TableException(
              "The books of "
                  + range.range()
                  + " do not balance: "
                  + its
                  + "; of its rows "
                  + range.arrivals()
                  + ". Nothing was committed. Please report it with the records.");
        }
        books = books.plus(its);
      }
      return books;
    }
  }
}
