package io.pinpipeline.gateway.emulate;

import io.pinpipeline.gateway.emulate.Database.Condition;
import io.pinpipeline.gateway.emulate.Database.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * All rows of the three tables of a database, each in the order of its keys, a page at a time. The
 * position is the number of posts so far, and the last key of each table.
 */
public final class SequentialRows implements PostSource {

  private final Database database;
  private final long posts;
  private volatile @Nullable List<Long> bounds;

  /**
   * Rows of a database.
   *
   * @param posts how many rows of each table, where there are more; they may become more by those
   *     that have the last one's key
   */
  public SequentialRows(Database database, long posts) {
    this.database = database;
    this.posts = posts;
  }

  @Override
  public List<Long> begin() {
    List<Long> position = new ArrayList<>(List.of(0L));
    database.tables().forEach(table -> position.add(Long.MIN_VALUE));
    return position;
  }

  @Override
  public @Nullable PostBatch next(List<Long> position, int most) throws IOException {
    int count = (int) Math.min(most, posts - position.get(0));
    if (count <= 0) {
      return null;
    }
    if (bounds == null) {
      bounds = database.bounds(database.tables().get(0));
    }
    Map<String, List<Post>> records = PostBatch.none();
    List<Long> after = new ArrayList<>(position);
    int longest = 0;
    for (int i = 0; i < database.tables().size(); i++) {
      Table table = database.tables().get(i);
      List<Post> page = page(table, position.get(i + 1), count);
      if (!page.isEmpty()) {
        records.put(table.dataset(), page);
        after.set(i + 1, page.get(page.size() - 1).key());
        longest = Math.max(longest, page.size());
      }
    }
    after.set(0, position.get(0) + longest);
    return longest == 0 ? null : new PostBatch(records, longest, after);
  }

  /** The next rows, with all that have the same key as the last of them. */
  private List<Post> page(Table table, long behind, int most) throws IOException {
    for (int rows = most + 1; ; rows *= 2) {
      List<Post> page = database.rows(table, Condition.BEHIND, behind, rows);
      if (page.size() < rows) {
        return page;
      }
      // more rows may have the last key: they come with the next page
      long last = page.get(page.size() - 1).key();
      List<Post> whole = page.stream().takeWhile(row -> row.key() != last).toList();
      if (!whole.isEmpty()) {
        return whole;
      }
    }
  }

  @Override
  public String progress(List<Long> position) {
    return String.format(Locale.ROOT, "%,d posts", position.get(0));
  }

  /** By the keys of the pins, as if there were no gaps: to count rows would take long. */
  @Override
  public OptionalDouble share(List<Long> position) {
    double ofPosts = (double) position.get(0) / posts;
    List<Long> keys = bounds;
    if (keys == null) {
      return OptionalDouble.empty();
    }
    double least = keys.get(0);
    double ofKeys = (position.get(1) - least + 1) / (keys.get(1) - least + 1);
    return OptionalDouble.of(Math.min(1, Math.max(0, Math.max(ofPosts, ofKeys))));
  }

  @Override
  public void close() throws IOException {
    database.close();
  }
}
