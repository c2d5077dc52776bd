package io.pinpipeline.core.generate;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The fields of the raw records. */
@SuppressWarnings("ImmutableEnumChecker") // The arrays never leave the enum.
enum Field {
  INDEX(false),
  UNIQUE_ID,
  TITLE,
  DESCRIPTION,
  POSTER_NAME,
  FOLLOWER_COUNT,
  TAG_LIST,
  IS_IMAGE_OR_VIDEO,
  IMAGE_SRC,
  DOWNLOADED(false),
  SAVE_LOCATION,
  CATEGORY,
  IND(false),
  TIMESTAMP,
  LATITUDE(false),
  LONGITUDE(false),
  COUNTRY,
  FIRST_NAME,
  LAST_NAME,
  AGE(false),
  DATE_JOINED;

  /** Whether blank text stands for no value. */
  private final boolean text;

  private final byte[] compact;
  private final byte[] spaced;

  Field() {
    this(true);
  }

  Field(boolean text) {
    this.text = text;
    String quoted = "\"" + wireName() + "\"";
    compact = ("," + quoted + ":").getBytes(StandardCharsets.UTF_8);
    spaced = (", " + quoted + ": ").getBytes(StandardCharsets.UTF_8);
  }

  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean text() {
    return text;
  }

  /** Writes the name and what comes before it and after it. */
  void write(ByteWriter out, boolean first, boolean withSpaces) {
    if (withSpaces) {
      out.put(spaced, first ? 2 : 0);
    } else {
      out.put(compact, first ? 1 : 0);
    }
  }
}
