package io.pinpipeline.transforms.query;

/** The most popular category among the users of each age group. */
public final class TopCategoryByAgeGroup extends Query {

  private TopCategoryByAgeGroup() {
    super(Question.TOP_CATEGORY_BY_AGE_GROUP);
  }

  public static TopCategoryByAgeGroup create() {
    return new TopCategoryByAgeGroup();
  }
}
