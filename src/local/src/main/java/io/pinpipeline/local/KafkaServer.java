package io.pinpipeline.local;

import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ObjIntConsumer;

/**
 * A real Kafka broker inside this process, on the loopback address: one node that is its own
 * controller (KRaft). What it holds outlives it, so a broker that is closed and started again with
 * the same folder and port is, to its clients, a broker that was restarted.
 *
 * <p>It keeps all records whatever their age, does not make topics by itself, and is set up for a
 * quick start and little memory.
 */
public final class KafkaServer implements AutoCloseable {

  /** The folders of this process's brokers: a process is not told of its own locks. */
  private static final Set<Path> IN_USE = ConcurrentHashMap.newKeySet();

  private final Closeable lock;
  private final IsolatedServer server;
  private final AtomicBoolean closed = new AtomicBoolean();

  private KafkaServer(Closeable lock, IsolatedServer server) {
    this.lock = lock;
    this.server = server;
  }

  /**
   * Starts a broker on a free port.
   *
   * @param folder where topics and their records are kept; made if it is missing
   * @throws IOException if another broker uses the folder or the broker does not start
   */
  public static KafkaServer start(Path folder) throws IOException {
    return start(folder, 0);
  }

  /**
   * Starts a broker.
   *
   * @param folder where topics and their records are kept; made if it is missing
   * @param port where it listens, such as {@link #port()} of a broker that was closed; 0 takes a
   *     free one
   * @throws IOException if the port is taken, another broker uses the folder or the broker does not
   *     start
   */
  public static KafkaServer start(Path folder, int port) throws IOException {
    return start(folder, port, Map.of());
  }

  /**
   * Starts a broker on a free port that also listens to clients with TLS and SASL, on another port.
   *
   * @param folder where topics and their records are kept; made if it is missing
   * @param settings of that listener, as Kafka names them, such as {@code ssl.keystore.location}
   * @throws IOException if another broker uses the folder, or the broker does not start
   */
  public static KafkaServer startSecured(Path folder, Map<String, String> settings)
      throws IOException {
    return start(folder, 0, settings);
  }

  private static KafkaServer start(Path folder, int port, Map<String, String> secured)
      throws IOException {
    Files.createDirectories(folder);
    Path real = folder.toRealPath();
    Closeable lock = lock(real);
    try {
      requireFree(port);
      return new KafkaServer(
          lock,
          IsolatedServer.start(
              "the embedded Kafka broker", "kafka.KafkaBroker", real.toString(), port, secured));
    } catch (IOException | RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  /** Where it listens, as clients are told: {@code 127.0.0.1:41234}. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port();
  }

  /** Where it listens to clients with TLS and SASL. */
  public String securedBootstrapServers() {
    return "127.0.0.1:" + server.port("SECURED");
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  /**
   * Makes a topic and returns when clients can see it; nothing happens if it is there with as many
   * partitions.
   *
   * @throws IOException if the name breaks Kafka's rules, or the topic is there with another number
   *     of partitions
   */
  public void createTopic(String name, int partitions) throws IOException {
    server.call(ObjIntConsumer.class, broker -> createTopic(broker, name, partitions));
  }

  @SuppressWarnings("unchecked") // the interface's class says nothing of its type parameter
  private static void createTopic(ObjIntConsumer<?> broker, String name, int partitions) {
    ((ObjIntConsumer<String>) broker).accept(name, partitions);
  }

  /** Stops the broker, in order: what clients were told is written, is on disk. */
  @Override
  public void close() throws IOException {
    if (closed.getAndSet(true)) {
      return; // the folder may be another broker's by now
    }
    try (lock) {
      server.close();
    }
  }

  /**
   * Kafka's own lock comes late: by then it has written to the folder. Who closes a file gives up
   * all locks that the process has on it (POSIX), so one that this process has is not tried again.
   */
  private static Closeable lock(Path folder) throws IOException {
    Closeable ours = () -> IN_USE.remove(folder);
    if (IN_USE.add(folder)) {
      try {
        FileChannel channel =
            FileChannel.open(
                folder.resolve("in-use.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() != null) {
          return () -> {
            try (ours) {
              channel.close();
            }
          };
        }
        channel.close();
      } catch (IOException | RuntimeException e) {
        ours.close();
        throw e;
      }
      ours.close();
    }
    throw new IOException(
        "another Kafka broker uses the folder "
            + folder
            + "; close that broker, or give this one a folder of its own");
  }

  private static void requireFree(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true); // as Kafka does: a port can be had again at once
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
    } catch (BindException e) {
      throw new IOException(
          "the embedded Kafka broker cannot listen on port "
              + port
              + " of 127.0.0.1: "
              + e.getMessage()
              + "; stop what uses the port, or give another",
          e);
    }
  }
}
