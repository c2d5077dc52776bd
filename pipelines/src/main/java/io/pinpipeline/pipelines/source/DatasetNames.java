package io.pinpipeline.pipelines.source;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells from the name of an object which dataset it belongs to: by its file name, which is that of
 * an object of a topic ({@code mine.pin+0+0000000000.json}) or begins with the dataset's name
 * ({@code pin.jsonl}, {@code geo-0001.json.gz}); else by the nearest folder that is named like a
 * topic ({@code topics/mine.pin/...}).
 */
final class DatasetNames {

  private static final Pattern OBJECT_OF_TOPIC =
      Pattern.compile("(?<topic>.+)\\+\\d+\\+\\d+\\.(json|values)(\\.gz)?");

  private DatasetNames() {}

  /** The dataset of an object; empty where its name does not tell. */
  static Optional<Dataset<?>> of(String path) {
    int nameFrom = path.lastIndexOf('/') + 1;
    String name = path.substring(nameFrom);
    Matcher ofTopic = OBJECT_OF_TOPIC.matcher(name);
    if (ofTopic.matches()) {
      Optional<Dataset<?>> topic = ofTopic(ofTopic.group("topic"));
      if (topic.isPresent()) {
        return topic;
      }
    }
    for (Dataset<?> dataset : Datasets.all()) {
      if (name.startsWith(dataset.name())
          && (name.length() == dataset.name().length()
              || !Character.isLetterOrDigit(name.charAt(dataset.name().length())))) {
        return Optional.of(dataset);
      }
    }
    for (int end = nameFrom - 1; end > 0; end = path.lastIndexOf('/', end - 1)) {
      Optional<Dataset<?>> topic = ofTopic(path.substring(path.lastIndexOf('/', end - 1) + 1, end));
      if (topic.isPresent()) {
        return topic;
      }
    }
    return Optional.empty();
  }

  private static Optional<Dataset<?>> ofTopic(String topic) {
    for (Dataset<?> dataset : Datasets.all()) {
      if (topic.endsWith("." + dataset.name())) {
        return Optional.of(dataset);
      }
    }
    return Optional.empty();
  }
}
