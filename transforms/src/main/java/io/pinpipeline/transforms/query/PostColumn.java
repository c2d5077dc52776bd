package io.pinpipeline.transforms.query;

import java.util.Arrays;
import java.util.List;

/** What questions need to know of a post. Every value is an int: text is coded by a dictionary. */
enum PostColumn {
  CATEGORY("pin", Kind.TEXT, "category"),
  POSTER("pin", Kind.TEXT, "poster_name"),
  FOLLOWERS("pin", Kind.NUMBER, "follower_count"),
  COUNTRY("geo", Kind.TEXT, "country"),
  POST_YEAR("geo", Kind.YEAR, "timestamp"),
  AGE_GROUP("user", Kind.AGE_GROUP, "age"),
  JOIN_YEAR("user", Kind.YEAR, "date_joined"),

  // of users, who are told apart by all that is known of them and not by their posts' keys
  USER_IDENTITY("user", Kind.TEXT, "user_name,age,date_joined"),
  USER_JOIN_YEAR("user", Kind.YEAR, "date_joined");

  /** Stands for null; no value is so low. */
  static final int NULL = Integer.MIN_VALUE;

  /** How a value becomes an int. */
  enum Kind {
    TEXT(31, 0),
    NUMBER(32, 1L << 31),
    /** The year in UTC of a point in time; microseconds in 64 bits reach 292,000 years. */
    YEAR(20, 1 << 19),
    /** As {@link AgeGroups} numbers them. */
    AGE_GROUP(3, 0);

    /** How many bits a value takes. */
    final int bits;

    /** What makes the lowest value 0. */
    final long offset;

    Kind(int bits, long offset) {
      this.bits = bits;
      this.offset = offset;
    }
  }

  private final String dataset;
  private final Kind kind;
  private final String paths;

  PostColumn(String dataset, Kind kind, String paths) {
    this.dataset = dataset;
    this.kind = kind;
    this.paths = paths;
  }

  /** The name of the dataset whose table it is of. */
  String dataset() {
    return dataset;
  }

  Kind kind() {
    return kind;
  }

  /** The columns of the table that it is made of. */
  List<String> paths() {
    return Arrays.asList(paths.split(",", -1));
  }

  /** Whether it is of users, and not of posts. */
  boolean isOfUsers() {
    return this == USER_IDENTITY || this == USER_JOIN_YEAR;
  }
}
