package io.pinpipeline.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whose results are wrong, and how. */
final class Verdict {

  private final Map<Contestant, Set<String>> wrong = new EnumMap<>(Contestant.class);

  /** Says what is wrong with the results of a contestant, if anything is. */
  void add(Contestant contestant, Collection<String> faults) {
    if (!faults.isEmpty()) {
      wrong.computeIfAbsent(contestant, any -> new LinkedHashSet<>()).addAll(faults);
    }
  }

  boolean allRight() {
    return wrong.isEmpty();
  }

  /** A contestant's title, marked where it is wrong. */
  String title(Contestant contestant) {
    return contestant.title() + (wrong.containsKey(contestant) ? " WRONG" : "");
  }

  /**
   * What is wrong with whom.
   *
   * @param allRight is said where nothing is
   */
  List<String> lines(String allRight) {
    if (allRight()) {
      return List.of(allRight);
    }
    List<String> lines = new ArrayList<>();
    wrong.forEach(
        (contestant, faults) -> {
          lines.add("WRONG: " + contestant.title());
          faults.forEach(fault -> lines.add("- " + fault));
        });
    return lines;
  }
}
