package io.pinpipeline.transforms.query;

import java.util.List;

/** The ages that answers tell apart. Who is under 18 is in none. */
final class AgeGroups {

  private static final List<String> NAMES = List.of("18-24", "25-35", "36-50", "50+");

  private AgeGroups() {}

  /** The number of an age's group, or {@link PostColumn#NULL}. */
  static int of(int age) {
    if (age < 18) {
      return PostColumn.NULL;
    } else if (age <= 24) {
      return 0;
    } else if (age <= 35) {
      return 1;
    }
    return age <= 50 ? 2 : 3;
  }

  static String name(int group) {
    return NAMES.get(group);
  }
}
