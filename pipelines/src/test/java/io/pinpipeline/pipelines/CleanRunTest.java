package io.pinpipeline.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.clean.DeadLetterTable;
import io.pinpipeline.core.clean.Lineage;
import io.pinpipeline.core.generate.Dirt;
import io.pinpipeline.core.generate.Expected;
import io.pinpipeline.core.generate.LinesLayout;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.core.generate.RecordKind;
import io.pinpipeline.core.generate.Tally;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.delta.DeltaTable;
import io.pinpipeline.lake.delta.TableDigest;
import io.pinpipeline.lake.delta.TableReader;
import io.pinpipeline.lake.parquet.ParquetSettings;
import io.pinpipeline.lake.run.Books;
import io.pinpipeline.lake.run.CleanTable;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.sink.FileForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CleanRunTest {

  @TempDir Path folder;
  private final Storage storage = new LocalStorage();

  private Lake run(long splitBytes, int splitsAtLeast) throws IOException {
    Lake lake = new Lake(Location.ofPath(folder).resolve("lake-" + splitBytes));
    CleanRun run =
        CleanRun.plan(
            storage,
            new CleanRun.Request(
                folder.resolve("input").toString(),
                lake,
                null,
                Datasets.all(),
                false,
                50_000,
                new FileForm(ParquetSettings.Compression.SNAPPY, 1 << 20),
                2),
            RunId.beginning(Instant.now()),
            splitBytes);
    assertThat(run.splits()).hasSizeGreaterThanOrEqualTo(splitsAtLeast);
    DirectOptions options = PipelineOptionsFactory.create().as(DirectOptions.class);
    options.setEnforceImmutability(false);
    options.setEnforceEncodability(false);
    Pipeline pipeline = Pipeline.create(options);
    CleanPipeline.build(pipeline, run);
    pipeline.run().waitUntilFinish();
    return lake;
  }

  private String digest(Lake lake, Dataset<?> dataset) throws IOException {
    List<String> columns = new ArrayList<>();
    dataset.plan().ownColumns().columns().forEach(column -> columns.add(column.path()));
    columns.add(Lineage.RESCUED);
    columns.add("_source.offset");
    try (TableReader rows =
        DeltaTable.at(storage, lake.silver(dataset.name())).latest().orElseThrow().read(columns)) {
      return TableDigest.of(rows);
    }
  }

  private String deadLetters(Lake lake) throws IOException {
    List<String> columns =
        DeadLetterTable.SCHEMA.columns().stream()
            .map(column -> column.path())
            .filter(column -> !column.equals(DeadLetterTable.REJECTED_AT))
            .filter(column -> !column.equals(DeadLetterTable.RUN))
            .toList();
    try (TableReader rows =
        DeltaTable.at(storage, lake.deadLetters()).latest().orElseThrow().read(columns)) {
      return TableDigest.of(rows);
    }
  }

  /** Not only the same rows: from the same offsets too, so the same of two conflicting ones. */
  @Test
  void givesTheSameTablesWhateverTheSizeOfSplits() throws IOException {
    Expected expected =
        new LinesLayout()
            .write(
                new PostGenerator(
                    6,
                    300,
                    Dirt.usual()
                        .withRepeated(0.3, 0.1)
                        .withOneBadIn(15)
                        .withOneOversizedIn(50, 200_000)),
                name -> {
                  Path file = folder.resolve("input").resolve(name);
                  Files.createDirectories(file.getParent());
                  return Files.newOutputStream(file);
                });
    Lake whole = run(1 << 30, 3);
    for (RecordKind kind : RecordKind.values()) {
      Tally tally = expected.of(kind);
      assertThat(CleanTable.open(storage, whole, Datasets.named(kind.dataset())).books())
          .isEqualTo(
              new Books(
                  tally.read(),
                  tally.clean(),
                  tally.duplicates(),
                  tally.dead(),
                  tally.deadLetters()));
    }
    for (long splitBytes : new long[] {10_000, 50_000, 400_000}) {
      Lake parts = run(splitBytes, 5);
      for (Dataset<?> dataset : Datasets.all()) {
        assertThat(digest(parts, dataset)).isEqualTo(digest(whole, dataset));
      }
      assertThat(deadLetters(parts)).isEqualTo(deadLetters(whole));
    }
  }
}
