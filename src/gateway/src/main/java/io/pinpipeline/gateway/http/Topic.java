package io.pinpipeline.gateway.http;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import java.util.List;
import java.util.Optional;

/**
 * A topic that posts may go to.
 *
 * @param name its name in Kafka
 * @param dataset what its records are, by the end of its name; empty where that is no dataset
 * @param streams what it is called where Kinesis' form is spoken
 */
public record Topic(String name, Optional<Dataset<?>> dataset, List<String> streams) {

  /** The topics of all datasets, {@code <prefix>.pin} and so on. */
  public static List<Topic> ofPrefix(String prefix) {
    return Datasets.all().stream().map(dataset -> of(prefix + "." + dataset.name())).toList();
  }

  /**
   * The topic of that name. One that ends with a dot and a dataset's name has that dataset's
   * records, and the stream {@code streaming-<prefix>-<dataset>} is the same topic.
   */
  public static Topic of(String name) {
    int dot = name.lastIndexOf('.');
    String ending = name.substring(dot + 1);
    Optional<Dataset<?>> dataset =
        Datasets.all().stream()
            .filter(one -> dot > 0 && one.name().equals(ending))
            .findFirst()
            .map(one -> one);
    List<String> streams =
        dataset.isEmpty()
            ? List.of(name)
            : List.of(name, "streaming-" + name.substring(0, dot) + "-" + ending);
    return new Topic(name, dataset, streams);
  }
}
