package io.pinpipeline.core;

import io.pinpipeline.core.geo.Geo;
import io.pinpipeline.core.geo.GeoDataset;
import io.pinpipeline.core.pin.Pin;
import io.pinpipeline.core.pin.PinDataset;
import io.pinpipeline.core.user.User;
import io.pinpipeline.core.user.UserDataset;
import java.util.List;
import java.util.stream.Collectors;

/** The registry of datasets. One post is one record of each, with the same key. */
public final class Datasets {

  public static final Dataset<Pin> PIN =
      new Dataset<>(PinDataset.PLAN, Pin.class, PinDataset::read);
  public static final Dataset<Geo> GEO =
      new Dataset<>(GeoDataset.PLAN, Geo.class, GeoDataset::read);
  public static final Dataset<User> USER =
      new Dataset<>(UserDataset.PLAN, User.class, UserDataset::read);

  private static final List<Dataset<?>> ALL = List.of(PIN, GEO, USER);

  private Datasets() {}

  public static List<Dataset<?>> all() {
    return ALL;
  }

  /**
   * The dataset of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Dataset<?> named(String name) {
    return ALL.stream()
        .filter(dataset -> dataset.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no dataset '"
                        + name
                        + "'; the datasets are "
                        + ALL.stream().map(Dataset::name).collect(Collectors.joining(", "))));
  }
}
