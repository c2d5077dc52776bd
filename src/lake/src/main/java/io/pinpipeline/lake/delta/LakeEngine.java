package io.pinpipeline.lake.delta;

import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.defaults.engine.DefaultParquetHandler;
import io.delta.kernel.engine.MetricsReporter;
import io.delta.kernel.engine.ParquetHandler;
import io.delta.kernel.utils.CloseableIterator;
import io.pinpipeline.lake.storage.Storage;
import java.io.IOException;
import java.util.List;

/** Kernel's engine on our storage, without its metrics reports in the log. */
final class LakeEngine extends DefaultEngine {

  private final Storage storage;

  LakeEngine(Storage storage) {
    super(new StorageFileIO(storage, () -> false));
    this.storage = storage;
  }

  @Override
  public List<MetricsReporter> getMetricsReporters() {
    return List.of();
  }

  @Override
  public ParquetHandler getParquetHandler() {
    return new CheckpointGuard(storage);
  }

  /**
   * Kernel ends a checkpoint with a valid footer even when reading the log for it failed half way:
   * the checkpoint would be taken for whole, and the files it lacks would be gone from the table.
   * So such an end is thrown away.
   */
  private static final class CheckpointGuard extends DefaultParquetHandler {

    private final Storage storage;

    CheckpointGuard(Storage storage) {
      super(new StorageFileIO(storage, () -> false));
      this.storage = storage;
    }

    @Override
    public void writeParquetFileAtomically(
        String filePath, CloseableIterator<FilteredColumnarBatch> data) throws IOException {
      Watched watched = new Watched(data);
      new DefaultParquetHandler(new StorageFileIO(storage, () -> !watched.ended))
          .writeParquetFileAtomically(filePath, watched);
    }
  }

  /** Knows whether its rows were read to their end. */
  private static final class Watched implements CloseableIterator<FilteredColumnarBatch> {

    private final CloseableIterator<FilteredColumnarBatch> rows;
    private boolean ended;

    Watched(CloseableIterator<FilteredColumnarBatch> rows) {
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      boolean more = rows.hasNext();
      ended = !more;
      return more;
    }

    @Override
    public FilteredColumnarBatch next() {
      return rows.next();
    }

    @Override
    public void close() throws IOException {
      rows.close();
    }
  }
}
