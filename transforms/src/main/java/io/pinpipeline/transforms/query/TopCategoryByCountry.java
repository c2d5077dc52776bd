package io.pinpipeline.transforms.query;

/** The most popular category in each country: that of the most posts. */
public final class TopCategoryByCountry extends Query {

  private TopCategoryByCountry() {
    super(Question.TOP_CATEGORY_BY_COUNTRY);
  }

  public static TopCategoryByCountry create() {
    return new TopCategoryByCountry();
  }
}
