package io.pinpipeline.local;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/** Servers of a cluster on the loopback address: their ports, and whether they are up. */
final class Loopback {

  static final String ADDRESS = "127.0.0.1";

  /**
   * What engines reach for by reflection, as their own scripts open it; and C1 alone, as these
   * processes live too short a time to repay C2.
   */
  static final List<String> JVM_ARGUMENTS =
      List.of(
          "-XX:TieredStopAtLevel=1",
          "-XX:+IgnoreUnrecognizedVMOptions",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.lang.invoke=ALL-UNNAMED",
          "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
          "--add-opens=java.base/java.io=ALL-UNNAMED",
          "--add-opens=java.base/java.net=ALL-UNNAMED",
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
          "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED",
          "--add-opens=java.base/jdk.internal.ref=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.cs=ALL-UNNAMED",
          "--add-opens=java.base/sun.security.action=ALL-UNNAMED",
          "--add-opens=java.base/sun.util.calendar=ALL-UNNAMED",
          "--add-opens=java.security.jgss/sun.security.krb5=ALL-UNNAMED",
          "-Djdk.reflect.useDirectMethodHandle=false");

  private static final Duration LONGEST_START = Duration.ofSeconds(90);
  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(50);
  private static final int TIMEOUT_MILLIS = 5000;

  private Loopback() {}

  /** A port that nobody listens on, below those that systems give to clients. */
  static int freePort() throws IOException {
    IOException last = new IOException("never tried");
    for (int attempt = 0; attempt < 100; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(15_000, 32_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        last = e;
      }
    }
    throw new IOException("no port is free on " + ADDRESS, last);
  }

  /** What a server answers to GET. */
  static String get(URI uri) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    try (InputStream in = connection.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * Waits until a server says that a process is up.
   *
   * @throws IOException if the process ends, or takes too long; with what it has said
   */
  static void awaitUp(LocalProcess process, URI asked, Predicate<String> isUp) throws IOException {
    long begun = System.nanoTime();
    String last = "";
    while (System.nanoTime() - begun < LONGEST_START.toNanos()) {
      try {
        last = get(asked);
        if (isUp.test(last)) {
          return;
        }
      } catch (IOException e) {
        last = e.toString();
      }
      if (process.ended(BETWEEN_QUESTIONS)) {
        throw new IOException(
            process.name() + " ended as soon as it was started " + process.said());
      }
    }
    throw new IOException(
        process.name()
            + " was not up after "
            + LONGEST_START.toSeconds()
            + " s; "
            + asked
            + " answered "
            + last
            + "\nIt runs "
            + process.said());
  }

  /** The jars of a folder as a class path. */
  static String jars(Path folder, String module) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          "there are no jars in " + folder + "; make them with ./mvnw -pl " + module + " package");
    }
    return folder.resolve("*").toString();
  }
}
