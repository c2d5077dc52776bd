package io.pinpipeline.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.pinpipeline.core.generate.Dirt;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.core.generate.RecordKind;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The posts that all contestants clean, one file a dataset.
 *
 * <p>They are the generator's: 10 % of the posts come twice, at once or much later, 0.05 % with
 * other content; texts are escaped in several ways, blank, placeholders, missing, or written in
 * another form the second time; one record in 500 has fields that nobody knows. In place of the
 * generator's own bad records, some of which only a parser tells that checks every byte, one record
 * in a thousand is damaged in a way that any engine's functions can tell: see {@link Damage}.
 *
 * @param records how many, of all datasets
 * @param bytes of all files
 * @param clean of each dataset the rows that have to come out
 * @param damaged of each dataset the records of each code that have to be rejected; conflicts come
 *     on top
 */
record BenchData(
    long records,
    long bytes,
    Map<String, Long> clean,
    Map<String, SortedMap<String, Long>> damaged) {

  private static final int BUFFER_BYTES = 1 << 16;
  private static final long SEED = 1;
  private static final double REPEATED = 0.10;
  private static final double CONFLICTING = 0.0005;
  private static final int OVERSIZE_UNUSED = 4096;

  /**
   * Invents posts.
   *
   * @param oneDamagedIn one record of each dataset in so many is damaged
   */
  static BenchData generate(long posts, int oneDamagedIn, Path folder) throws IOException {
    Files.createDirectories(folder);
    PostGenerator generator =
        new PostGenerator(SEED, posts, new Dirt(REPEATED, CONFLICTING, 0, 0, OVERSIZE_UNUSED));
    Map<RecordKind, Lines> files = new EnumMap<>(RecordKind.class);
    try {
      for (RecordKind kind : RecordKind.values()) {
        files.put(kind, new Lines(kind, oneDamagedIn, folder));
      }
      generator.generate(
          0,
          generator.turns(),
          (kind, key, buffer, offset, length) ->
              Objects.requireNonNull(files.get(kind)).add(key, buffer, offset, length));
    } finally {
      for (Lines lines : files.values()) {
        lines.close();
      }
    }
    long records = 0;
    long bytes = 0;
    Map<String, Long> clean = new TreeMap<>();
    Map<String, SortedMap<String, Long>> damaged = new TreeMap<>();
    for (Lines lines : files.values()) {
      records += lines.records;
      bytes += lines.bytes;
      clean.put(lines.kind.dataset(), posts - lines.damagedKeys.size());
      damaged.put(lines.kind.dataset(), lines.damaged);
    }
    return new BenchData(records, bytes, clean, damaged);
  }

  /** A file of a dataset. */
  private static final class Lines implements Closeable {

    private final RecordKind kind;
    private final int oneDamagedIn;
    private final OutputStream out;
    private final Set<Integer> damagedKeys = new HashSet<>();
    private final SortedMap<String, Long> damaged = new TreeMap<>();
    private long records;
    private long bytes;

    Lines(RecordKind kind, int oneDamagedIn, Path folder) throws IOException {
      this.kind = kind;
      this.oneDamagedIn = oneDamagedIn;
      Path file = folder.resolve(kind.dataset() + ".jsonl");
      out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES);
    }

    void add(int key, byte[] buffer, int offset, int length) throws IOException {
      records++;
      // by the key, so that a copy is as bad as the first
      int draw =
          Math.floorMod(Integer.reverse((key ^ kind.dataset().hashCode()) * 0x9e3779b9), 1 << 30);
      if (draw % oneDamagedIn == 0) {
        Damage[] ways = Damage.values();
        Damage.Damaged record =
            ways[draw / oneDamagedIn % ways.length].of(
                kind, new String(buffer, offset, length, ISO_8859_1));
        damagedKeys.add(key);
        damaged.merge(record.code(), 1L, Long::sum);
        byte[] raw = record.raw().getBytes(ISO_8859_1);
        write(raw, 0, raw.length);
      } else {
        write(buffer, offset, length);
      }
    }

    private void write(byte[] buffer, int offset, int length) throws IOException {
      out.write(buffer, offset, length);
      out.write('\n');
      bytes += length + 1;
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
