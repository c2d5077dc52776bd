package io.pinpipeline.transforms.query;

/** The lower median of the follower counts of posts by the users of each age group. */
public final class MedianFollowersByAgeGroup extends Query {

  private MedianFollowersByAgeGroup() {
    super(Question.MEDIAN_FOLLOWERS_BY_AGE_GROUP);
  }

  public static MedianFollowersByAgeGroup create() {
    return new MedianFollowersByAgeGroup();
  }
}
