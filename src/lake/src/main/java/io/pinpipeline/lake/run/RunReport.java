package io.pinpipeline.lake.run;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StorageOutput;
import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The books of one run, as they are written into the lake.
 *
 * @param run the run
 * @param startedAt when it began, in UTC
 * @param finishedAt when it ended, in UTC
 * @param datasets what became of the records of each dataset
 */
@JsonPropertyOrder({"run", "startedAt", "finishedAt", "datasets"})
public record RunReport(
    String run, String startedAt, String finishedAt, SortedMap<String, Books> datasets) {

  public RunReport {
    datasets = new TreeMap<>(datasets);
  }

  public RunReport(RunId run, String startedAt, String finishedAt, Map<String, Books> datasets) {
    this(run.value(), startedAt, finishedAt, new TreeMap<>(datasets));
  }

  /** Writes it to {@code books/<run>.json}. */
  public void write(Storage storage, Lake lake) throws IOException {
    try (StorageOutput out = storage.create(lake.books().resolve(run + ".json"))) {
      out.write(Json.pretty().writeValueAsBytes(this));
      out.finish();
    }
  }
}
