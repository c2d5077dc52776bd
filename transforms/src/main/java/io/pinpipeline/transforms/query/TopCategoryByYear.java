package io.pinpipeline.transforms.query;

/** The most popular category of each year, in UTC, in which posts were made. */
public final class TopCategoryByYear extends Query {

  private TopCategoryByYear() {
    super(Question.TOP_CATEGORY_BY_YEAR);
  }

  public static TopCategoryByYear create() {
    return new TopCategoryByYear();
  }
}
