package io.pinpipeline.pipelines.source;

import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StoredObject;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Reads objects one after the other, and fetches what comes next while what came before is worked
 * on.
 *
 * <p>A store across a network answers after some tens of milliseconds, and then sends some tens of
 * megabytes a second over a connection; a core cleans several times as many. One request at a time
 * would have it wait, most of all for small objects.
 *
 * <p>It is not thread-safe.
 */
final class ReadAhead implements Closeable {

  /** What one request fetches: long enough that its latency is a small part of it. */
  static final int PIECE_BYTES = 2 << 20;

  /** The pieces that are fetched or wait to be read, where they are small. */
  static final int PIECES = 32;

  /** The bytes of such pieces, where they are large. */
  private static final long BYTES = 16 << 20;

  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "read-ahead");
            thread.setDaemon(true);
            return thread;
          });

  /** A part of an object. */
  record Extent(StoredObject object, long offset, long length) {}

  /** Of the extent with this number. */
  private record Piece(int extent, StoredObject object, long offset, int length) {}

  private record Fetched(Piece piece, Future<byte[]> bytes) {}

  private final Storage storage;
  private final Iterator<Piece> later;
  private final Deque<Fetched> ahead = new ArrayDeque<>();
  private long bytesAhead;

  /** The number of the next extent. */
  private int next;

  /** That of the first one that is still to be read. */
  private int firstWanted;

  private boolean closed;

  /**
   * A reader that begins to fetch at once.
   *
   * @param extents what is read, in this order
   */
  ReadAhead(Storage storage, List<Extent> extents) {
    this.storage = storage;
    this.later =
        IntStream.range(0, extents.size())
            .boxed()
            .flatMap(number -> pieces(number, extents.get(number)))
            .iterator();
    fetch();
  }

  private static Stream<Piece> pieces(int number, Extent extent) {
    return LongStream.iterate(0, at -> at < extent.length, at -> at + PIECE_BYTES)
        .mapToObj(
            at ->
                new Piece(
                    number,
                    extent.object,
                    extent.offset + at,
                    (int) Math.min(PIECE_BYTES, extent.length - at)));
  }

  /** Opens the next extent; that of the last time cannot be read any more. */
  InputStream next() {
    drop(next - 1);
    return new ExtentStream(next++);
  }

  private void fetch() {
    while (!closed && ahead.size() < PIECES && bytesAhead < BYTES && later.hasNext()) {
      Piece piece = later.next();
      if (piece.extent >= firstWanted) {
        bytesAhead += piece.length;
        ahead.add(new Fetched(piece, THREADS.submit(() -> read(piece))));
      }
    }
  }

  private byte[] read(Piece piece) throws IOException {
    byte[] bytes = new byte[piece.length];
    try (InputStream in = storage.read(piece.object, piece.offset, piece.length)) {
      int count = in.readNBytes(bytes, 0, bytes.length);
      return count == bytes.length ? bytes : Arrays.copyOf(bytes, count);
    }
  }

  /** The bytes of an extent that are read next; empty behind its last. */
  private byte[] poll(int extent) throws IOException {
    Fetched first = ahead.peek();
    if (first == null || first.piece.extent != extent) {
      return new byte[0];
    }
    try {
      byte[] bytes = first.bytes.get();
      remove();
      return bytes;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException fault) {
        throw fault;
      }
      throw new IOException("cannot read " + first.piece.object.location(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(
          "interrupted while reading " + first.piece.object.location());
    }
  }

  /** Gives up what of an extent was not read. */
  private void drop(int extent) {
    firstWanted = Math.max(firstWanted, extent + 1);
    while (!ahead.isEmpty() && ahead.element().piece.extent < firstWanted) {
      Fetched fetched = ahead.remove();
      fetched.bytes.cancel(false);
      bytesAhead -= fetched.piece.length;
    }
    fetch();
  }

  private void remove() {
    bytesAhead -= ahead.remove().piece.length;
    fetch();
  }

  /** Gives up what was fetched and not read. */
  @Override
  public void close() {
    closed = true;
    ahead.forEach(fetched -> fetched.bytes.cancel(false));
    ahead.clear();
  }

  private final class ExtentStream extends InputStream {

    private final int extent;
    private byte[] piece = new byte[0];
    private int position;
    private boolean isLast;

    ExtentStream(int extent) {
      this.extent = extent;
    }

    @Override
    public int read() throws IOException {
      return fill() ? piece[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      if (length == 0) {
        return 0;
      }
      if (!fill()) {
        return -1;
      }
      int count = Math.min(length, piece.length - position);
      System.arraycopy(piece, position, bytes, offset, count);
      position += count;
      return count;
    }

    /** Whether there is a byte to be read. */
    private boolean fill() throws IOException {
      if (closed || extent < firstWanted) {
        throw new IOException("the stream is closed");
      }
      if (position == piece.length && !isLast) {
        piece = poll(extent);
        position = 0;
        // the last of an extent, or of an object that ends before
        isLast = piece.length < PIECE_BYTES;
      }
      return position < piece.length;
    }

    /** More than 0 unless it is at its end, by which gzip knows that a member follows. */
    @Override
    public int available() {
      if (position < piece.length) {
        return piece.length - position;
      }
      return !isLast && !ahead.isEmpty() && ahead.element().piece.extent == extent ? 1 : 0;
    }

    /** Gives up what of the extent was not read. */
    @Override
    public void close() {
      drop(extent);
    }
  }
}
