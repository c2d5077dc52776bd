package io.pinpipeline.report;

import java.util.Arrays;
import java.util.Locale;

/**
 * How the answer to a question is shown, in the order of the page. The numbers are columns of the
 * answer's table, which {@code charts.js} reads.
 */
public enum Chart {
  TOP_POSTER_BY_COUNTRY(
      Kind.MAP,
      "Where do the most followed people post?",
      "Followers of the most followed poster in each country. Small countries are dots.",
      0,
      2,
      1),
  COUNTRY_OF_TOP_POSTER(
      Kind.FACT,
      "Where did the poster with the most followers of all post?",
      "Every country they posted in; posters with as many followers share the first place.",
      0,
      1,
      -1),
  TOP_CATEGORY_BY_COUNTRY(
      Kind.COUNT,
      "Which category leads in the most countries?",
      "Countries in which a category is the most popular. Where several share the first place, each"
          + " counts.",
      1,
      2,
      0),
  TOP_CATEGORY_BY_YEAR(
      Kind.BARS,
      "What was posted about most, year by year?",
      "Posts of the most popular category of each year.",
      0,
      2,
      1),
  TOP_CATEGORY_BY_AGE_GROUP(
      Kind.BARS,
      "What does each age group post about most?",
      "Posts of the most popular category of each age group.",
      0,
      2,
      1),
  MEDIAN_FOLLOWERS_BY_AGE_GROUP(
      Kind.LOG_BARS,
      "How many followers does each age group have?",
      "Median followers of a post, by the age of its user.",
      0,
      1,
      -1),
  USERS_JOINED_BY_YEAR(
      Kind.LINES, "How many users joined each year?", "Users by year of joining.", 0, 1, -1),
  MEDIAN_FOLLOWERS_BY_JOIN_YEAR(
      Kind.LOG_LINES,
      "Do those who joined earlier have more followers?",
      "Median followers of a post, by the year its user joined.",
      0,
      1,
      -1),
  MEDIAN_FOLLOWERS_BY_JOIN_YEAR_AND_AGE_GROUP(
      Kind.LOG_LINES,
      "Does that hold within each age group?",
      "Median followers of a post, by the year its user joined and their age.",
      0,
      2,
      1),
  /** A question that there is no chart for: its table is shown. */
  OTHER(Kind.TABLE, "", "", -1, -1, -1);

  /** The forms of charts. */
  public enum Kind {
    /** A map of the world, darker where the number is larger. */
    MAP,
    /** The answer is said in words. */
    FACT,
    /** Bars, as long as the label occurs often. */
    COUNT,
    /** Bars as long as the number, with what it is of beside it. */
    BARS,
    /** Bars, on a logarithmic scale where the numbers spread far. */
    LOG_BARS,
    /** A line, or one for each of what there are several of. */
    LINES,
    /** Lines, on a logarithmic scale where the numbers spread far. */
    LOG_LINES,
    /** No chart. */
    TABLE;

    /** Whether the scale may be a logarithmic one. */
    public boolean isLogarithmic() {
      return this == LOG_BARS || this == LOG_LINES;
    }
  }

  private final Kind kind;
  private final String heading;
  private final String caption;
  private final int label;
  private final int value;
  private final int detail;

  Chart(Kind kind, String heading, String caption, int label, int value, int detail) {
    this.kind = kind;
    this.heading = heading;
    this.caption = caption;
    this.label = label;
    this.value = value;
    this.detail = detail;
  }

  /** That of a question. */
  public static Chart of(String question) {
    return Arrays.stream(values())
        .filter(chart -> chart.name().toLowerCase(Locale.ROOT).equals(question))
        .findFirst()
        .orElse(OTHER);
  }

  public Kind kind() {
    return kind;
  }

  /** The question, as the page asks it. */
  public String heading() {
    return heading;
  }

  /** What the numbers are. */
  public String caption() {
    return caption;
  }

  /** The column that says what a number is of. */
  public int label() {
    return label;
  }

  /** The column of the number. */
  public int value() {
    return value;
  }

  /** The column of more to say of a number, or of the series that it belongs to; -1 if none. */
  public int detail() {
    return detail;
  }
}
