package io.pinpipeline.lake.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Stands between a client and a server, and breaks connections when told to. */
final class FaultyProxy implements AutoCloseable {

  private static final long NEVER = Long.MAX_VALUE;

  private final URI server;
  private final ServerSocket socket;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
  private final AtomicInteger cuts = new AtomicInteger();
  private final AtomicReference<String> doomed = new AtomicReference<>("");
  private volatile long cutAfter = NEVER;
  private volatile String answerEnd = "";
  private volatile String replacement = "";

  FaultyProxy(URI server) throws IOException {
    this.server = server;
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  /** From the next connection on, each is cut once that many bytes of answers have passed. */
  void cutAfter(long bytes) {
    cutAfter = bytes;
  }

  void heal() {
    cutAfter = NEVER;
  }

  /**
   * Lets the next request that begins with a text pass, and loses its answer.
   *
   * @param start as in "PUT /bucket/key"
   * @param end what the answer holds once the server has done its work: it may begin to answer
   *     before
   */
  void loseAnswerTo(String start, String end) {
    replaceAnswerTo(start, end, "");
  }

  /** As {@link #loseAnswerTo}, with another answer in its place. */
  void replaceAnswerTo(String start, String end, String answer) {
    answerEnd = end;
    replacement = answer;
    doomed.set(start);
  }

  /** How many connections were cut. */
  int cuts() {
    return cuts.get();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Socket upstream = new Socket(server.getHost(), server.getPort());
        sockets.add(client);
        Link link = new Link(client, upstream, cutAfter);
        threads.execute(link::up);
        threads.execute(link::down);
      } catch (IOException e) {
        // Closed, or the server is gone: the client sees it.
      }
    }
  }

  /** One connection through the proxy. */
  private final class Link {
    private final Socket client;
    private final Socket upstream;
    private long remaining;
    private final StringBuilder lost = new StringBuilder();
    private volatile boolean answerLost;

    Link(Socket client, Socket upstream, long remaining) {
      this.client = client;
      this.upstream = upstream;
      this.remaining = remaining;
    }

    void up() {
      try (client;
          upstream) {
        InputStream in = client.getInputStream();
        OutputStream out = upstream.getOutputStream();
        byte[] buffer = new byte[16 << 10];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          String start = doomed.get();
          if (!start.isEmpty()
              && new String(buffer, 0, count, ISO_8859_1).startsWith(start)
              && doomed.compareAndSet(start, "")) {
            answerLost = true;
          }
          out.write(buffer, 0, count);
        }
      } catch (IOException e) {
        // The other direction was cut.
      }
    }

    void down() {
      try (client;
          upstream) {
        InputStream in = upstream.getInputStream();
        OutputStream out = client.getOutputStream();
        byte[] buffer = new byte[16 << 10];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          if (answerLost && !isInterim(buffer, count)) {
            lost.append(new String(buffer, 0, count, ISO_8859_1));
            if (lost.indexOf(answerEnd) < 0) {
              continue;
            }
            out.write(replacement.getBytes(ISO_8859_1));
            cuts.incrementAndGet();
            return;
          }
          int pass = (int) Math.min(count, remaining);
          out.write(buffer, 0, pass);
          remaining -= pass;
          if (remaining == 0) {
            cuts.incrementAndGet();
            return;
          }
        }
      } catch (IOException e) {
        // The other direction was cut.
      }
    }

    /** "100 Continue" asks for the rest of the request. */
    private boolean isInterim(byte[] buffer, int count) {
      return new String(buffer, 0, Math.min(count, 12), ISO_8859_1).equals("HTTP/1.1 100");
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (Socket client : sockets) {
      client.close();
    }
    threads.shutdownNow();
  }
}
