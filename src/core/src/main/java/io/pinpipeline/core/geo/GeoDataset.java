package io.pinpipeline.core.geo;

import io.pinpipeline.core.clean.CleaningPlan;
import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.Values;

/** What is special about geo records. */
public final class GeoDataset {

  /** How geo records are cleaned, a line a field, in the order of the table's columns. */
  public static final CleaningPlan PLAN =
      CleaningPlan.of("geo")
          .key("ind", "ind")
          .text("country")
          .degrees("latitude", "coordinates.latitude", -90, 90)
          .degrees("longitude", "coordinates.longitude", -180, 180)
          .timestamp("timestamp")
          .build();

  private GeoDataset() {}

  /** A row of the clean table as a record. */
  public static Geo read(ColumnBlock rows, int row) {
    Values values = new Values(rows, row);
    return new Geo(
        values.longAt(0),
        values.stringAt(1),
        values.doubleAt(2),
        values.doubleAt(3),
        values.instantAt(4),
        values.stringAt(5));
  }
}
