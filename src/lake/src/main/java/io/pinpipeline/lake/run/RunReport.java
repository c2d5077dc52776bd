package io.pinpipeline.lake.run;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StorageOutput;
import java.io.IOException;
import java.io.Serializable;

/**
 * What one run did to one dataset.
 *
 * @param run the run
 * @param dataset the dataset
 * @param committedAt when it was committed, in UTC
 * @param books what became of its records
 */
@JsonPropertyOrder({"run", "dataset", "committedAt", "books"})
public record RunReport(String run, String dataset, String committedAt, Books books)
    implements Serializable {

  /** Where the report of a run is, once it is committed. */
  static Location location(Lake lake, String run, String dataset) {
    return lake.books().resolve(run + "-" + dataset + ".json");
  }

  /** Writes it to {@code books/<run>-<dataset>.json}, unless it stands there. */
  void write(Storage storage, Lake lake) throws IOException {
    Location file = location(lake, run, dataset);
    if (storage.exists(file)) {
      return;
    }
    try (StorageOutput out = storage.create(file)) {
      out.write(Json.pretty().writeValueAsBytes(this));
      out.finish();
    }
  }
}
