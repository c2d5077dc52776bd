package io.pinpipeline.transforms.query;

/**
 * The lower median of the follower counts of posts by the users of each age group who joined in
 * each year.
 */
public final class MedianFollowersByJoinYearAndAgeGroup extends Query {

  private MedianFollowersByJoinYearAndAgeGroup() {
    super(Question.MEDIAN_FOLLOWERS_BY_JOIN_YEAR_AND_AGE_GROUP);
  }

  public static MedianFollowersByJoinYearAndAgeGroup create() {
    return new MedianFollowersByJoinYearAndAgeGroup();
  }
}
