package io.pinpipeline.pipelines.sink;

import io.pinpipeline.lake.run.StreamTable;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.beam.sdk.values.KV;

/**
 * The tables that streams of this process commit to, with the keys they hold. Engines make a
 * function anew when they please, Spark for each micro-batch, and reading all keys of a table anew
 * each time would cost more than the commit. It is safe to share them: a table checks, at each
 * commit, that what it knows is of the version that it commits to.
 */
final class StreamTables {

  /** A table, and the holes in its stream. */
  static final class Opened {

    private final StreamWrites writes;
    private final StreamTable table;
    private final Holes holes = new Holes(System::nanoTime);

    private Opened(StreamWrites writes, StreamTable table) {
      this.writes = writes;
      this.table = table;
    }

    StreamTable table() {
      return table;
    }

    Holes holes() {
      return holes;
    }
  }

  private static final Map<KV<String, String>, Opened> OPENED = new ConcurrentHashMap<>();

  private StreamTables() {}

  /** The table of a dataset. Callers synchronize on it. */
  static Opened of(StreamWrites writes, String dataset) {
    return OPENED.compute(
        KV.of(writes.lake().location().uri(), dataset),
        (key, opened) ->
            opened != null && opened.writes.launch().equals(writes.launch())
                ? opened
                : new Opened(
                    writes,
                    new StreamTable(
                        writes.lake(),
                        writes.stream(dataset),
                        dataset,
                        writes.begin(),
                        writes.horizon(),
                        Clock.systemUTC())));
  }
}
