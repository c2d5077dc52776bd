package io.pinpipeline.pipelines.cli;

import io.pinpipeline.local.LocalProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The gateway and those who post to it, in processes of their own: they have a bundle apart. */
final class FrontDoor implements AutoCloseable {

  private static final Pattern ADDRESS = Pattern.compile("http://\\S+:\\d+");
  private static final Duration LONGEST = Duration.ofHours(1);

  private final Path launcher;
  private final Path folder;
  private final String topicPrefix;
  private final Process gateway;
  private final String address;

  private FrontDoor(
      Path launcher, Path folder, String topicPrefix, Process gateway, String address) {
    this.launcher = launcher;
    this.folder = folder;
    this.topicPrefix = topicPrefix;
    this.gateway = gateway;
    this.address = address;
  }

  /**
   * Opens it on a free port of this machine, building its bundle first if that is not there.
   *
   * @param launcher runs commands, whatever their bundle
   * @param folder where its log goes
   * @throws IOException if it does not open
   */
  static FrontDoor open(Path launcher, Path folder, String bootstrapServers, String topicPrefix)
      throws IOException {
    Path log = folder.resolve("gateway.log");
    Process gateway =
        new ProcessBuilder(
                launcher.toString(),
                "gateway",
                "--bootstrapServers=" + bootstrapServers,
                "--topicPrefix=" + topicPrefix,
                "--port=0",
                "--managementPort=0")
            .redirectError(log.toFile())
            .start();
    // it says where it listens once it does
    String said =
        Optional.ofNullable(gateway.inputReader(StandardCharsets.UTF_8).readLine()).orElse("");
    Matcher address = ADDRESS.matcher(said);
    if (!address.find()) {
      gateway.destroy();
      throw new IOException("The gateway does not start: " + said + Files.readString(log));
    }
    return new FrontDoor(launcher, folder, topicPrefix, gateway, address.group());
  }

  /**
   * Has users post, and prints what was acknowledged.
   *
   * @throws IOException if a record was not
   */
  void post(long posts, PrintWriter out) throws IOException {
    try (LocalProcess users =
        LocalProcess.start(
            folder,
            "emulate",
            Map.of(),
            List.of(
                launcher.toString(),
                "emulate",
                "--gateway=" + address,
                "--topicPrefix=" + topicPrefix,
                "--posts=" + posts,
                "--batch=200",
                "--parallel=4"))) {
      if (users.await(LONGEST) != 0) {
        throw new IOException("Not all posts were taken: " + users.said());
      }
      out.print(users.out());
    }
  }

  /** Closes it; what it acknowledged is in Kafka. */
  @Override
  public void close() {
    gateway.destroy();
    gateway.onExit().join();
  }
}
