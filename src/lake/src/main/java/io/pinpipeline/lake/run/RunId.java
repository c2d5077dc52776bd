package io.pinpipeline.lake.run;

import io.pinpipeline.lake.delta.ActiveFile;
import java.io.Serializable;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of one run, or of the stream of a table, which no other run has: when it began, and a
 * random end. Names of later runs sort behind those of earlier ones.
 *
 * @param value letters and digits only, so that it can stand in file names
 */
public record RunId(String value) implements Serializable {

  /** What it looks like, as a regular expression. */
  static final String FORM = "\\d{8}T\\d{9}Z[0-9a-f]{8}";

  private static final Pattern CLEAN_FILE = Pattern.compile("part-(" + FORM + ")-.*");

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  public RunId {
    if (!value.matches(FORM)) {
      throw new IllegalArgumentException(value + " is no run id");
    }
  }

  /** A new name for a run that begins now. */
  public static RunId beginning(Instant now) {
    return new RunId(TIME.format(now) + UUID.randomUUID().toString().substring(0, 8));
  }

  /** The run, or stream, that wrote a file of clean rows; empty if another program did. */
  public static Optional<RunId> ofCleanFile(ActiveFile file) {
    Matcher name = CLEAN_FILE.matcher(file.path());
    return name.matches() ? Optional.of(new RunId(name.group(1))) : Optional.empty();
  }

  /** What names this run, or stream, in the names of its files of clean rows. */
  public String cleanFileTag() {
    return value;
  }

  /** What names this run, or stream, in the names of its files of dead letters. */
  public String deadLetterFileTag(String dataset) {
    return dataset + "-" + value;
  }

  @Override
  public String toString() {
    return value;
  }
}
