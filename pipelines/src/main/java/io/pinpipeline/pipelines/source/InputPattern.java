package io.pinpipeline.pipelines.source;

import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StoredObject;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/**
 * What a person writes for an input: an object, a folder, or a glob with {@code *} (within a name),
 * {@code **} (across folders), {@code ?}, {@code [ab]} and <code>{a,b}</code>. Below a folder, and
 * where a glob does not spell them out, names that begin with {@code .} or {@code _} are passed
 * over, as every engine has it.
 *
 * @param text as it was written
 * @param below the folder or object to list
 * @param glob whether what is listed must match
 */
record InputPattern(String text, Location below, boolean glob) {

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException if it is none
   */
  static InputPattern parse(String text) {
    int special = firstSpecial(text);
    if (special == text.length()) {
      return new InputPattern(text, Location.parse(text), false);
    }
    if (text.matches("s3:/*[^/]*") || (text.startsWith("s3:") && special < text.indexOf('/', 5))) {
      throw new IllegalArgumentException(
          "'" + text + "' has no bucket; spell it out, as in s3://bucket/*");
    }
    int slash = text.lastIndexOf('/', special);
    String folder = slash < 0 ? "." : text.substring(0, slash);
    boolean root = folder.isEmpty() || folder.endsWith(":");
    InputPattern pattern =
        new InputPattern(text, Location.parse(root ? folder + "/" : folder), true);
    try {
      pattern.matcher();
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is no valid glob: " + e.getDescription(), e);
    }
    return pattern;
  }

  /** The parts of a list of patterns; a comma within braces does not part. */
  static List<String> split(String list) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i <= list.length(); i++) {
      char c = i == list.length() ? ',' : list.charAt(i);
      if (c == '{') {
        depth++;
      } else if (c == '}') {
        depth--;
      } else if (c == ',' && (depth <= 0 || i == list.length())) {
        String part = list.substring(from, i).trim();
        if (!part.isEmpty()) {
          parts.add(part);
        }
        from = i + 1;
      }
    }
    return parts;
  }

  private PathMatcher matcher() {
    return FileSystems.getDefault().getPathMatcher("glob:" + withNoFolder(globPart()));
  }

  // Java's ** and a slash are one folder at least; people mean any number of them. Within braces
  // they
  // stay what they are, for braces cannot be nested.
  private static String withNoFolder(String glob) {
    StringBuilder wider = new StringBuilder();
    int depth = 0;
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      boolean beginsName = i == 0 || glob.charAt(i - 1) == '/';
      if (depth == 0 && beginsName && glob.startsWith("**/", i)) {
        wider.append("{,**/}");
        i += 2;
      } else {
        wider.append(c);
      }
    }
    return wider.toString();
  }

  /** What of the pattern stands below the folder that is listed. */
  private String globPart() {
    return text.substring(text.lastIndexOf('/', firstSpecial(text)) + 1);
  }

  /** Where the first character that makes a glob stands; the text's length if none does. */
  private static int firstSpecial(String text) {
    int first = text.length();
    for (char c : new char[] {'*', '?', '[', '{'}) {
      int at = text.indexOf(c);
      first = at >= 0 ? Math.min(first, at) : first;
    }
    return first;
  }

  /** The objects that it names, by name. */
  List<StoredObject> list(Storage storage) throws IOException {
    List<StoredObject> found = new ArrayList<>();
    if (!glob) {
      storage.list(
          below,
          object -> {
            if (object.location().equals(below) || !isHidden(relative(object))) {
              found.add(object);
            }
          });
      return found;
    }
    PathMatcher matcher = matcher();
    boolean hiddenWanted = globPart().matches("(.*/)?[._].*");
    storage.list(
        below,
        object -> {
          String relative = relative(object);
          if (matcher.matches(Path.of(relative)) && (hiddenWanted || !isHidden(relative))) {
            found.add(object);
          }
        });
    return found;
  }

  private String relative(StoredObject object) {
    String uri = object.location().uri();
    return uri.equals(below.uri())
        ? ""
        : uri.substring(below.uri().length() + (below.uri().endsWith("/") ? 0 : 1));
  }

  private static boolean isHidden(String path) {
    String rooted = "/" + path;
    return rooted.contains("/.") || rooted.contains("/_");
  }
}
