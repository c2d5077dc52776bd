package io.pinpipeline.pipelines.cli;

import io.pinpipeline.core.generate.Expected;
import io.pinpipeline.core.generate.LinesLayout;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.core.generate.PostLayout;
import io.pinpipeline.core.generate.RecordKind;
import io.pinpipeline.core.generate.S3SinkLayout;
import io.pinpipeline.core.generate.Tally;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Invents posts. */
@Command(
    name = "generate",
    description = {
      "Invents posts as dirty as real ones, the same for the same seed, and says what cleaning must"
          + " find in them."
    })
final class GenerateCommand implements Callable<Integer> {

  enum Layout {
    lines,
    s3sink
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--posts",
      required = true,
      paramLabel = "N",
      description = "How many posts; each is a pin, a geo and a user record.")
  private long posts;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "URI",
      description = "Where to write: a folder, or s3://bucket/prefix.")
  private String output;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Other seeds give other posts (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--layout",
      defaultValue = "lines",
      description = {
        "lines: pin.jsonl, geo.jsonl, user.jsonl.",
        "s3sink: topics/<prefix>.pin/partition=0/..., as an S3 sink connector writes them.",
        "(default: ${DEFAULT-VALUE})"
      })
  private Layout layout;

  @Option(
      names = "--files",
      paramLabel = "N",
      defaultValue = "1",
      description = "lines: how many files a dataset (default: ${DEFAULT-VALUE}).")
  private int files;

  @Option(names = "--gzip", description = "lines: writes .gz files.")
  private boolean gzip;

  @Option(
      names = "--topicPrefix",
      paramLabel = "NAME",
      defaultValue = "demo",
      description = "s3sink: the prefix of the topics (default: ${DEFAULT-VALUE}).")
  private String topicPrefix;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "3",
      description = "s3sink: partitions a topic (default: ${DEFAULT-VALUE}).")
  private int partitions;

  @Option(
      names = "--recordsPerObject",
      paramLabel = "N",
      defaultValue = "1000",
      description = "s3sink: records an object (default: ${DEFAULT-VALUE}).")
  private int recordsPerObject;

  @Unmatched private final List<String> others = new ArrayList<>();
  private final BeamArguments beam = new BeamArguments(others);

  @Override
  public Integer call() throws IOException {
    List<String> faults = new ArrayList<>(beam.faults(spec.commandLine()));
    if (posts < 1 || posts > PostGenerator.MAX_POSTS) {
      faults.add("--posts: " + posts + " is not from 1 to " + PostGenerator.MAX_POSTS);
    }
    if (files < 1) {
      faults.add("--files: " + files + " is less than 1");
    }
    if (layout == Layout.s3sink && (gzip || files > 1)) {
      faults.add("--files and --gzip: they are for --layout=lines; s3sink has --recordsPerObject");
    }
    if (partitions < 1) {
      faults.add("--partitions: " + partitions + " is less than 1");
    }
    if (recordsPerObject < 1) {
      faults.add("--recordsPerObject: " + recordsPerObject + " is less than 1");
    }
    try {
      Location.parse(output);
    } catch (IllegalArgumentException e) {
      faults.add("--output: " + e.getMessage());
    }
    if (!faults.isEmpty()) {
      throw new WrongUseException(String.join("\n  ", faults));
    }
    PostLayout chosen =
        layout == Layout.lines
            ? new LinesLayout(files, gzip)
            : new S3SinkLayout(topicPrefix, partitions, recordsPerObject);
    try (Storage storage = beam.storage()) {
      Expected expected =
          write(storage, Location.parse(output), new PostGenerator(seed, posts), chosen);
      print(expected, spec.commandLine().getOut());
    }
    return 0;
  }

  static Expected write(
      Storage storage, Location folder, PostGenerator generator, PostLayout layout)
      throws IOException {
    List<Location> written = new ArrayList<>();
    try {
      return layout.write(
          generator,
          name -> {
            written.add(folder.resolve(name));
            return new FinishedOutput(storage, folder.resolve(name));
          });
    } catch (IOException e) {
      // what is not whole would be taken for whole
      for (Location file : written) {
        try {
          storage.delete(file);
        } catch (IOException suppressed) {
          e.addSuppressed(suppressed);
        }
      }
      throw e;
    }
  }

  static void print(Expected expected, PrintWriter out) {
    TextTable table =
        new TextTable("to be found", "records", "clean", "duplicates", "dead letters");
    for (RecordKind kind : RecordKind.values()) {
      Tally tally = expected.of(kind);
      table.add(kind.dataset(), tally.read(), tally.clean(), tally.duplicates(), tally.dead());
    }
    table.print(out);
  }
}
