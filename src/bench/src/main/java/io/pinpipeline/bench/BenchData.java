package io.pinpipeline.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.pinpipeline.core.generate.Dirt;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.core.generate.RecordKind;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The posts that all contestants clean.
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

  /** Takes the records, one after the other. */
  interface Target {

    /**
     * Takes a record.
     *
     * @param key what the dataset knows it by; copies have the same
     * @param bytes has the record at {@code offset}; it is filled anew for the next
     */
    void put(RecordKind kind, int key, byte[] bytes, int offset, int length) throws IOException;
  }

  /**
   * Invents posts, and writes them to a file a dataset.
   *
   * @param oneDamagedIn one record of each dataset in so many is damaged
   */
  static BenchData generate(long posts, int oneDamagedIn, Path folder) throws IOException {
    Files.createDirectories(folder);
    Map<RecordKind, OutputStream> files = new EnumMap<>(RecordKind.class);
    try {
      for (RecordKind kind : RecordKind.values()) {
        Path file = folder.resolve(kind.dataset() + ".jsonl");
        files.put(kind, new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES));
      }
      return generate(
          posts,
          oneDamagedIn,
          EnumSet.allOf(RecordKind.class),
          (kind, key, bytes, offset, length) -> {
            OutputStream file = Objects.requireNonNull(files.get(kind));
            file.write(bytes, offset, length);
            file.write('\n');
          });
    } finally {
      for (OutputStream file : files.values()) {
        file.close();
      }
    }
  }

  /**
   * Invents posts.
   *
   * @param oneDamagedIn one record of each dataset in so many is damaged
   * @param kinds the datasets that are wanted
   */
  static BenchData generate(long posts, int oneDamagedIn, Set<RecordKind> kinds, Target target)
      throws IOException {
    PostGenerator generator =
        new PostGenerator(SEED, posts, new Dirt(REPEATED, CONFLICTING, 0, 0, OVERSIZE_UNUSED));
    Map<RecordKind, Records> all = new EnumMap<>(RecordKind.class);
    kinds.forEach(kind -> all.put(kind, new Records(kind, oneDamagedIn, target)));
    generator.generate(
        0,
        generator.turns(),
        (kind, key, buffer, offset, length) -> {
          Records records = all.get(kind);
          if (records != null) {
            records.add(key, buffer, offset, length);
          }
        });
    long records = 0;
    long bytes = 0;
    Map<String, Long> clean = new TreeMap<>();
    Map<String, SortedMap<String, Long>> damaged = new TreeMap<>();
    for (Records of : all.values()) {
      records += of.records;
      bytes += of.bytes;
      clean.put(of.kind.dataset(), posts - of.damagedKeys.size());
      damaged.put(of.kind.dataset(), of.damaged);
    }
    return new BenchData(records, bytes, clean, damaged);
  }

  /** The records of a dataset. */
  private static final class Records {

    private final RecordKind kind;
    private final int oneDamagedIn;
    private final Target target;
    private final Set<Integer> damagedKeys = new HashSet<>();
    private final SortedMap<String, Long> damaged = new TreeMap<>();
    private long records;
    private long bytes;

    Records(RecordKind kind, int oneDamagedIn, Target target) {
      this.kind = kind;
      this.oneDamagedIn = oneDamagedIn;
      this.target = target;
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
        put(key, raw, 0, raw.length);
      } else {
        put(key, buffer, offset, length);
      }
    }

    private void put(int key, byte[] raw, int offset, int length) throws IOException {
      target.put(kind, key, raw, offset, length);
      bytes += length + 1;
    }
  }
}
