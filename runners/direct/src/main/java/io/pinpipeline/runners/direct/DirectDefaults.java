package io.pinpipeline.runners.direct;

import io.pinpipeline.pipelines.options.EngineDefaults;
import io.pinpipeline.pipelines.options.StreamDefaults;
import java.time.Duration;
import java.util.Map;

/** Beam's DirectRunner: one process on one machine. */
public final class DirectDefaults implements EngineDefaults {

  private static final long GATHER_BYTES = 32 << 20;

  @Override
  public String engine() {
    return "direct";
  }

  @Override
  public Map<String, String> options() {
    return Map.of(
        "runner", "DirectRunner",
        // it checks every element by encoding it, which is for tests: a batch would be held whole,
        // and 1 GiB of heap is not enough for a million posts
        "enforceEncodability", "false",
        // measured with a million posts on two cores: 9 % of the time
        "enforceImmutability", "false",
        // it takes three where there are two cores: measured as before, 8 % more time
        "targetParallelism", String.valueOf(Runtime.getRuntime().availableProcessors()),
        // run() comes back at once, so that the command can tell how far the run is
        "blockOnRun", "false");
  }

  @Override
  public boolean startsAgain() {
    return true;
  }

  @Override
  public StreamDefaults stream(Duration commitInterval) {
    return new StreamDefaults(
        Map.of(
            // without it run() does not come back from a stream
            "blockOnRun", "false",
            // the older way of reading: it has no limit of records a bundle that costs anything
            "experiments", "use_deprecated_read"),
        // A bundle of each reader is taken in turn, ends after ten elements, and becomes files.
        // With
        // an eighth of these bytes a commit has 20 to 40 files instead of 4 to 8; with half of
        // them,
        // a reader with two busy partitions stays behind the others when all have to catch up.
        commitInterval.dividedBy(2),
        GATHER_BYTES,
        true);
  }
}
