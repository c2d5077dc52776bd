package io.pinpipeline.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayCommandTest {

  @TempDir Path folder;

  private record Outcome(int exitCode, String out, String err) {

    static Outcome of(String... arguments) {
      StringWriter out = new StringWriter();
      StringWriter err = new StringWriter();
      int exitCode = Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
      return new Outcome(exitCode, out.toString(), err.toString());
    }
  }

  private static void requireWrongUse(Outcome outcome, String... words) {
    assertThat(outcome.exitCode()).as("%s", outcome).isEqualTo(2);
    assertThat(outcome.err())
        .startsWith("pinpipeline: ")
        .contains(words)
        .contains("Try 'pinpipeline gateway --help'.")
        .doesNotContain("Exception", "\tat ");
    assertThat(outcome.out()).isEmpty();
  }

  @Test
  void helps() {
    for (String[] help : new String[][] {{"--help"}, {"-h"}, {"gateway", "--help"}}) {
      Outcome outcome = Outcome.of(help);
      assertThat(outcome.exitCode()).isZero();
      assertThat(outcome.err()).isEmpty();
      assertThat(outcome.out()).contains("Usage: pinpipeline", "--help", "--stacktrace");
    }
    assertThat(Outcome.of().exitCode()).isEqualTo(2);
    assertThat(Outcome.of().out()).contains("Usage: pinpipeline", "gateway");
  }

  @Test
  void namesWhatIsRequired() {
    requireWrongUse(
        Outcome.of("gateway"), "Missing required option: '--bootstrapServers", "--topicPrefix");
  }

  @Test
  void tellsAllWrongOptionsAtOnce() throws Exception {
    Path keys = Files.writeString(folder.resolve("keys"), "phone 123\nwatch\n");
    Path kafka = Files.writeString(folder.resolve("kafka"), "acks=0\nclient.dns.lookup=x\n");
    Path pem = Files.writeString(folder.resolve("pem"), "no certificate");
    Outcome outcome =
        Outcome.of(
            "gateway",
            "--bootstrapServers=nowhere",
            "--topics=a b,c,x.pin,streaming-x-pin",
            "--port=70000",
            "--managementPort=x",
            "--apiKeys=" + keys,
            "--kafkaProperties=" + kafka,
            "--tlsCertificate=" + pem,
            "--tlsKey=" + pem,
            "--maxRecords=0",
            "--clientTimeout=-1",
            "--rateLimit=-1",
            "--maxBytesInFlight=1000",
            "--topcis=d");
    requireWrongUse(
        outcome,
        "--bootstrapServers: 'nowhere'",
        "'a b' can be no topic's name",
        "the stream 'streaming-x-pin' would be two topics",
        "--port: 70000 is no port",
        "'--managementPort': 'x' is not an int",
        "line 1 is not 'name sha256'",
        "line 2 is not 'name sha256'",
        "acks is the gateway's own",
        "--tlsCertificate and --tlsKey: they are no PEM files",
        "--maxRecords: 0 is less than 1",
        "--clientTimeout: -1 is less than 1",
        "--rateLimit: -1 is less than 0",
        "--maxBytesInFlight: 1000 is too little",
        "--topcis");
  }

  @Test
  void tellsOfFilesThatCannotBeRead() {
    Path none = folder.resolve("none");
    requireWrongUse(
        Outcome.of(
            "gateway",
            "--bootstrapServers=127.0.0.1:9092",
            "--topicPrefix=demo",
            "--apiKeys=" + none,
            "--kafkaProperties=" + none,
            "--tlsCertificate=" + none),
        "--apiKeys: " + none + " does not exist",
        "--kafkaProperties: " + none + " does not exist",
        "--tlsCertificate and --tlsKey: give both, or none");
  }
}
