package io.pinpipeline.pipelines.cli;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.generate.Expected;
import io.pinpipeline.core.generate.LinesLayout;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.core.generate.RecordKind;
import io.pinpipeline.core.generate.Tally;
import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.Values;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.TableReader;
import io.pinpipeline.lake.delta.TableSnapshot;
import io.pinpipeline.lake.parquet.ParquetSettings;
import io.pinpipeline.lake.parquet.RollingDataFileWriter;
import io.pinpipeline.lake.run.Books;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.local.KafkaServer;
import io.pinpipeline.local.S3Server;
import io.pinpipeline.pipelines.CleanRun;
import io.pinpipeline.pipelines.sink.FileForm;
import io.pinpipeline.pipelines.source.S3Source;
import io.pinpipeline.transforms.query.Answer;
import io.pinpipeline.transforms.query.Question;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Shows all of it at work. */
@Command(
    name = "demo",
    description = {
      "Shows it at work, with a gateway, a Kafka broker and an S3 server of its own: cleans invented"
          + " posts as a batch; posts as users do, cleans that as a stream and from the raw archive,"
          + " and compares the tables; asks questions, and makes a page of the answers."
    })
final class DemoCommand implements Callable<Integer> {

  private static final int SHOWN_CHARACTERS = 40;
  private static final String TOPICS = "demo";
  private static final int PARTITIONS = 3;
  private static final FileForm FILES =
      new FileForm(ParquetSettings.Compression.SNAPPY, RollingDataFileWriter.DEFAULT_TARGET_BYTES);

  private static final Set<Question> SHOWN_ANSWERS =
      EnumSet.of(
          Question.TOP_CATEGORY_BY_YEAR,
          Question.COUNTRY_OF_TOP_POSTER,
          Question.TOP_CATEGORY_BY_AGE_GROUP,
          Question.MEDIAN_FOLLOWERS_BY_AGE_GROUP,
          Question.USERS_JOINED_BY_YEAR,
          Question.MEDIAN_FOLLOWERS_BY_JOIN_YEAR);

  @Spec private CommandSpec spec;

  @Option(
      names = "--posts",
      paramLabel = "N",
      defaultValue = "100000",
      description = "How many posts to invent (default: ${DEFAULT-VALUE}).")
  private long posts;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      defaultValue = "demo",
      description =
          "Where to work; each run of the demo adds a folder (default: ${DEFAULT-VALUE}).")
  private String directory;

  @Unmatched private final List<String> others = new ArrayList<>();
  private final BeamArguments beam = new BeamArguments(others);

  @Override
  public Integer call() throws IOException {
    List<String> faults = beam.faults(spec.commandLine());
    if (posts < 1 || posts > PostGenerator.MAX_POSTS) {
      faults.add("--posts: " + posts + " is not from 1 to " + PostGenerator.MAX_POSTS);
    }
    try {
      Location.parse(directory);
    } catch (IllegalArgumentException e) {
      faults.add("--directory: " + e.getMessage());
    }
    if (!faults.isEmpty()) {
      throw new WrongUseException(String.join("\n  ", faults));
    }
    PrintWriter out = spec.commandLine().getOut();
    RunId id = RunId.beginning(Instant.now());
    Location folder = Location.parse(directory).resolve(id.value());
    Location bronze = folder.resolve("bronze");
    Lake lake = new Lake(folder.resolve("lake"));
    try (Storage storage = beam.storage();
        TemporaryFolder topics = new TemporaryFolder("pinpipeline-kafka-");
        KafkaServer kafka = KafkaServer.start(topics.path())) {
      out.println("1. Invent " + posts + " posts: " + bronze);
      Expected expected =
          GenerateCommand.write(storage, bronze, new PostGenerator(1, posts), new LinesLayout());
      GenerateCommand.print(expected, out);

      out.println();
      out.println("2. Clean them: " + lake.location());
      CleanRun.Request request =
          new CleanRun.Request(
              bronze.uri(),
              lake,
              null,
              Datasets.all(),
              false,
              S3Source.DEFAULT_MAX_RECORD_BYTES,
              FILES,
              Runtime.getRuntime().availableProcessors());
      Map<String, Books> books =
          new CleanJob(storage, lake, beam.options(), out, spec.commandLine().getErr())
              .run(CleanRun.plan(storage, request, id));
      requireEqual(expected, books);

      out.println();
      out.println("3. The tables");
      TablesCommand.print(storage, lake, out);
      for (Map.Entry<String, TableSnapshot> table : LakeCommand.tables(storage, lake).entrySet()) {
        if (!table.getKey().equals(LakeCommand.DEAD_LETTERS)) {
          out.println();
          printRows(Datasets.named(table.getKey()), table.getValue(), out);
        }
      }

      out.println();
      int code = posted(kafka, topics.path(), folder, out);
      if (code != 0) {
        return code;
      }
      Map<String, String> streamed = DigestCommand.digests(storage, streamed(folder));
      requireSame(streamed, DigestCommand.digests(storage, archived(folder)));
      out.println();
      out.println("The stream and the archive gave the same rows, table by table.");

      out.println();
      out.println("8. Ask: the nine questions, of which these have short answers");
      List<Answer> answers =
          new QueryJob(storage, lake, beam.options()).answers(EnumSet.allOf(Question.class));
      AnswerFormat.table.print(
          answers.stream().filter(answer -> SHOWN_ANSWERS.contains(answer.question())).toList(),
          out);
      Location page = folder.resolve("report.html");
      ReportCommand.write(storage, page, LakeReport.open(storage, lake).with(answers));

      out.println();
      out.println("Look further:");
      out.println("  ./pinpipeline query --lake=" + lake.location().path());
      out.println("  ./pinpipeline dead-letters --lake=" + lake.location().path());
      out.println("  ./pinpipeline digest --lake=" + lake.location().path());
      out.println(
          "  ./pinpipeline clean --input="
              + bronze.path()
              + " --lake="
              + lake.location().path()
              + "   (again: it takes nothing twice)");
      out.println();
      out.println("9. All of it as a page to open in a browser: " + page);
    }
    return 0;
  }

  /** The tables of the stream. */
  private static Lake streamed(Location folder) {
    return new Lake(folder.resolve("stream"));
  }

  /** The tables of the archive. */
  private static Lake archived(Location folder) {
    return new Lake(folder.resolve("archived"));
  }

  /**
   * The way of posts that users send: through the gateway into topics, from there as a stream to
   * tables, and by the archive on S3 and a batch to others. The exit code of the first command that
   * fails.
   */
  private int posted(KafkaServer kafka, Path work, Location folder, PrintWriter out)
      throws IOException {
    String launcher = System.getProperty(Main.LAUNCHER_PROPERTY);
    if (launcher == null) {
      out.println("4. Send them to Kafka; the gateway has a bundle that only ./pinpipeline finds");
      TopicPosts.fill(kafka, TOPICS, PARTITIONS, new PostGenerator(1, posts));
    } else {
      TopicPosts.createTopics(kafka, TOPICS, PARTITIONS);
      out.println(
          "4. Post as users do, to a gateway, into Kafka (its bundle is built at first use)");
      try (FrontDoor door =
          FrontDoor.open(Path.of(launcher), work, kafka.bootstrapServers(), TOPICS)) {
        door.post(posts, out);
      }
    }

    String topics = "--topicPrefix=" + TOPICS;
    String brokers = "--bootstrapServers=" + kafka.bootstrapServers();
    out.println();
    Lake streamed = streamed(folder);
    out.println("5. Clean them as a stream, out of Kafka: " + streamed.location());
    int code =
        run(
            "stream",
            brokers,
            topics,
            "--lake=" + streamed.location().uri(),
            "--commitInterval=2s",
            "--untilCaughtUp");
    if (code != 0) {
      return code;
    }

    if (!folder.isLocal()) { // it is on an S3 server already
      return archive(brokers, topics, folder.resolve("raw"), folder, out);
    }
    try (S3Server s3 = S3Server.start(work.resolve("s3"), "demo", "secret")) {
      s3.createBucket("raw");
      return archive(
          brokers,
          topics,
          Location.parse("s3://raw"),
          folder,
          out,
          "--awsRegion=us-east-1",
          "--endpoint=" + s3.endpoint(),
          "--awsCredentialsProvider={\"@type\":\"StaticCredentialsProvider\","
              + "\"accessKeyId\":\"demo\",\"secretAccessKey\":\"secret\"}");
    }
  }

  /** Archives the topics and cleans the archive; the options lead to the server that holds it. */
  private int archive(
      String brokers,
      String topics,
      Location raw,
      Location folder,
      PrintWriter out,
      String... server) {
    out.println();
    out.println("6. Archive the topics on an S3 server: " + raw.resolve("topics"));
    int code = run("archive", server, brokers, topics, "--output=" + raw, "--untilCaughtUp");
    if (code != 0) {
      return code;
    }
    Lake archived = archived(folder);
    out.println();
    out.println("7. Clean the archive: " + archived.location());
    return run(
        "clean",
        server,
        "--input=" + raw.resolve("topics").uri(),
        "--lake=" + archived.location().uri());
  }

  private int run(String command, String... arguments) {
    return run(command, new String[0], arguments);
  }

  /** Runs another command, with Beam's options of this one. */
  private int run(String command, String[] more, String... arguments) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of(arguments));
    all.addAll(List.of(more));
    all.addAll(others);
    return Main.run(
        spec.commandLine().getOut(), spec.commandLine().getErr(), all.toArray(String[]::new));
  }

  private static void requireSame(Map<String, String> stream, Map<String, String> archive)
      throws IOException {
    if (!stream.equals(archive)) {
      throw new IOException(
          "The stream gave " + stream + ", the archive " + archive + ". Please report it.");
    }
  }

  /** The generator counted what it wrote without knowing how it is cleaned. */
  private static void requireEqual(Expected expected, Map<String, Books> books) throws IOException {
    for (RecordKind kind : RecordKind.values()) {
      Tally tally = expected.of(kind);
      Books found = books.getOrDefault(kind.dataset(), Books.NONE);
      Books wanted =
          new Books(
              tally.read(), tally.clean(), tally.duplicates(), tally.dead(), tally.deadLetters());
      if (!found.equals(wanted)) {
        throw new IOException(
            "The "
                + kind.dataset()
                + " records came out as "
                + found
                + ", and were made as "
                + wanted
                + ". Please report it.");
      }
    }
  }

  private static void printRows(Dataset<?> dataset, TableSnapshot table, PrintWriter out)
      throws IOException {
    List<String> columns =
        dataset.plan().ownColumns().columns().stream().map(ColumnSpec::path).limit(6).toList();
    TextTable shown = new TextTable(columns.toArray(String[]::new));
    try (TableReader rows = table.read(columns)) {
      if (rows.next()) {
        for (int row = 0; row < Math.min(3, rows.block().rows()); row++) {
          Values values = new Values(rows.block(), row);
          Object[] cells = new Object[columns.size()];
          for (int column = 0; column < cells.length; column++) {
            String text = values.show(column);
            cells[column] =
                text.length() <= SHOWN_CHARACTERS
                    ? text
                    : text.substring(0, SHOWN_CHARACTERS - 3) + "...";
          }
          shown.add(cells);
        }
      }
    }
    shown.print(out);
  }
}
