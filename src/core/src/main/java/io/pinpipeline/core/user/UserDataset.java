package io.pinpipeline.core.user;

import io.pinpipeline.core.clean.CleaningPlan;
import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.Values;

/** What is special about user records. */
public final class UserDataset {

  /** How user records are cleaned, a line a field, in the order of the table's columns. */
  public static final CleaningPlan PLAN =
      CleaningPlan.of("user")
          .key("ind", "ind")
          .joined("user_name", "first_name", "last_name")
          .age("age", 0, 150)
          .timestamp("date_joined")
          .build();

  private UserDataset() {}

  /** A row of the clean table as a record. */
  public static User read(ColumnBlock rows, int row) {
    Values values = new Values(rows, row);
    return new User(
        values.longAt(0),
        values.stringAt(1),
        values.intAt(2),
        values.instantAt(3),
        values.stringAt(4));
  }
}
