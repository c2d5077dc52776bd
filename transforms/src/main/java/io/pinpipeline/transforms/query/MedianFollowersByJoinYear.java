package io.pinpipeline.transforms.query;

/** The lower median of the follower counts of posts by the users who joined in each year. */
public final class MedianFollowersByJoinYear extends Query {

  private MedianFollowersByJoinYear() {
    super(Question.MEDIAN_FOLLOWERS_BY_JOIN_YEAR);
  }

  public static MedianFollowersByJoinYear create() {
    return new MedianFollowersByJoinYear();
  }
}
