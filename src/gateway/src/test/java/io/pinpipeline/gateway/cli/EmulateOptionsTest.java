package io.pinpipeline.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmulateOptionsTest {

  @TempDir Path folder;

  private static void requireWrongUse(String[] arguments, String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
    assertThat(exitCode).as("%s%s", out, err).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("pinpipeline: ")
        .contains(words)
        .contains("Try 'pinpipeline emulate --help'.")
        .doesNotContain("Exception", "\tat ");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void namesWhatIsRequired() {
    requireWrongUse(
        new String[] {"emulate"},
        "Missing required options: '--gateway=URL', '--topicPrefix=NAME'",
        "--posts or --source");
  }

  @Test
  void tellsAllWrongOptionsAtOnce() throws Exception {
    Path none = folder.resolve("none");
    Path blank = Files.writeString(folder.resolve("blank"), "\n");
    Path state = Files.writeString(folder.resolve("state"), "{\"run\":{}}");
    requireWrongUse(
        new String[] {
          "emulate",
          "--gateway=127.0.0.1:8082",
          "--topicPrefix=a b",
          "--posts=0",
          "--rate=-1",
          "--batch=x",
          "--form=smoke",
          "--giveUpAfter=0",
          "--apiKeyFile=" + blank,
          "--passwordFile=" + none,
          "--order=sequential",
          "--resume=" + state,
          "--psots=1"
        },
        "--gateway: '127.0.0.1:8082' is no URL",
        "--topicPrefix: 'a b' cannot begin",
        "--posts: 0 is not from 1",
        "--rate: -1.0 is not more than 0",
        "'--batch': 'x' is not an int",
        "--form",
        "smoke",
        "--giveUpAfter: 0 is less than 1",
        "--apiKeyFile: the first line of " + blank + " is empty",
        "--passwordFile, --order: only a database has that",
        "--resume: " + state + " is no state of a run",
        "--psots");
  }

  @Test
  void knowsAddressesAndKeysThatCannotBe() throws Exception {
    requireWrongUse(
        new String[] {
          "emulate",
          "--gateway=http://127.0.0.1:99999",
          "--topicPrefix=demo",
          "--posts=1",
          "--apiKeyFile=" + Files.writeString(folder.resolve("key"), "caf\u00e9\n")
        },
        "--gateway: 'http://127.0.0.1:99999' is no URL",
        "has blanks or letters that no key has");
  }

  @Test
  void tellsWhatIsWrongWithADatabase() {
    Path none = folder.resolve("none");
    requireWrongUse(
        new String[] {
          "emulate",
          "--gateway=http://127.0.0.1:1",
          "--topicPrefix=demo",
          "--source=mariadb://127.0.0.1/pins",
          "--passwordFile=" + none,
          "--driver=" + none,
          "--posts=-1",
          "--resume=" + none.resolve("state")
        },
        "--source: 'mariadb://127.0.0.1/pins' is no JDBC URL",
        "--passwordFile: " + none + " does not exist",
        "--driver: " + none + " is no file",
        "--posts: -1 is less than 1",
        "--resume: there is no folder " + none);
  }

  @Test
  void doesNotGoOnWithAnotherRun() throws Exception {
    Path state =
        Files.writeString(
            folder.resolve("state"),
            "{\"run\":{\"posts\":\"5\",\"seed\":\"1\",\"topicPrefix\":\"demo\"},\"position\":[3]}");
    requireWrongUse(
        new String[] {
          "emulate",
          "--gateway=http://127.0.0.1:1",
          "--topicPrefix=demo",
          "--posts=6",
          "--resume=" + state
        },
        "belongs to another run, {posts=5, seed=1, topicPrefix=demo}",
        "this one is {posts=6, seed=1, topicPrefix=demo}",
        "remove that one");
  }
}
