package io.pinpipeline.lake.storage;

import java.io.Serializable;
import java.nio.file.Path;

/**
 * Where a file or object is: {@code file:///absolute/path} or {@code s3://bucket/key}. Names stand
 * as they are, nothing is percent-encoded.
 *
 * @param uri the whole location, without a trailing slash
 */
public record Location(String uri) implements Serializable, Comparable<Location> {

  private static final String FILE = "file://";
  private static final String S3 = "s3://";

  public Location {
    if (!uri.startsWith(FILE + "/") && !uri.startsWith(S3)) {
      throw new IllegalArgumentException("not a location: " + uri);
    }
    while (uri.endsWith("/") && uri.length() > FILE.length() + 1) {
      uri = uri.substring(0, uri.length() - 1);
    }
  }

  /**
   * Reads what a person writes: a local path (relative ones against the working directory), a
   * {@code file:} URI, or {@code s3://bucket/key}.
   *
   * @throws IllegalArgumentException for another scheme, or an S3 location without a bucket
   */
  public static Location parse(String text) {
    if (text.startsWith(S3)) {
      if (text.length() == S3.length() || text.charAt(S3.length()) == '/') {
        throw new IllegalArgumentException(
            "'" + text + "' has no bucket; write s3://bucket or s3://bucket/key");
      }
      return new Location(text);
    }
    if (text.startsWith("file:")) {
      return ofPath(Path.of(text.substring("file:".length()).replaceFirst("^//(?=/)", "")));
    }
    int scheme = text.indexOf("://");
    if (scheme > 0) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' has the scheme "
              + text.substring(0, scheme)
              + ", which is not supported; use a local path or s3://bucket/key");
    }
    if (text.isBlank()) {
      throw new IllegalArgumentException("an empty location; use a local path or s3://bucket/key");
    }
    return ofPath(Path.of(text));
  }

  public static Location ofPath(Path path) {
    return new Location(FILE + path.toAbsolutePath().normalize());
  }

  public boolean isLocal() {
    return uri.startsWith(FILE);
  }

  /**
   * This location as a path of the local file system.
   *
   * @throws IllegalStateException if it is not local
   */
  public Path path() {
    if (!isLocal()) {
      throw new IllegalStateException(uri + " is not local");
    }
    return Path.of(uri.substring(FILE.length()));
  }

  /** The bucket of an S3 location. */
  public String bucket() {
    String rest = uri.substring(S3.length());
    int slash = rest.indexOf('/');
    return slash < 0 ? rest : rest.substring(0, slash);
  }

  /** The key of an S3 location; empty for the bucket itself. */
  public String key() {
    String rest = uri.substring(S3.length());
    int slash = rest.indexOf('/');
    return slash < 0 ? "" : rest.substring(slash + 1);
  }

  /** The location below this one; {@code relative} may hold slashes. */
  public Location resolve(String relative) {
    return new Location(uri.endsWith("/") ? uri + relative : uri + "/" + relative);
  }

  /** The last part of the name. */
  public String name() {
    return uri.substring(uri.lastIndexOf('/') + 1);
  }

  /** The order of listings: by the UTF-8 bytes of the names. */
  @Override
  public int compareTo(Location other) {
    return compareNames(uri, other.uri);
  }

  /** Compares as the UTF-8 bytes would, where characters outside the basic plane come last. */
  static int compareNames(String left, String right) {
    int length = Math.min(left.length(), right.length());
    for (int i = 0; i < length; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        boolean surrogate = Character.isSurrogate(a);
        return surrogate == Character.isSurrogate(b)
            ? Character.compare(a, b)
            : Boolean.compare(surrogate, !surrogate);
      }
    }
    return Integer.compare(left.length(), right.length());
  }

  @Override
  public String toString() {
    return uri;
  }
}
