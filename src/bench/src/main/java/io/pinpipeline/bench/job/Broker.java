package io.pinpipeline.bench.job;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Where the records of a stream are, as a file tells it to the processes of contestants.
 *
 * @param bootstrapServers {@code host:port}
 * @param topicPrefix topics are called {@code <prefix>.<dataset>}
 */
public record Broker(String bootstrapServers, String topicPrefix) {

  /** The dataset that streams are measured with. */
  public static final String DATASET = "pin";

  /** So often all contestants commit. */
  public static final int COMMIT_SECONDS = 2;

  private static final String BOOTSTRAP_SERVERS = "bootstrap.servers";
  private static final String TOPIC_PREFIX = "topic.prefix";

  /** The topic with the records. */
  String topic() {
    return topicPrefix + "." + DATASET;
  }

  static Broker read(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    return new Broker(
        properties.getProperty(BOOTSTRAP_SERVERS), properties.getProperty(TOPIC_PREFIX));
  }

  /** Writes it where contestants read it. */
  public void write(Path file) throws IOException {
    Properties properties = new Properties();
    properties.setProperty(BOOTSTRAP_SERVERS, bootstrapServers);
    properties.setProperty(TOPIC_PREFIX, topicPrefix);
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
  }
}
