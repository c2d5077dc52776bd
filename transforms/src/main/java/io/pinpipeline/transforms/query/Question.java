package io.pinpipeline.transforms.query;

import static io.pinpipeline.transforms.query.PostColumn.AGE_GROUP;
import static io.pinpipeline.transforms.query.PostColumn.CATEGORY;
import static io.pinpipeline.transforms.query.PostColumn.COUNTRY;
import static io.pinpipeline.transforms.query.PostColumn.FOLLOWERS;
import static io.pinpipeline.transforms.query.PostColumn.JOIN_YEAR;
import static io.pinpipeline.transforms.query.PostColumn.POST_YEAR;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.table.TableSchema;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The questions that are asked of the clean tables. */
public enum Question {
  TOP_CATEGORY_BY_COUNTRY("Most popular category in each country"),
  TOP_CATEGORY_BY_YEAR("Most popular category of each year of posting"),
  TOP_POSTER_BY_COUNTRY("Poster with the most followers in each country"),
  COUNTRY_OF_TOP_POSTER("Country of the poster with the most followers"),
  TOP_CATEGORY_BY_AGE_GROUP("Most popular category of each age group"),
  MEDIAN_FOLLOWERS_BY_AGE_GROUP("Median follower count of each age group"),
  USERS_JOINED_BY_YEAR("Users who joined in each year"),
  MEDIAN_FOLLOWERS_BY_JOIN_YEAR("Median follower count by the year of joining"),
  MEDIAN_FOLLOWERS_BY_JOIN_YEAR_AND_AGE_GROUP(
      "Median follower count by the year of joining and age group");

  private final String title;

  Question(String title) {
    this.title = title;
  }

  /**
   * The question of that name.
   *
   * @throws IllegalArgumentException if there is none; the message has the names of all
   */
  public static Question named(String name) {
    return Arrays.stream(values())
        .filter(question -> question.id().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no question '"
                        + name
                        + "'; the questions are "
                        + String.join(", ", ids())));
  }

  /** The names of all. */
  public static List<String> ids() {
    return Arrays.stream(values()).map(Question::id).toList();
  }

  /** Its name, which is that of the table of its answer: {@code top_category_by_country}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What is asked, in words. */
  public String title() {
    return title;
  }

  /** The columns of its answer. */
  public TableSchema schema() {
    return aggregation().schema();
  }

  /** The datasets whose tables it is asked of. */
  public Set<Dataset<?>> datasets() {
    return aggregation().columns().stream()
        .map(column -> Datasets.named(column.dataset()))
        .collect(Collectors.toSet());
  }

  /** Whether it is asked of users, and not of posts. */
  boolean isOfUsers() {
    return aggregation().columns().get(0).isOfUsers();
  }

  Aggregation aggregation() {
    return switch (this) {
      case TOP_CATEGORY_BY_COUNTRY -> new Aggregation.Top(COUNTRY, CATEGORY);
      case TOP_CATEGORY_BY_YEAR -> new Aggregation.Top(POST_YEAR, CATEGORY);
      case TOP_POSTER_BY_COUNTRY -> new Aggregation.MostFollowed(false);
      case COUNTRY_OF_TOP_POSTER -> new Aggregation.MostFollowed(true);
      case TOP_CATEGORY_BY_AGE_GROUP -> new Aggregation.Top(AGE_GROUP, CATEGORY);
      case MEDIAN_FOLLOWERS_BY_AGE_GROUP -> new Aggregation.Median(List.of(AGE_GROUP), FOLLOWERS);
      case USERS_JOINED_BY_YEAR -> new Aggregation.UsersJoined();
      case MEDIAN_FOLLOWERS_BY_JOIN_YEAR -> new Aggregation.Median(List.of(JOIN_YEAR), FOLLOWERS);
      case MEDIAN_FOLLOWERS_BY_JOIN_YEAR_AND_AGE_GROUP ->
          new Aggregation.Median(List.of(JOIN_YEAR, AGE_GROUP), FOLLOWERS);
    };
  }
}
