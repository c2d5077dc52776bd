package io.pinpipeline.core.pin;

import static io.pinpipeline.core.clean.CleaningPlan.placeholders;

import io.pinpipeline.core.clean.CleaningPlan;
import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.Values;

/** What is special about pins. */
public final class PinDataset {

  /** How pins are cleaned, a line a field, in the order of the table's columns. */
  public static final CleaningPlan PLAN =
      CleaningPlan.of("pin")
          .key("index", "ind")
          .text("unique_id")
          .text("title", placeholders("No Title Data Available"))
          .text(
              "description",
              placeholders(
                  "No description available Story format", "No description available", "Untitled"))
          .count("follower_count", placeholders("User Info Error"))
          .text("poster_name", placeholders("User Info Error"))
          .text("tag_list", placeholders("N,o, ,T,a,g,s, ,A,v,a,i,l,a,b,l,e"))
          .text("is_image_or_video")
          .text("image_src", placeholders("Image src error.", "Image src error"))
          .textWithout("Local save in ", "save_location")
          .text("category")
          .dropped("downloaded")
          .build();

  private PinDataset() {}

  /** A row of the clean table as a record. */
  public static Pin read(ColumnBlock rows, int row) {
    Values values = new Values(rows, row);
    return new Pin(
        values.longAt(0),
        values.stringAt(1),
        values.stringAt(2),
        values.stringAt(3),
        values.intAt(4),
        values.stringAt(5),
        values.stringAt(6),
        values.stringAt(7),
        values.stringAt(8),
        values.stringAt(9),
        values.stringAt(10),
        values.stringAt(11));
  }
}
