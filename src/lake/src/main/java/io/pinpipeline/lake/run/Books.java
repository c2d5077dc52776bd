package io.pinpipeline.lake.run;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.pinpipeline.lake.DataFile;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What became of the records of one dataset. They balance when read = clean + duplicates + dead
 * letters.
 *
 * @param read records that were read
 * @param clean rows in the data files
 * @param duplicates records that had come before with the same content
 * @param deadLetters rows in the files of dead letters
 * @param deadLettersByCode how many of each rejection code
 */
@JsonPropertyOrder({"read", "clean", "duplicates", "deadLetters", "deadLettersByCode"})
public record Books(
    long read,
    long clean,
    long duplicates,
    long deadLetters,
    SortedMap<String, Long> deadLettersByCode)
    implements Serializable {

  public static final Books NONE = new Books(0, 0, 0, 0, new TreeMap<>());

  public Books {
    deadLettersByCode = new TreeMap<>(deadLettersByCode);
  }

  /** The books of what was written to files, whose rows are counted. */
  static Books of(
      long read,
      long duplicates,
      List<DataFile> clean,
      List<DataFile> deadLetters,
      SortedMap<String, Long> deadLettersByCode) {
    return new Books(
        read,
        clean.stream().mapToLong(DataFile::rows).sum(),
        duplicates,
        deadLetters.stream().mapToLong(DataFile::rows).sum(),
        deadLettersByCode);
  }

  public Books plus(Books other) {
    SortedMap<String, Long> byCode = new TreeMap<>(deadLettersByCode);
    for (Map.Entry<String, Long> entry : other.deadLettersByCode.entrySet()) {
      byCode.merge(entry.getKey(), entry.getValue(), Long::sum);
    }
    return new Books(
        read + other.read,
        clean + other.clean,
        duplicates + other.duplicates,
        deadLetters + other.deadLetters,
        byCode);
  }

  /** What these have more than earlier ones. */
  public Books minus(Books earlier) {
    SortedMap<String, Long> byCode = new TreeMap<>();
    deadLettersByCode.forEach(
        (code, count) -> {
          long more = count - earlier.deadLettersByCode.getOrDefault(code, 0L);
          if (more != 0) {
            byCode.put(code, more);
          }
        });
    return new Books(
        read - earlier.read,
        clean - earlier.clean,
        duplicates - earlier.duplicates,
        deadLetters - earlier.deadLetters,
        byCode);
  }

  /** Whether every record that was read is in one of the three. */
  public boolean balance() {
    return read == clean + duplicates + deadLetters;
  }

  @Override
  public String toString() {
    return read
        + " read, "
        + clean
        + " clean, "
        + duplicates
        + " duplicates, "
        + deadLetters
        + " dead letters";
  }
}
