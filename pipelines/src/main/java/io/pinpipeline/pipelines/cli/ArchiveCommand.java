package io.pinpipeline.pipelines.cli;

import io.pinpipeline.lake.archive.Archived;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.ArchiveRun;
import io.pinpipeline.pipelines.options.StreamDefaults;
import io.pinpipeline.pipelines.sink.Rolls;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Archives the records of topics as they came, without end. */
@Command(
    name = "archive",
    description = {
      "Archives the records of Kafka topics as they came, in objects that clean reads, until it is"
          + " ended (Ctrl-C, SIGTERM).",
      "It begins where the archive ends. However it ended the last time, no record is lost or"
          + " doubled, and no object changes."
    })
final class ArchiveCommand implements Callable<Integer> {

  private static final long LEAST_BYTES = 1024;

  /** An object is held in memory, once for each partition that is written at a time. */
  private static final long MOST_BYTES = 256L << 20;

  /** What has come is told to the writers about that often, even where objects take longer. */
  private static final Duration LONGEST_GATHERING = Duration.ofSeconds(10);

  @Spec private CommandSpec spec;

  @Mixin private final KafkaOptions kafka = new KafkaOptions();

  @Option(
      names = "--output",
      required = true,
      paramLabel = "URI",
      description =
          "Where topics/NAME.pin/partition=0/... is to be: a folder, or s3://bucket/prefix.")
  private String output;

  @Option(
      names = "--rollRecords",
      paramLabel = "N",
      defaultValue = "100000",
      description = "An object ends with so many records (default: ${DEFAULT-VALUE}).")
  private long rollRecords;

  @Option(
      names = "--rollBytes",
      paramLabel = "N",
      defaultValue = "" + (32 << 20),
      description = "An object ends with so many bytes, unzipped (default: ${DEFAULT-VALUE}).")
  private long rollBytes;

  @Option(
      names = "--rollInterval",
      paramLabel = "DURATION",
      defaultValue = "5m",
      description =
          "A record is in its object about that long after it came (default: ${DEFAULT-VALUE})."
              + " Shorter means smaller objects.")
  private String rollInterval;

  @Option(names = "--gzip", description = "Writes .gz objects.")
  private boolean gzip;

  @Option(
      names = "--untilCaughtUp",
      description = "Ends once all records are archived that were there when it began.")
  private boolean untilCaughtUp;

  @Mixin private final RunnerOption runner = new RunnerOption();

  @Unmatched private final List<String> others = new ArrayList<>();
  private final BeamArguments beam = new BeamArguments(others);

  @Override
  public Integer call() throws IOException {
    List<String> faults = new ArrayList<>(beam.faults(spec.commandLine()));
    runner.check(faults);
    kafka.check(faults);
    Location to = null;
    try {
      to = Location.parse(output);
    } catch (IllegalArgumentException e) {
      faults.add("--output: " + e.getMessage());
    }
    if (rollRecords < 1) {
      faults.add("--rollRecords: " + rollRecords + " is less than 1");
    }
    if (rollBytes < LEAST_BYTES || rollBytes > MOST_BYTES) {
      faults.add(
          "--rollBytes: "
              + rollBytes
              + " is not from "
              + LEAST_BYTES
              + " to "
              + MOST_BYTES
              + " (256 MiB)");
    }
    Duration interval =
        Durations.parse("--rollInterval", rollInterval, Duration.ofMillis(200), faults)
            .orElse(LONGEST_GATHERING);
    if (!faults.isEmpty() || to == null) {
      throw new WrongUseException(String.join("\n  ", faults));
    }
    try (Storage storage = beam.storage()) {
      run(storage, to, new Rolls(rollRecords, rollBytes, interval, gzip));
    }
    return 0;
  }

  private void run(Storage storage, Location to, Rolls rolls) throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    StreamDefaults engine =
        BeamArguments.stream(
            rolls.interval().compareTo(LONGEST_GATHERING) < 0
                ? rolls.interval()
                : LONGEST_GATHERING);
    ArchiveRun run =
        ArchiveRun.plan(
            storage,
            new ArchiveRun.Request(
                kafka.settings(), kafka.topicPrefix(), to, rolls, engine, untilCaughtUp),
            RunId.beginning(Instant.now()));
    err.printf(
        Locale.ROOT,
        "archive %s: %,d partitions, %,d records behind, to %s%n",
        run.launch(),
        run.partitions(),
        run.lag(storage),
        run.output());
    new UnboundedJob("archive", storage, beam.options(engine.options()), err, kafka.metricsPort())
        .run(
            run,
            untilCaughtUp,
            new UnboundedJob.Teller<ArchiveRun>() {
              @Override
              public String progress(ArchiveRun reading) throws IOException {
                long records =
                    reading.books(storage).values().stream().mapToLong(Archived::records).sum();
                return String.format(Locale.ROOT, "%,d records archived", records);
              }

              @Override
              public ArchiveRun again(ArchiveRun ended) throws IOException {
                return ended.again(storage);
              }

              @Override
              public void tellAll(ArchiveRun ended) throws IOException {
                print(ended.books(storage), spec.commandLine().getOut());
              }
            });
  }

  private static void print(Map<String, Archived> books, PrintWriter out) {
    TextTable table = new TextTable("archived", "records", "bytes", "objects");
    books.forEach(
        (topic, archived) ->
            table.add(topic, archived.records(), archived.bytes(), archived.objects()));
    table.print(out);
  }
}
