package io.pinpipeline.local;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A real S3 server (s3proxy) inside this process, on a free port of the loopback address. It checks
 * signatures and keeps each bucket as a folder of files, so what it holds outlives it.
 *
 * <p>s3proxy is loaded by a class loader of its own, from jars that travel inside this module: it
 * needs a newer AWS SDK, Jackson, Guava and servlet API than the engines can share a class path
 * with. Clients reach it by path-style addresses and in any region.
 */
public final class S3Server implements AutoCloseable {

  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final String JARS = "s3proxy.jars";
  private static final String LOG_SETTINGS = "org.slf4j.simpleLogger.log.org.gaul=warn\n";

  private final Path folder;
  private final Path classes;
  private final URLClassLoader loader;
  private final Closeable proxy;
  private final URI endpoint;

  private S3Server(
      Path folder, Path classes, URLClassLoader loader, Closeable proxy, URI endpoint) {
    this.folder = folder;
    this.classes = classes;
    this.loader = loader;
    this.proxy = proxy;
    this.endpoint = endpoint;
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
    Path classes = Files.createTempDirectory("pinpipeline-s3-");
    URLClassLoader loader = null;
    try {
      loader = new URLClassLoader(unpack(classes), ClassLoader.getPlatformClassLoader());
      Closeable proxy = startProxy(loader, folder.toRealPath(), accessKey, secretKey);
      int port = ((IntSupplier) proxy).getAsInt();
      return new S3Server(folder, classes, loader, proxy, URI.create("http://127.0.0.1:" + port));
    } catch (IOException | RuntimeException e) {
      if (loader != null) {
        loader.close();
      }
      deleteTree(classes);
      throw e;
    }
  }

  /** Where it listens, such as {@code http://127.0.0.1:41234}. */
  public URI endpoint() {
    return endpoint;
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
    try (loader) {
      proxy.close();
    } finally {
      deleteTree(classes);
    }
  }

  /** Lays out the server's class path in a folder: its jars, our half of it, its log settings. */
  private static URL[] unpack(Path classes) throws IOException {
    List<URL> urls = new ArrayList<>();
    Path ours = classes.resolve(S3ProxyServer.class.getName().replace('.', '/') + ".class");
    copy(S3ProxyServer.class.getSimpleName() + ".class", ours);
    Files.writeString(classes.resolve("simplelogger.properties"), LOG_SETTINGS);
    urls.add(classes.toUri().toURL());
    try (InputStream names = resource(JARS)) {
      for (String name :
          new String(names.readAllBytes(), StandardCharsets.UTF_8).strip().split(":", -1)) {
        Path jar = classes.resolve(name);
        copy(name, jar);
        urls.add(jar.toUri().toURL());
      }
    }
    return urls.toArray(URL[]::new);
  }

  private static void copy(String resource, Path target) throws IOException {
    Files.createDirectories(target.getParent());
    try (InputStream in = resource(resource)) {
      Files.copy(in, target);
    }
  }

  private static InputStream resource(String name) throws FileNotFoundException {
    InputStream in = S3Server.class.getResourceAsStream(name);
    if (in == null) {
      throw new FileNotFoundException(
          "the embedded S3 server lacks " + name + "; build the module src/local again");
    }
    return in;
  }

  /** The server's threads inherit the context class loader of the one that starts them. */
  private static Closeable startProxy(
      ClassLoader loader, Path folder, String accessKey, String secretKey) throws IOException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      var constructor =
          loader
              .loadClass(S3ProxyServer.class.getName())
              .getDeclaredConstructor(String.class, String.class, String.class);
      constructor.setAccessible(true);
      return (Closeable) constructor.newInstance(folder.toString(), accessKey, secretKey);
    } catch (ReflectiveOperationException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException("the embedded S3 server does not start: " + cause, cause);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static void deleteTree(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
