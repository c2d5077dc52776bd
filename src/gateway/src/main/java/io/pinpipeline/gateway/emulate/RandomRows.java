package io.pinpipeline.gateway.emulate;

import io.pinpipeline.gateway.emulate.Database.Condition;
import io.pinpipeline.gateway.emulate.Database.Table;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The posts of a database at random, the same one again and again, as users do. A post is the row
 * of pins with the first key from a random number on, and the rows of the other tables with the
 * same key. The position is the number of posts so far.
 */
public final class RandomRows implements PostSource {

  private final Database database;
  private final long seed;
  private final long posts;
  private @Nullable List<Long> bounds;

  /**
   * Posts of a database.
   *
   * @param posts how many, repeats included; {@link Long#MAX_VALUE} for no end
   */
  public RandomRows(Database database, long seed, long posts) {
    this.database = database;
    this.seed = seed;
    this.posts = posts;
  }

  @Override
  public List<Long> begin() {
    return List.of(0L);
  }

  @Override
  public @Nullable PostBatch next(List<Long> position, int most) throws IOException {
    long from = position.get(0);
    int count = (int) Math.min(most, posts - from);
    if (bounds == null) {
      bounds = database.bounds(database.tables().get(0));
    }
    if (count <= 0 || bounds == null) {
      return null;
    }
    Map<String, List<Post>> records = PostBatch.none();
    for (long post = from; post < from + count; post++) {
      add(records, draw(post, bounds.get(0), bounds.get(1)));
    }
    return new PostBatch(records, count, List.of(from + count));
  }

  /** A number drawn for a post, the same whenever it is drawn. */
  private long draw(long post, long least, long greatest) {
    SplittableRandom random = new SplittableRandom(new SplittableRandom(seed).nextLong() + post);
    return greatest == Long.MAX_VALUE ? greatest : random.nextLong(least, greatest + 1);
  }

  private void add(Map<String, List<Post>> records, long from) throws IOException {
    Table pins = database.tables().get(0);
    for (Post pin : database.rows(pins, Condition.FROM, from, 1)) {
      PostBatch.add(records, pins.dataset(), pin);
      for (Table table : database.tables().subList(1, database.tables().size())) {
        for (Post row : database.rows(table, Condition.IS, pin.key(), 1)) {
          PostBatch.add(records, table.dataset(), row);
        }
      }
    }
  }

  @Override
  public String progress(List<Long> position) {
    return posts == Long.MAX_VALUE
        ? String.format(Locale.ROOT, "%,d posts", position.get(0))
        : String.format(Locale.ROOT, "%,d of %,d posts", position.get(0), posts);
  }

  @Override
  public OptionalDouble share(List<Long> position) {
    return posts == Long.MAX_VALUE
        ? OptionalDouble.empty()
        : OptionalDouble.of((double) position.get(0) / posts);
  }

  @Override
  public void close() throws IOException {
    database.close();
  }
}
