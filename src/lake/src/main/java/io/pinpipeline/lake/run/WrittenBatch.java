package io.pinpipeline.lake.run;

import io.pinpipeline.lake.DataFile;
import java.io.Serializable;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files that one batch became; they belong to no table until they are committed.
 *
 * @param number the batch
 * @param records how many records its source had
 * @param duplicates how many of them had come before with the same content
 * @param clean the files with its clean rows
 * @param deadLetters the files with the records that could not be cleaned
 * @param deadLettersByCode how many of each rejection code
 */
public record WrittenBatch(
    int number,
    long records,
    long duplicates,
    List<DataFile> clean,
    List<DataFile> deadLetters,
    SortedMap<String, Long> deadLettersByCode)
    implements Serializable {

  public WrittenBatch {
    clean = List.copyOf(clean);
    deadLetters = List.copyOf(deadLetters);
    deadLettersByCode = new TreeMap<>(deadLettersByCode);
  }

  /** Its books, with the rows counted in the files. */
  public Books books() {
    return Books.of(records, duplicates, clean, deadLetters, deadLettersByCode);
  }
}
