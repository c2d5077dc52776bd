package io.pinpipeline.local;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * A server that is loaded by a class loader of its own, from jars that travel inside ours: what it
 * needs (Jackson, Guava, Scala, an AWS SDK) cannot share a class path with the engines.
 *
 * <p>A server is a package below this one. It holds the jars, their names in the file {@code jars},
 * the settings of its logger, and one class, which sees both the jars and us. That class tells its
 * port as an {@link IntSupplier} and is closed as a {@link Closeable}: the two halves talk through
 * types of the JDK only.
 */
final class IsolatedServer implements Closeable {

  private static final String LOG_SETTINGS = "simplelogger.properties";

  private final String name;
  private final Path classes;
  private final URLClassLoader loader;
  private final Closeable half;
  private final AtomicBoolean closed = new AtomicBoolean();

  private IsolatedServer(String name, Path classes, URLClassLoader loader, Closeable half) {
    this.name = name;
    this.classes = classes;
    this.loader = loader;
    this.half = half;
  }

  /**
   * Starts a server.
   *
   * @param name what messages call it
   * @param half its class with its package, below this one, such as {@code s3proxy.S3ProxyServer}
   * @param arguments what the only constructor of that class takes
   * @throws IOException if the server does not start; nothing of it is left then
   */
  static IsolatedServer start(String name, String half, Object... arguments) throws IOException {
    Path classes =
        Files.createTempDirectory("pinpipeline-server-" + ProcessHandle.current().pid() + "-");
    URLClassLoader loader = null;
    try {
      loader =
          new URLClassLoader(unpack(name, half, classes), ClassLoader.getPlatformClassLoader());
      return new IsolatedServer(name, classes, loader, create(name, half, arguments, loader));
    } catch (IOException | RuntimeException | Error e) {
      if (loader != null) {
        loader.close();
      }
      deleteTree(classes);
      throw e;
    }
  }

  /** The port it listens on. */
  int port() {
    return ((IntSupplier) half).getAsInt();
  }

  /** The port of one listener of a server that has several, which is a {@link ToIntFunction}. */
  @SuppressWarnings("unchecked") // the interface's class says nothing of its type parameter
  int port(String listener) {
    return ((ToIntFunction<String>) half).applyAsInt(listener);
  }

  /** Something for the half that sees the server to do, such as {@code ObjIntConsumer}. */
  <T> void call(Class<T> type, Action<T> action) throws IOException {
    try {
      inContext(
          loader,
          () -> {
            action.run(type.cast(half));
            return half;
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Stops the server; a second time does nothing. */
  @Override
  public void close() throws IOException {
    if (closed.getAndSet(true)) {
      return;
    }
    try (loader) {
      call(Closeable.class, Closeable::close);
    } finally {
      deleteTree(classes);
    }
  }

  @Override
  public String toString() {
    return name;
  }

  /** What {@link #call} does. */
  interface Action<T> {
    void run(T half) throws IOException;
  }

  private interface Result<T> {
    T get() throws IOException;
  }

  /** Lays out the server's class path in a folder: its jars, our half of it, its log settings. */
  private static URL[] unpack(String name, String half, Path classes) throws IOException {
    String files = half.substring(0, half.indexOf('.') + 1).replace('.', '/');
    List<URL> urls = new ArrayList<>();
    copy(
        name,
        half.replace('.', '/') + ".class",
        classes.resolve(className(half).replace('.', '/') + ".class"));
    copy(name, files + LOG_SETTINGS, classes.resolve(LOG_SETTINGS));
    urls.add(classes.toUri().toURL());
    try (InputStream jars = resource(name, files + "jars")) {
      for (String jar :
          new String(jars.readAllBytes(), StandardCharsets.UTF_8).strip().split(":", -1)) {
        Path target = classes.resolve(jar);
        copy(name, jar, target);
        urls.add(target.toUri().toURL());
      }
    }
    return urls.toArray(URL[]::new);
  }

  private static void copy(String name, String resource, Path target) throws IOException {
    Files.createDirectories(target.getParent());
    try (InputStream in = resource(name, resource)) {
      Files.copy(in, target);
    }
  }

  private static InputStream resource(String name, String resource) throws FileNotFoundException {
    InputStream in = IsolatedServer.class.getResourceAsStream(resource);
    if (in == null) {
      throw new FileNotFoundException(
          name + " lacks " + resource + "; build the modules in src/local again");
    }
    return in;
  }

  private static Closeable create(String name, String half, Object[] arguments, ClassLoader loader)
      throws IOException {
    return inContext(
        loader,
        () -> {
          try {
            Constructor<?> constructor =
                loader.loadClass(className(half)).getDeclaredConstructors()[0];
            constructor.setAccessible(true);
            return (Closeable) constructor.newInstance(arguments);
          } catch (ReflectiveOperationException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(name + " does not start: " + cause, cause);
          }
        });
  }

  private static String className(String half) {
    return IsolatedServer.class.getPackageName() + "." + half;
  }

  /** The server's threads inherit the context class loader of the one that starts them. */
  private static <T> T inContext(ClassLoader loader, Result<T> result) throws IOException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return result.get();
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
