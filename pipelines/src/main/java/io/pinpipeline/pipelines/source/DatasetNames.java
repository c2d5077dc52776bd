package io.pinpipeline.pipelines.source;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import java.util.Optional;

/**
 * Tells from the name of an object which dataset it belongs to: it stands in a folder that is named
 * like a topic ({@code topics/mine.pin/…}), or its file name begins with the dataset's name ({@code
 * pin.jsonl}, {@code pin-0001.json.gz}). The folder nearest to the object decides before the file
 * name does.
 */
final class DatasetNames {

  private DatasetNames() {}

  /** The dataset of an object; empty where its name does not tell. */
  static Optional<Dataset<?>> of(String path) {
    int nameFrom = path.lastIndexOf('/') + 1;
    for (int end = nameFrom - 1; end > 0; end = path.lastIndexOf('/', end - 1)) {
      String folder = path.substring(path.lastIndexOf('/', end - 1) + 1, end);
      for (Dataset<?> dataset : Datasets.all()) {
        if (folder.endsWith("." + dataset.name())) {
          return Optional.of(dataset);
        }
      }
    }
    String name = path.substring(nameFrom);
    for (Dataset<?> dataset : Datasets.all()) {
      if (name.startsWith(dataset.name())
          && (name.length() == dataset.name().length()
              || !Character.isLetterOrDigit(name.charAt(dataset.name().length())))) {
        return Optional.of(dataset);
      }
    }
    return Optional.empty();
  }
}
