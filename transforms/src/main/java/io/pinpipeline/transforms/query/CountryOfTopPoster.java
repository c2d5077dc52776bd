package io.pinpipeline.transforms.query;

/** The country, or countries, where the poster with the most followers of all posted with them. */
public final class CountryOfTopPoster extends Query {

  private CountryOfTopPoster() {
    super(Question.COUNTRY_OF_TOP_POSTER);
  }

  public static CountryOfTopPoster create() {
    return new CountryOfTopPoster();
  }
}
