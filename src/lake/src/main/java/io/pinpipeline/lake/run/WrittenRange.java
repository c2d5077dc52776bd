package io.pinpipeline.lake.run;

import io.pinpipeline.core.arrival.ArrivalLog;
import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.lake.DataFile;
import java.io.Serializable;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files that a range of a stream became; they belong to no table until they are committed.
 *
 * @param dataset the dataset
 * @param range where its records stand
 * @param records how many it has
 * @param duplicates how many of them had come before with the same content, as its writer knew
 * @param clean the files with its clean rows
 * @param deadLetters the files with the records that could not be cleaned
 * @param deadLettersByCode how many of each rejection code
 * @param arrivals what its writer took each record for that would make a row
 * @param readAtMillis when the oldest of its records was read, in milliseconds since the epoch
 */
public record WrittenRange(
    String dataset,
    TopicRange range,
    long records,
    long duplicates,
    List<DataFile> clean,
    List<DataFile> deadLetters,
    SortedMap<String, Long> deadLettersByCode,
    ArrivalLog arrivals,
    long readAtMillis)
    implements Serializable {

  public WrittenRange {
    clean = List.copyOf(clean);
    deadLetters = List.copyOf(deadLetters);
    deadLettersByCode = new TreeMap<>(deadLettersByCode);
  }

  /** Its books, with the rows counted in the files. */
  public Books books() {
    return Books.of(records, duplicates, clean, deadLetters, deadLettersByCode);
  }

  /** The same, of records that had been read once before. */
  WrittenRange readBefore(long millis) {
    return new WrittenRange(
        dataset,
        range,
        records,
        duplicates,
        clean,
        deadLetters,
        deadLettersByCode,
        arrivals,
        Math.min(millis, readAtMillis));
  }
}
