package io.pinpipeline.transforms.query;

/**
 * How many users joined in each year. A user is told by name, age and time of joining together, for
 * a user has a row with each post.
 */
public final class UsersJoinedByYear extends Query {

  private UsersJoinedByYear() {
    super(Question.USERS_JOINED_BY_YEAR);
  }

  public static UsersJoinedByYear create() {
    return new UsersJoinedByYear();
  }
}
