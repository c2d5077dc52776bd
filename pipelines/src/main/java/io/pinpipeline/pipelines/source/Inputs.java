package io.pinpipeline.pipelines.source;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StoredObject;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The objects of a run's input, by the dataset that they belong to. */
public final class Inputs {

  private static final int NAMED_IN_AN_ERROR = 3;

  private static final Pattern VALUES = Pattern.compile("\\+\\d+\\+\\d+\\.values(\\.gz)?$");

  private Inputs() {}

  /** Whether an object is gzipped, which its name tells. */
  public static boolean isGzip(Location object) {
    return object.name().endsWith(".gz");
  }

  /** Whether an object holds values with their lengths, no lines, which its name tells. */
  static boolean isValues(Location object) {
    return VALUES.matcher(object.name()).find();
  }

  /**
   * Checks patterns without listing anything.
   *
   * @throws IllegalArgumentException if there is none, or one is none
   */
  public static void check(String patterns) {
    List<String> parts = InputPattern.split(patterns);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("it is empty; name an object, a folder or a glob");
    }
    parts.forEach(InputPattern::parse);
  }

  /** Whether not a single object matches any of the patterns. */
  public static boolean isEmpty(Storage storage, String patterns, Location lake)
      throws IOException {
    for (String pattern : InputPattern.split(patterns)) {
      if (!list(storage, pattern, lake).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** The objects that match one pattern, in no particular order. */
  private static List<StoredObject> list(Storage storage, String pattern, Location lake)
      throws IOException {
    try {
      return InputPattern.parse(pattern).list(storage).stream()
          .filter(object -> !object.location().uri().startsWith(lake.uri() + "/"))
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  /**
   * Lists the input.
   *
   * @param patterns one or more patterns, parted by commas
   * @param only the dataset that all of it belongs to; null where the objects' names tell
   * @param lake the lake, whose own files are no input where it lies within it
   * @return each dataset's objects, ordered by name, each once
   * @throws IOException if nothing matches, or an object fits no dataset
   */
  public static Map<Dataset<?>, List<StoredObject>> list(
      Storage storage, String patterns, @Nullable Dataset<?> only, Location lake)
      throws IOException {
    Map<Location, StoredObject> objects = new TreeMap<>();
    for (String pattern : InputPattern.split(patterns)) {
      List<StoredObject> found = list(storage, pattern, lake);
      if (found.isEmpty()) {
        throw new NoInputException(
            "No object matches the input "
                + pattern
                + ". Check its spelling; * stands for part of a name, ** for folders too.");
      }
      found.forEach(object -> objects.put(object.location(), object));
    }
    List<StoredObject> unknown = new ArrayList<>();
    Map<Dataset<?>, List<StoredObject>> byDataset = new LinkedHashMap<>();
    Datasets.all().forEach(dataset -> byDataset.put(dataset, new ArrayList<>()));
    for (StoredObject object : objects.values()) {
      Optional<Dataset<?>> dataset =
          only != null ? Optional.of(only) : DatasetNames.of(object.location().uri());
      if (dataset.isPresent()) {
        byDataset.computeIfAbsent(dataset.get(), none -> new ArrayList<>()).add(object);
      } else {
        unknown.add(object);
      }
    }
    if (!unknown.isEmpty()) {
      String names =
          unknown.stream()
              .limit(NAMED_IN_AN_ERROR)
              .map(object -> object.location().uri())
              .collect(Collectors.joining(", "));
      String more =
          unknown.size() > NAMED_IN_AN_ERROR
              ? " and " + (unknown.size() - NAMED_IN_AN_ERROR) + " more"
              : "";
      throw new NoInputException(
          "It cannot be told which dataset "
              + names
              + more
              + " belong"
              + (unknown.size() == 1 ? "s" : "")
              + " to. Name files after their dataset (pin.jsonl, geo-0001.json.gz), put them into a"
              + " topic's folder (topics/mine.user/), say it with --dataset, or leave them out of"
              + " --input.");
    }
    byDataset.values().removeIf(List::isEmpty);
    return byDataset;
  }
}
