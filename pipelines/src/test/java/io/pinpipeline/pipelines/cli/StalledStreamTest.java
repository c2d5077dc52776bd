package io.pinpipeline.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.parquet.ParquetSettings;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.local.KafkaServer;
import io.pinpipeline.pipelines.StreamRun;
import io.pinpipeline.pipelines.options.StreamDefaults;
import io.pinpipeline.pipelines.sink.FileForm;
import io.pinpipeline.pipelines.source.kafka.KafkaSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class StalledStreamTest {

  private static final Duration INTERVAL = Duration.ofMillis(200);

  @TempDir Path folder;

  /** Kafka's answers are far away: it waits for more records than there will ever be. */
  private static final Map<String, String> SILENT =
      Map.of("fetch.min.bytes", "8000000", "fetch.max.wait.ms", "600000");

  @Test
  void endsWhereNothingComesAnyMore() throws Exception {
    Lake lake = new Lake(Location.ofPath(folder.resolve("lake")));
    StreamDefaults engine = BeamArguments.stream(INTERVAL);
    try (Storage storage = new LocalStorage();
        KafkaServer broker = KafkaServer.start(folder.resolve("kafka"))) {
      TopicPosts.fill(broker, "posts", 1, new PostGenerator(1, 10));
      StreamRun run =
          StreamRun.plan(
              storage,
              new StreamRun.Request(
                  new KafkaSettings(broker.bootstrapServers(), SILENT),
                  "posts",
                  lake,
                  INTERVAL,
                  Duration.ofDays(1),
                  engine,
                  1 << 20,
                  new FileForm(ParquetSettings.Compression.SNAPPY, 1 << 20),
                  true),
              RunId.beginning(Instant.now()));
      StreamJob job =
          new StreamJob(
                  storage,
                  lake,
                  new BeamArguments(
                          List.of("--blockOnRun=false", "--experiments=use_deprecated_read"))
                      .options(engine.options()),
                  new PrintWriter(Writer.nullWriter()),
                  new PrintWriter(Writer.nullWriter()))
              .patientFor(Duration.ofSeconds(3));
      assertThatThrownBy(() -> job.run(run, true))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("Nothing was committed for 3s, though ")
          .hasMessageContaining("start the stream again");
    }
  }
}
