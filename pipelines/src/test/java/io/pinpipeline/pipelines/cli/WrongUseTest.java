package io.pinpipeline.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WrongUseTest {

  @TempDir Path folder;

  private static void requireWrongUse(Outcome outcome, String... words) {
    assertThat(outcome.exitCode()).as("%s", outcome).isEqualTo(2);
    assertThat(outcome.err())
        .startsWith("pinpipeline: ")
        .contains(words)
        .contains("--help'")
        .doesNotContain("Exception", "\tat ");
    assertThat(outcome.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "demo",
        "generate",
        "clean",
        "stream",
        "archive",
        "run-batch",
        "pending",
        "tables",
        "books",
        "digest",
        "dead-letters",
        "trace",
        "query",
        "vacuum",
        "verify-engines"
      })
  void helps(String command) {
    for (String help : List.of("--help", "-h")) {
      Outcome outcome = command.isEmpty() ? run(help) : run(command, help);
      assertThat(outcome.exitCode()).isZero();
      assertThat(outcome.err()).isEmpty();
      assertThat(outcome.out()).contains("Usage: pinpipeline", "--help", "--stacktrace");
    }
  }

  private static Outcome run(String... arguments) {
    return Outcome.bare(arguments);
  }

  @Test
  void saysHowItIsUsedWhereNoCommandIsGiven() {
    Outcome outcome = run();
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.out() + outcome.err()).contains("Usage: pinpipeline", "clean");
  }

  @Test
  void suggestsACommand() {
    requireWrongUse(run("claen"), "claen", "clean");
  }

  @Test
  void namesWhatIsRequired() {
    requireWrongUse(run("clean"), "--input", "--lake");
    requireWrongUse(run("tables"), "--lake");
    requireWrongUse(run("generate", "--output=x"), "--posts");
  }

  @Test
  void suggestsAnOption() {
    requireWrongUse(
        run("tables", "--lake=" + folder, "--stacktraces"),
        "unknown option --stacktraces; did you mean --stacktrace?");
    requireWrongUse(
        run("tables", "--lake=" + folder, "--awsRegoin=eu-west-1"), "did you mean --awsRegion?");
    requireWrongUse(
        run("clean", "--inptu=a", "--lake=" + folder),
        "Missing required option: '--input=GLOB'",
        "unknown option --inptu; did you mean --input?");
    requireWrongUse(run("tables", "--lake=" + folder, "--none"), "unknown option --none");
  }

  @Test
  void namesAllFaultsAtOnce() {
    requireWrongUse(
        run(
            "clean",
            "--input=s3://",
            "--lake=ftp://server/lake",
            "--dataset=board",
            "--targetFileBytes=1",
            "--maxRecordBytes=0",
            "--runner=FlinkRunner",
            "--bogus",
            "--endpoint=:",
            "more"),
        "--input: 's3://' has no bucket",
        "--lake: 'ftp://server/lake' has the scheme ftp",
        "--dataset: ",
        "pin, geo, user",
        "--targetFileBytes: 1 is less than",
        "--maxRecordBytes: 0 is not from",
        "--runner: ",
        "unknown option --bogus",
        "bad value of --endpoint",
        "'more' is no option");
    requireWrongUse(
        run(
            "generate",
            "--posts=0",
            "--output=ftp://x",
            "--files=0",
            "--partitions=0",
            "--recordsPerObject=0"),
        "--posts: 0",
        "--output: ",
        "--files: 0",
        "--partitions: 0",
        "--recordsPerObject: 0");
    requireWrongUse(
        run("dead-letters", "--lake=" + folder, "--dataset=board", "--limit=-1"),
        "--dataset: ",
        "--limit: -1");
    requireWrongUse(run("trace", "--lake=" + folder, "--ind=7", "--dataset=board"), "--dataset: ");
    requireWrongUse(run("trace", "--lake=" + folder), "--ind");
    requireWrongUse(
        run("vacuum", "--lake=ftp://x", "--olderThan=-1h", "--bogus"),
        "--lake: ",
        "--olderThan: -1h is not from 0s to 36500d",
        "unknown option --bogus");
    requireWrongUse(run("demo", "--posts=0", "--bogus"), "--posts: 0", "--bogus");
    requireWrongUse(
        run("clean", "--input=a", "--lake=b", "--dataset=geo", "--only=pins"),
        "--only: there is no dataset",
        "--only: with --dataset all of the input is of one dataset");
    requireWrongUse(
        run("pending", "--input=,", "--lake=ftp://x", "--dataset=board", "--format=xml"),
        "--format");
    requireWrongUse(
        run("pending", "--input=,", "--lake=ftp://x", "--dataset=board"),
        "--input: ",
        "--lake: ",
        "--dataset: ");
    requireWrongUse(run("books", "--lake=ftp://x", "--bogus"), "--lake: ", "--bogus");
    requireWrongUse(
        run(
            "run-batch",
            "--input=,",
            "--lake=ftp://x",
            "--olderThan=soon",
            "--maxRecordBytes=0",
            "--report=page.txt",
            "--bogus"),
        "--input: ",
        "--lake: ",
        "--olderThan: ",
        "--report: page.txt does not end with .html",
        "--maxRecordBytes: ",
        "--bogus");
  }

  @Test
  void namesAllFaultsOfAStreamAtOnce() throws IOException {
    Path properties = folder.resolve("kafka.properties");
    Files.writeString(
        properties,
        """
        enable.auto.commit=true
        auto.offset.reset=earliest
        value.deserializer=org.apache.kafka.common.serialization.StringDeserializer
        max.poll.records=many
        sasl.jaas.config=hush
        """);
    Outcome outcome =
        run(
            "stream",
            "--bootstrapServers=kafka",
            "--topicPrefix=my posts",
            "--lake=ftp://server/lake",
            "--kafkaProperties=" + properties,
            "--commitInterval=0.1s",
            "--deduplicationHorizon=ever",
            "--maxRecordBytes=0",
            "--targetFileBytes=1",
            "--metricsPort=65536",
            "--bogus");
    requireWrongUse(
        outcome,
        "--metricsPort: 65536 is not from 0 to 65535",
        "--bootstrapServers: 'kafka' is no host:port",
        "--topicPrefix: 'my posts' cannot begin the name of a topic",
        "--lake: 'ftp://server/lake' has the scheme ftp",
        "--kafkaProperties: enable.auto.commit cannot be true: records would be lost or doubled",
        "--kafkaProperties: auto.offset.reset cannot be earliest",
        "--kafkaProperties: value.deserializer cannot be set",
        "--kafkaProperties: Invalid value many for configuration max.poll.records",
        "--commitInterval: 0.1s is not from 0.2s to 36500d",
        "--deduplicationHorizon: 'ever' is no duration",
        "--maxRecordBytes: 0",
        "--targetFileBytes: 1 is less than",
        "unknown option --bogus");
    assertThat(outcome.err()).doesNotContain("hush");
    assertThat(folder).isDirectoryContaining(properties::equals);

    requireWrongUse(
        run(
            "stream",
            "--bootstrapServers=127.0.0.1:9092",
            "--topicPrefix=posts",
            "--lake=" + folder,
            "--kafkaProperties=" + folder.resolve("none")),
        "--kafkaProperties: cannot read " + folder.resolve("none") + ": there is no such file");
    requireWrongUse(run("stream"), "--topicPrefix", "--lake");
    requireWrongUse(
        run("stream", "--topicPrefix=posts", "--lake=" + folder), "--bootstrapServers is missing");
  }

  @Test
  void namesOptionsOfAnotherSource() {
    requireWrongUse(
        run(
            "stream",
            "--bootstrapServers=127.0.0.1:9092",
            "--kinesisEndpoint=http://127.0.0.1:4567",
            "--topicPrefix=posts",
            "--lake=" + folder),
        "--kinesisEndpoint says nothing with --source=kafka; leave it out");
    requireWrongUse(
        run(
            "stream",
            "--source=kinesis",
            "--bootstrapServers=127.0.0.1:9092",
            "--kafkaProperties=" + folder,
            "--kinesisEndpoint=kinesis",
            "--topicPrefix=posts",
            "--lake=" + folder),
        "--bootstrapServers says nothing with --source=kinesis; leave it out",
        "--kafkaProperties says nothing with --source=kinesis; leave it out",
        "--kinesisEndpoint: write it like http://127.0.0.1:4567");
    requireWrongUse(
        run("stream", "--source=pulsar", "--topicPrefix=posts", "--lake=" + folder),
        "--source",
        "kinesis");
  }

  @Test
  void namesAllFaultsOfAnArchiveAtOnce() {
    requireWrongUse(
        run(
            "archive",
            "--bootstrapServers=kafka",
            "--topicPrefix=my posts",
            "--output=ftp://server/archive",
            "--rollRecords=0",
            "--rollBytes=1023",
            "--rollInterval=0.1s",
            "--metricsPort=-1",
            "--runner=FlinkRunner",
            "--bogus"),
        "--bootstrapServers: 'kafka' is no host:port",
        "--topicPrefix: 'my posts' cannot begin the name of a topic",
        "--output: 'ftp://server/archive' has the scheme ftp",
        "--rollRecords: 0 is less than 1",
        "--rollBytes: 1023 is not from 1024 to 268435456 (256 MiB)",
        "--rollInterval: 0.1s is not from 0.2s to 36500d",
        "--metricsPort: -1 is not from 0 to 65535",
        "--runner: ",
        "unknown option --bogus");
    requireWrongUse(run("archive"), "--bootstrapServers", "--topicPrefix", "--output");
  }

  @Test
  void refusesValues() {
    requireWrongUse(
        run("generate", "--posts=many", "--output=x"), "Invalid value for option '--posts'");
    requireWrongUse(
        run("dead-letters", "--lake=" + folder, "--code=WRONG"), "--code", "MALFORMED_JSON");
    requireWrongUse(
        run("clean", "--input=a", "--lake=b", "--compression=lzo"), "--compression", "zstd");
    requireWrongUse(run("clean", "--input=[a", "--lake=b"), "--input: '[a' is no valid glob");
    requireWrongUse(run("clean", "--input=,", "--lake=b"), "--input: it is empty");
    requireWrongUse(run("clean", "--input=a", "--lake="), "--lake: an empty location");
    requireWrongUse(run("clean", "--input=a\0b", "--lake=b"), "--input: ");
    requireWrongUse(run("clean", "--input=a", "--lake=b\0c"), "--lake: ");
    for (String duration : List.of("", "soon", "7", "7days", "P1Y", "9999999999999999999d")) {
      requireWrongUse(
          run("vacuum", "--lake=b", "--olderThan=" + duration),
          "--olderThan: '" + duration + "' is no duration; write it like 7d, 12h, 30m or P1DT12H");
    }
    requireWrongUse(run("demo", "--directory=a\0b"), "--directory: ");
  }

  @Test
  void tellsWhatCredentialsLack() {
    requireWrongUse(
        run(
            "tables",
            "--lake=" + folder,
            "--awsCredentialsProvider={\"@type\":\"StaticCredentialsProvider\"}"),
        "bad value of --awsCredentialsProvider");
    requireWrongUse(
        run("generate", "--posts=1", "--output=" + folder, "--layout=s3sink", "--gzip"),
        "--files and --gzip: they are for --layout=lines");
  }

  @Test
  void verifiesEnginesOfACheckoutOnly() {
    requireWrongUse(
        run("verify-engines", "--posts=0"),
        "--posts: 0 is not from 1 to",
        "verify-engines runs from a checkout");
  }

  @Test
  void keepsSecretsToItself() {
    Outcome outcome =
        run(
            "tables",
            "--lake=" + folder,
            "--awsCredentialsProvider={\"@type\":\"Static\",\"secretAccessKey\":\"hush\"}");
    requireWrongUse(outcome, "bad value of --awsCredentialsProvider", "Static");
    assertThat(outcome.err()).doesNotContain("hush");
    Outcome cut =
        run("tables", "--lake=" + folder, "--awsCredentialsProvider={\"secretAccessKey\":\"hush");
    requireWrongUse(cut, "bad value of --awsCredentialsProvider");
    assertThat(cut.err()).doesNotContain("hush");
  }
}
