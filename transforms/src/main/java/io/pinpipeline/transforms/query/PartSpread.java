package io.pinpipeline.transforms.query;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.table.BytesColumn;
import io.pinpipeline.core.table.Column;
import io.pinpipeline.core.table.ColumnBlock;
import io.pinpipeline.core.table.IntColumn;
import io.pinpipeline.core.table.LongColumn;
import io.pinpipeline.transforms.SpillFile;
import io.pinpipeline.transforms.query.CodedTable.Values;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Spreads what a table says over shards: the parts of a post, which have one key, meet in one
 * shard, and so do all rows of one user.
 */
public final class PartSpread {

  /** Blocks are handed on from this many rows on, so that a large file is not held whole. */
  private static final int ROWS_A_BLOCK = 8_192;

  private final Dataset<?> dataset;
  private final List<PostColumn> ofPosts = new ArrayList<>();
  private final List<PostColumn> ofUsers = new ArrayList<>();
  private final @Nullable CodedTable[] posts;
  private final @Nullable CodedTable[] users;
  private final SpillFile spill;
  private final BiConsumer<Integer, CodedBlock> out;
  private byte[] identity = new byte[256];

  /** The rows of a block by shard, and where in this order each shard ends. */
  private int[] order = new int[0];

  private int[] shardOf = new int[0];
  private final int[] ends;

  /**
   * Spreads rows of a table.
   *
   * @param dataset whose table it is
   * @param questions what is to be known of them
   * @param shards over how many shards
   * @param spill where the blocks wait for their shard to be read
   * @param out takes the blocks with the number of their shard, from 0
   */
  public PartSpread(
      Dataset<?> dataset,
      Collection<Question> questions,
      int shards,
      SpillFile spill,
      BiConsumer<Integer, CodedBlock> out) {
    this.dataset = dataset;
    for (PostColumn column : wanted(dataset, questions)) {
      (column.isOfUsers() ? ofUsers : ofPosts).add(column);
    }
    this.posts = new @Nullable CodedTable[shards];
    this.users = new @Nullable CodedTable[shards];
    this.ends = new int[shards];
    this.spill = spill;
    this.out = out;
  }

  private static Set<PostColumn> wanted(Dataset<?> dataset, Collection<Question> questions) {
    Set<PostColumn> columns = new LinkedHashSet<>();
    for (Question question : questions) {
      for (PostColumn column : question.aggregation().columns()) {
        if (column.dataset().equals(dataset.name())) {
          columns.add(column);
        }
      }
    }
    return columns;
  }

  /** The columns of a dataset's table that the questions need; none if they need none of it. */
  public static List<String> columns(Dataset<?> dataset, Collection<Question> questions) {
    Set<String> paths = new LinkedHashSet<>();
    for (PostColumn column : wanted(dataset, questions)) {
      paths.add(dataset.key());
      paths.addAll(column.paths());
    }
    return List.copyOf(paths);
  }

  /** Adds rows that have the {@link #columns}, and perhaps others. */
  public void add(ColumnBlock rows) {
    if (!ofPosts.isEmpty()) {
      addPosts(rows);
    }
    if (!ofUsers.isEmpty()) {
      addUsers(rows);
    }
  }

  private void addPosts(ColumnBlock rows) {
    LongColumn keys = (LongColumn) column(rows, dataset.key());
    orderByShard(keys);
    int from = 0;
    for (int shard = 0; shard < posts.length; shard++) {
      int until = ends[shard];
      if (from == until) {
        continue;
      }
      CodedTable table = posts[shard];
      if (table == null) {
        table = new CodedTable(ofPosts);
        posts[shard] = table;
      }
      int at = table.rows();
      for (int i = from; i < until; i++) {
        table.append(keys.get(order[i]));
      }
      for (Values values : table.columns()) {
        spread(column(rows, values.column().paths().get(0)), from, until, values, at);
      }
      handOnIfFull(table, shard);
      from = until;
    }
  }

  /** Puts the numbers of rows into {@link #order}, those of one shard next to each other. */
  private void orderByShard(LongColumn keys) {
    int rows = keys.size();
    if (order.length < rows) {
      order = new int[rows];
      shardOf = new int[rows];
    }
    Arrays.fill(ends, 0);
    for (int row = 0; row < rows; row++) {
      int shard = LongHash.shard(keys.get(row), ends.length);
      shardOf[row] = shard;
      ends[shard]++;
    }
    int begin = 0;
    for (int shard = 0; shard < ends.length; shard++) {
      int count = ends[shard];
      ends[shard] = begin;
      begin += count;
    }
    for (int row = 0; row < rows; row++) {
      order[ends[shardOf[row]]++] = row;
    }
  }

  /** Sets the values of a shard's rows in one column, from a row on. */
  private void spread(Column source, int from, int until, Values values, int firstAt) {
    int[] target = values.values();
    int at = firstAt;
    switch (values.column().kind()) {
      case TEXT -> {
        BytesColumn texts = (BytesColumn) source;
        for (int i = from; i < until; i++) {
          int row = order[i];
          target[at++] =
              texts.isNull(row)
                  ? PostColumn.NULL
                  : values.texts().add(texts.data(), texts.start(row), texts.length(row));
        }
      }
      case NUMBER -> {
        IntColumn numbers = (IntColumn) source;
        for (int i = from; i < until; i++) {
          int row = order[i];
          target[at++] = numbers.isNull(row) ? PostColumn.NULL : numbers.get(row);
        }
      }
      case AGE_GROUP -> {
        IntColumn ages = (IntColumn) source;
        for (int i = from; i < until; i++) {
          int row = order[i];
          target[at++] = ages.isNull(row) ? PostColumn.NULL : AgeGroups.of(ages.get(row));
        }
      }
      case YEAR -> {
        LongColumn times = (LongColumn) source;
        for (int i = from; i < until; i++) {
          int row = order[i];
          target[at++] = times.isNull(row) ? PostColumn.NULL : year(times.get(row));
        }
      }
    }
  }

  private void addUsers(ColumnBlock rows) {
    BytesColumn names = (BytesColumn) column(rows, "user_name");
    IntColumn ages = (IntColumn) column(rows, "age");
    LongColumn joined = (LongColumn) column(rows, "date_joined");
    int identityAt = ofUsers.indexOf(PostColumn.USER_IDENTITY);
    int joinYearAt = ofUsers.indexOf(PostColumn.USER_JOIN_YEAR);
    for (int row = 0; row < joined.size(); row++) {
      if (joined.isNull(row)) {
        continue; // joined in no year
      }
      int length = identify(names, ages, joined.get(row), row);
      long hash = TextDictionary.hash(identity, 0, length);
      int shard = LongHash.shard(hash, users.length);
      CodedTable table = users[shard];
      if (table == null) {
        table = new CodedTable(ofUsers);
        users[shard] = table;
      }
      Values identities = table.columns().get(identityAt);
      int before = identities.texts().size();
      int user = identities.texts().add(identity, 0, length, hash);
      if (user == before) {
        int at = table.append(hash);
        identities.values()[at] = user;
        table.columns().get(joinYearAt).values()[at] = year(joined.get(row));
        handOnIfFull(table, shard);
      }
    }
  }

  /** All that is known of a user, so that two are equal where all of it is. */
  private int identify(BytesColumn names, IntColumn ages, long joined, int row) {
    int nameLength = names.isNull(row) ? 0 : names.length(row);
    if (identity.length < nameLength + 14) {
      identity = new byte[2 * (nameLength + 14)];
    }
    int p = 0;
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      identity[p++] = (byte) (joined >>> shift);
    }
    identity[p++] = (byte) (ages.isNull(row) ? 0 : 1);
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      identity[p++] = (byte) (ages.get(row) >>> shift);
    }
    if (!names.isNull(row)) {
      identity[p++] = 1;
      System.arraycopy(names.data(), names.start(row), identity, p, nameLength);
      p += nameLength;
    }
    return p;
  }

  private static Column column(ColumnBlock rows, String path) {
    return rows.column(rows.schema().indexOf(path));
  }

  private static int year(long micros) {
    return LocalDate.ofEpochDay(Math.floorDiv(micros, TimeUnit.DAYS.toMicros(1))).getYear();
  }

  private void handOnIfFull(CodedTable table, int shard) {
    if (table.rows() >= ROWS_A_BLOCK) {
      handOn(table, shard);
    }
  }

  private void handOn(CodedTable table, int shard) {
    out.accept(shard, table.encode().spilledTo(spill));
    table.clear();
  }

  /** Hands on what is left. */
  public void finish() {
    for (int shard = 0; shard < posts.length; shard++) {
      for (CodedTable table : Arrays.asList(posts[shard], users[shard])) {
        if (table != null && table.rows() > 0) {
          handOn(table, shard);
        }
      }
    }
  }
}
