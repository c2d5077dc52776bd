package io.pinpipeline.pipelines.sink;

import io.pinpipeline.core.arrival.ArrivalLog;
import io.pinpipeline.core.arrival.Arrivals;
import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.core.clean.CleanBatch;
import io.pinpipeline.lake.parquet.RowGroupPool;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.lake.run.WrittenRange;
import io.pinpipeline.lake.storage.Storage;
import java.io.Closeable;
import java.io.IOException;

/** The data files of one range of a stream, which grows batch by batch. */
final class RangeFiles implements Closeable {

  private final String dataset;
  private final TopicRange first;
  private TopicRange last;
  private final BatchFiles files;
  private final ArrivalLog.Builder arrivals;
  private final long readAtMillis;

  /**
   * A range without records yet.
   *
   * @param first the range of its first batch
   * @param arrivals tells repeats as far as they are known
   * @param rowGroups of the files one after the other
   */
  RangeFiles(
      Storage storage,
      StreamWrites writes,
      String dataset,
      TopicRange first,
      Arrivals arrivals,
      long readAtMillis,
      RowGroupPool rowGroups) {
    RunId stream = writes.stream(dataset);
    this.dataset = dataset;
    this.first = first;
    this.files =
        new BatchFiles(
            storage,
            writes.lake(),
            dataset,
            writes.form(),
            stream.value(),
            stream.cleanFileTag(),
            stream.deadLetterFileTag(dataset),
            rowGroups);
    this.arrivals = new ArrivalLog.Builder(arrivals);
    this.readAtMillis = readAtMillis;
    this.last = first;
  }

  String dataset() {
    return dataset;
  }

  /** The offset behind the last of its records. */
  long to() {
    return last.to();
  }

  /** What a batch has to be opened with before it is added. */
  Arrivals arrivals() {
    return arrivals;
  }

  /** Adds the records of a range that begins where this ends. */
  void append(TopicRange range, CleanBatch.Reader blocks) throws IOException {
    files.append(blocks);
    last = range;
  }

  BatchFiles files() {
    return files;
  }

  /** Ends the files. */
  WrittenRange finish() throws IOException {
    return new WrittenRange(
        dataset,
        first.through(last),
        files.records(),
        files.duplicates(),
        files.finishClean(),
        files.finishDeadLetters(),
        files.deadLettersByCode(),
        arrivals.build(),
        readAtMillis);
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
