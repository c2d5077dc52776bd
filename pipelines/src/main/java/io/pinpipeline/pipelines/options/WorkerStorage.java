package io.pinpipeline.pipelines.options;

import io.pinpipeline.lake.storage.Storage;
import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** The storage of a function that runs on a worker: opened there when it is first needed. */
public final class WorkerStorage implements Serializable, Closeable {

  private transient @Nullable Storage storage;

  /** The storage that the options describe. */
  public Storage get(PipelineOptions options) {
    if (storage == null) {
      storage = StorageFactory.open(options);
    }
    return storage;
  }

  @Override
  public void close() throws IOException {
    if (storage != null) {
      storage.close();
      storage = null;
    }
  }
}
