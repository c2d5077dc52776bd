package io.pinpipeline.transforms.query;

/** The poster with the most followers in each country, by the largest count of a single post. */
public final class TopPosterByCountry extends Query {

  private TopPosterByCountry() {
    super(Question.TOP_POSTER_BY_COUNTRY);
  }

  public static TopPosterByCountry create() {
    return new TopPosterByCountry();
  }
}
