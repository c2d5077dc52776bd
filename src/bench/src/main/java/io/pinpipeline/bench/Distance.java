package io.pinpipeline.bench;

import java.io.Closeable;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands before a server as a network would: each answer begins later, and each connection carries
 * so much a second and no more.
 */
final class Distance implements Closeable {

  /** From a request to the first byte of its answer; S3 takes some tens of milliseconds. */
  static final int LATENCY_MILLIS = 20;

  /** What a connection carries; S3 gives one some 80 to 90 MB/s. */
  static final long BYTES_A_SECOND = 80_000_000;

  private static final int BUFFER_BYTES = 64 << 10;

  private final URI server;
  private final ServerSocket socket;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

  Distance(URI server) throws IOException {
    this.server = server;
    socket = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  /** Where the server is reached from afar. */
  URI endpoint() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        sockets.add(client);
        Socket upstream = connect(client);
        client.setTcpNoDelay(true);
        upstream.setTcpNoDelay(true);
        sockets.add(upstream);
        AtomicBoolean asked = new AtomicBoolean();
        threads.execute(() -> ask(client, upstream, asked));
        threads.execute(() -> answer(upstream, client, asked));
      } catch (IOException e) {
        // closed, or the server is gone: the client sees it
      }
    }
  }

  private Socket connect(Socket client) throws IOException {
    try {
      return new Socket(server.getHost(), server.getPort());
    } catch (IOException e) {
      client.close();
      throw e;
    }
  }

  private static void ask(Socket client, Socket upstream, AtomicBoolean asked) {
    try (client;
        upstream) {
      InputStream in = client.getInputStream();
      OutputStream out = upstream.getOutputStream();
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        asked.set(true);
        out.write(buffer, 0, count);
      }
    } catch (IOException e) {
      // the other direction has ended
    }
  }

  private static void answer(Socket upstream, Socket client, AtomicBoolean asked) {
    try (client;
        upstream) {
      InputStream in = upstream.getInputStream();
      OutputStream out = client.getOutputStream();
      byte[] buffer = new byte[BUFFER_BYTES];
      long due = System.nanoTime();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        due = Math.max(due, System.nanoTime());
        if (asked.getAndSet(false)) {
          due += TimeUnit.MILLISECONDS.toNanos(LATENCY_MILLIS);
        }
        waitUntil(due);
        out.write(buffer, 0, count);
        due += count * TimeUnit.SECONDS.toNanos(1) / BYTES_A_SECOND;
      }
    } catch (IOException e) {
      // the other direction has ended
    }
  }

  private static void waitUntil(long nanos) {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (Socket one : sockets) {
      one.close();
    }
    threads.shutdownNow();
  }
}
