package io.pinpipeline.pipelines.source.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.core.batch.BlockReader;
import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.batch.RawBlock;
import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.local.KafkaServer;
import io.pinpipeline.pipelines.source.Gathering;
import io.pinpipeline.pipelines.source.PackedRecordsTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TopicReaderTest {

  private static final Gathering GATHERING = new Gathering(Duration.ZERO, 1 << 20, 100, 1000);

  @TempDir static Path folder;
  private static KafkaServer broker;

  @BeforeAll
  static void start() throws IOException {
    broker = KafkaServer.start(folder);
  }

  @AfterAll
  static void stop() throws IOException {
    broker.close();
  }

  private static RawBatch batch(Topic topic, long from, long to) {
    return new TopicReader(topic.settings(), GATHERING)
        .read("user", new TopicRange(topic.name(), 0, from, to));
  }

  private static List<String> read(Topic topic, long from, long to) throws IOException {
    RawBatch batch = batch(topic, from, to);
    List<String> once = values(batch);
    assertThat(values(batch)).as("opened again").isEqualTo(once);
    return once;
  }

  private static List<String> values(RawBatch batch) throws IOException {
    List<String> values = new ArrayList<>();
    try (BlockReader blocks = batch.open()) {
      for (RawBlock block = blocks.next(); block != null; block = blocks.next()) {
        assertThat(block.origin()).isEqualTo(batch.range().topic());
        assertThat(block.partition()).isZero();
        if (block.oversizeLength() > 0) {
          values.add(block.offset() + ": " + block.oversizeLength() + " bytes");
        }
        List<byte[]> its = PackedRecordsTest.values(block);
        for (int i = 0; i < its.size(); i++) {
          values.add(
              PackedRecordsTest.offsets(block).get(i) + ": " + new String(its.get(i), UTF_8));
        }
      }
    }
    return values;
  }

  private static String[] numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "value " + i).toArray(String[]::new);
  }

  @Test
  void readsExactlyARange() throws Exception {
    Topic topic = new Topic(broker, "exact", 1).send(0, numbers(0, 500));
    assertThat(read(topic, 3, 450))
        .isEqualTo(IntStream.range(3, 450).mapToObj(i -> i + ": value " + i).toList());
    assertThat(read(topic, 499, 500)).containsExactly("499: value 499");
    RawBatch batch = batch(topic, 3, 450);
    assertThat(batch.dataset()).isEqualTo("user");
    assertThat(batch.range()).isEqualTo(new TopicRange("exact", 0, 3, 450));
  }

  @Test
  void cutsWhatIsTooLarge() throws Exception {
    Topic topic =
        new Topic(broker, "large", 1).send(0, "a", "x".repeat(1001), "b", "x".repeat(1500));
    assertThat(read(topic, 0, 4)).containsExactly("0: a", "1: 1001 bytes", "2: b", "3: 1500 bytes");
  }

  @Test
  void readsOverOffsetsWithoutRecords() throws Exception {
    Topic topic = new Topic(broker, "transactions", 1);
    topic.transaction(0, true, "a", "b"); // its marker is offset 2
    topic.transaction(0, false, "no", "neither"); // 3 to 5
    topic.send(0, "c");
    topic.transaction(0, false, "no"); // 7 and 8
    assertThat(read(topic, 0, 9)).containsExactly("0: a", "1: b", "6: c");
    assertThat(read(topic, 1, 6)).containsExactly("1: b");
    assertThat(read(topic, 2, 6)).isEmpty();
    assertThat(read(topic, 7, 9)).isEmpty();
  }

  @Test
  void saysWhatHasBeenDeleted() throws Exception {
    Topic topic = new Topic(broker, "deleted", 1).send(0, numbers(0, 10)).deleteBefore(0, 4);
    assertThat(read(topic, 4, 6)).containsExactly("4: value 4", "5: value 5");
    assertThatThrownBy(() -> values(batch(topic, 3, 6)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("deleted-0 [3, 6)")
        .hasMessageContaining("Kafka has deleted some: its first offset there is 4")
        .hasMessageContaining("retention");
  }
}
