package io.pinpipeline.core.generate;

/** The three records of a post. */
public enum RecordKind {
  PIN("pin", 0),
  GEO("geo", 1),
  USER("user", 2);

  private final String dataset;

  private final int number;

  RecordKind(String dataset, int number) {
    this.dataset = dataset;
    this.number = number;
  }

  /** The dataset's name, as in topics and file names. */
  public String dataset() {
    return dataset;
  }

  /** Counts the kinds from 0; what is drawn for a record depends on it. */
  int number() {
    return number;
  }
}
