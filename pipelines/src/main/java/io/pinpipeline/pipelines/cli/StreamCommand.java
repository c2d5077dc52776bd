package io.pinpipeline.pipelines.cli;

import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.StreamRun;
import io.pinpipeline.pipelines.options.StreamDefaults;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Cleans the records of topics into tables, without end. */
@Command(
    name = "stream",
    description = {
      "Cleans the records of Kafka topics, or Kinesis streams, into the Delta tables of a lake, until it is ended"
          + " (Ctrl-C, SIGTERM).",
      "It begins where the tables end. However it ended the last time, no record is lost or"
          + " doubled."
    })
final class StreamCommand extends LakeCommand {

  private static final String UNLIMITED = "unlimited";

  @Mixin private final SourceOptions source = new SourceOptions();

  @Option(
      names = "--commitInterval",
      paramLabel = "DURATION",
      defaultValue = "1m",
      description =
          "A record is in its table about that long after it came (default: ${DEFAULT-VALUE})."
              + " Shorter means smaller files.")
  private String commitInterval;

  @Option(
      names = "--deduplicationHorizon",
      paramLabel = "DURATION",
      defaultValue = "7d",
      description =
          "For how long a key is remembered, or 'unlimited' (default: ${DEFAULT-VALUE}). A key takes"
              + " 27 to 54 bytes of memory.")
  private String deduplicationHorizon;

  @Option(
      names = "--untilCaughtUp",
      description = "Ends once all records are committed that were there when it began.")
  private boolean untilCaughtUp;

  @Mixin private final WriteOptions write = new WriteOptions();

  private Duration interval = Duration.ofMinutes(1);
  private Duration horizon = Duration.ofDays(7);

  @Override
  void check(List<String> faults) {
    write.check(faults);
    interval =
        Durations.parse("--commitInterval", commitInterval, Duration.ofMillis(200), faults)
            .orElse(interval);
    horizon =
        deduplicationHorizon.equals(UNLIMITED)
            ? ChronoUnit.FOREVER.getDuration()
            : Durations.parse(
                    "--deduplicationHorizon", deduplicationHorizon, Duration.ofMinutes(1), faults)
                .orElse(horizon);
    source.check(faults);
  }

  @Override
  int run(Storage storage, Lake lake) throws IOException {
    StreamDefaults engine = BeamArguments.stream(interval);
    PipelineOptions options = beam().options(engine.options());
    StreamRun run =
        StreamRun.plan(
            storage,
            new StreamRun.Request(
                source.settings(options),
                source.topicPrefix(),
                lake,
                interval,
                horizon,
                engine,
                write.maxRecordBytes(),
                write.fileForm(),
                untilCaughtUp),
            RunId.beginning(Instant.now()));
    new StreamJob(storage, lake, options, out(), err())
        .showing(source.metricsPort())
        .run(run, untilCaughtUp);
    return 0;
  }
}
