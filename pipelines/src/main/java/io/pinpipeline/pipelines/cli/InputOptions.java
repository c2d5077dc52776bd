package io.pinpipeline.pipelines.cli;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.pipelines.source.Inputs;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What every command has that takes raw objects. */
@Command
final class InputOptions {

  @Option(
      names = "--input",
      required = true,
      paramLabel = "GLOB",
      description = {
        "The objects to read: files, folders or globs (*, **, ?, [ab], {a,b}), on local disk or"
            + " s3://, several parted by commas. Newline-delimited JSON, gzipped if the name ends in"
            + " .gz. The dataset follows from the name: pin.jsonl, geo-0001.json.gz, or a topic's"
            + " folder such as topics/mine.user/."
      })
  private String input;

  @Option(
      names = "--dataset",
      paramLabel = "NAME",
      description = "The dataset that all of the input belongs to, whatever the names.")
  private @Nullable String dataset;

  /** Adds what is wrong with them, before anything is listed. */
  void check(List<String> faults) {
    checkDataset("--dataset", dataset, faults);
    try {
      Inputs.check(input);
    } catch (IllegalArgumentException e) {
      faults.add("--input: " + e.getMessage());
    }
  }

  /** Adds what is wrong with the name of a dataset; null is none. */
  static void checkDataset(String option, @Nullable String name, List<String> faults) {
    if (name != null) {
      try {
        Datasets.named(name);
      } catch (IllegalArgumentException e) {
        faults.add(option + ": " + e.getMessage());
      }
    }
  }

  /** Whether {@code --dataset} says what all of the input is. */
  boolean isOfOneDataset() {
    return dataset != null;
  }

  String pattern() {
    return input;
  }

  /** Null where the objects' names tell. */
  @Nullable Dataset<?> dataset() {
    return dataset == null ? null : Datasets.named(dataset);
  }
}
