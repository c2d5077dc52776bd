package io.pinpipeline.local;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * A real S3 server (s3proxy) inside this process, on a free port of the loopback address. It checks
 * signatures and keeps each bucket as a folder of files, so what it holds outlives it.
 *
 * <p>Clients reach it by path-style addresses and in any region.
 */
public final class S3Server implements AutoCloseable {

  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

  private final Path folder;
  private final IsolatedServer server;

  private S3Server(Path folder, IsolatedServer server) {
    this.folder = folder;
    this.server = server;
  }

  /**
   * Starts a server.
   *
   * @param folder where the buckets are kept, each a folder; made if it is missing
   * @param accessKey the only access key it accepts
   * @param secretKey that key's secret
   * @throws IOException if the folder cannot be made or the server does not start
   */
  public static S3Server start(Path folder, String accessKey, String secretKey) throws IOException {
    Files.createDirectories(folder);
    return new S3Server(
        folder,
        IsolatedServer.start(
            "the embedded S3 server",
            "s3proxy.S3ProxyServer",
            folder.toRealPath().toString(),
            accessKey,
            secretKey));
  }

  /** Where it listens, such as {@code http://127.0.0.1:41234}. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.port());
  }

  /**
   * Makes a bucket; nothing happens if it is there.
   *
   * @throws IllegalArgumentException if the name breaks S3's rules for names of buckets
   */
  public void createBucket(String name) throws IOException {
    if (!BUCKET.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'"
              + name
              + "' cannot name a bucket: use 3 to 63 lower-case letters, digits, dots and hyphens");
    }
    Files.createDirectories(folder.resolve(name));
  }

  /** Stops the server. The buckets stay. */
  @Override
  public void close() throws IOException {
    server.close();
  }
}
