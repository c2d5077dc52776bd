package io.pinpipeline.transforms.query;

import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.ColumnType;
import io.pinpipeline.core.table.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * How a question is answered in two steps: a tally of the posts of each shard, which is small, and
 * the answer from all tallies. Rows where a value is null that the question needs count nowhere.
 */
sealed interface Aggregation {

  /** What it needs to know. */
  List<PostColumn> columns();

  /** The columns of a tally, beside the number that each of its rows has. */
  List<PostColumn> tallied();

  /** The tally of some posts, or users, with the columns that it needs and others. */
  CodedTable tally(CodedTable posts);

  /** The columns of the answer. */
  TableSchema schema();

  /** The rows of the answer, in order; the tallies of all shards are one behind the other. */
  List<List<Object>> answer(CodedTable tallies);

  /** The most frequent values of a column in each group; all of them where several are. */
  record Top(PostColumn group, PostColumn value) implements Aggregation {

    @Override
    public List<PostColumn> columns() {
      return List.of(group, value);
    }

    @Override
    public List<PostColumn> tallied() {
      return columns();
    }

    @Override
    public CodedTable tally(CodedTable posts) {
      return Groups.counted(posts, tallied(), false);
    }

    @Override
    public TableSchema schema() {
      return Aggregation.schema(columns(), Aggregation.name(value) + "_count", ColumnType.LONG);
    }

    @Override
    public List<List<Object>> answer(CodedTable tallies) {
      return best(Groups.counted(tallies, tallied(), true), group, tallied());
    }
  }

  /** The lower median of a number in each group. */
  record Median(List<PostColumn> groups, PostColumn value) implements Aggregation {

    @Override
    public List<PostColumn> columns() {
      List<PostColumn> columns = new ArrayList<>(groups);
      columns.add(value);
      return columns;
    }

    @Override
    public List<PostColumn> tallied() {
      return columns();
    }

    /** How often each value is there, which is exact and no larger than the values themselves. */
    @Override
    public CodedTable tally(CodedTable posts) {
      return Groups.counted(posts, tallied(), false);
    }

    @Override
    public TableSchema schema() {
      return Aggregation.schema(groups, "median_" + Aggregation.name(value), ColumnType.INT);
    }

    @Override
    public List<List<Object>> answer(CodedTable tallies) {
      Map<List<Object>, NavigableMap<Integer, Long>> counts = new HashMap<>();
      for (int row = 0; row < tallies.rows(); row++) {
        counts
            .computeIfAbsent(Groups.read(tallies, groups, row), group -> new TreeMap<>())
            .merge(tallies.column(value).values()[row], tallies.numbers()[row], Long::sum);
      }
      List<List<Object>> rows = new ArrayList<>();
      counts.forEach((group, values) -> rows.add(with(group, lowerMedian(values))));
      return sorted(rows);
    }

    private static int lowerMedian(NavigableMap<Integer, Long> counts) {
      long before = (counts.values().stream().mapToLong(Long::longValue).sum() - 1) / 2;
      int median = counts.firstKey();
      for (Map.Entry<Integer, Long> value : counts.entrySet()) {
        median = value.getKey();
        before -= value.getValue();
        if (before < 0) {
          break;
        }
      }
      return median;
    }
  }

  /**
   * The posters with the most followers in each country, or only where they have the most of all.
   */
  record MostFollowed(boolean countriesOnly) implements Aggregation {

    @Override
    public List<PostColumn> columns() {
      return List.of(PostColumn.COUNTRY, PostColumn.POSTER, PostColumn.FOLLOWERS);
    }

    @Override
    public List<PostColumn> tallied() {
      return List.of(PostColumn.COUNTRY, PostColumn.POSTER);
    }

    @Override
    public CodedTable tally(CodedTable posts) {
      int[] country = posts.column(PostColumn.COUNTRY).values();
      int[] followers = posts.column(PostColumn.FOLLOWERS).values();
      int[] most = new int[posts.column(PostColumn.COUNTRY).texts().size()];
      Arrays.fill(most, PostColumn.NULL);
      Groups groups = new Groups(posts, tallied());
      for (int row = 0; row < posts.rows(); row++) {
        if (groups.of(row) != Groups.NONE) {
          most[country[row]] = Math.max(most[country[row]], followers[row]);
        }
      }
      Set<Long> seen = new LinkedHashSet<>();
      CodedTable tally = new CodedTable(tallied());
      for (int row = 0; row < posts.rows(); row++) {
        long group = groups.of(row);
        if (group != Groups.NONE
            && followers[row] != PostColumn.NULL
            && followers[row] == most[country[row]]
            && seen.add(group)) {
          groups.append(group, followers[row], tally);
        }
      }
      return tally;
    }

    @Override
    public TableSchema schema() {
      return Aggregation.schema(
          countriesOnly ? List.of(PostColumn.COUNTRY) : tallied(),
          Aggregation.name(PostColumn.FOLLOWERS),
          ColumnType.INT);
    }

    @Override
    public List<List<Object>> answer(CodedTable tallies) {
      List<List<Object>> posters = new ArrayList<>();
      for (List<Object> row : best(tallies, PostColumn.COUNTRY, tallied())) {
        posters.add(List.of(row.get(0), row.get(1), Math.toIntExact((long) row.get(2))));
      }
      if (!countriesOnly) {
        return posters;
      }
      int most = posters.stream().mapToInt(row -> (int) row.get(2)).max().orElse(0);
      return posters.stream()
          .filter(row -> (int) row.get(2) == most)
          .map(row -> List.of(row.get(0), row.get(2)))
          .distinct()
          .toList();
    }
  }

  /** How many different users joined in each year. */
  record UsersJoined() implements Aggregation {

    @Override
    public List<PostColumn> columns() {
      return List.of(PostColumn.USER_IDENTITY, PostColumn.USER_JOIN_YEAR);
    }

    @Override
    public List<PostColumn> tallied() {
      return List.of(PostColumn.USER_JOIN_YEAR);
    }

    /** The rows of one user are all in one shard, so the counts of shards can be added. */
    @Override
    public CodedTable tally(CodedTable users) {
      CodedTable.Values identity = users.column(PostColumn.USER_IDENTITY);
      int[] year = users.column(PostColumn.USER_JOIN_YEAR).values();
      boolean[] seen = new boolean[identity.texts().size()];
      CodedTable distinct = new CodedTable(tallied());
      for (int row = 0; row < users.rows(); row++) {
        int user = identity.values()[row];
        if (!seen[user]) {
          seen[user] = true;
          int at = distinct.append(1);
          distinct.columns().get(0).values()[at] = year[row];
        }
      }
      return Groups.counted(distinct, tallied(), true);
    }

    @Override
    public TableSchema schema() {
      return Aggregation.schema(tallied(), "number_users_joined", ColumnType.LONG);
    }

    @Override
    public List<List<Object>> answer(CodedTable tallies) {
      CodedTable all = Groups.counted(tallies, tallied(), true);
      List<List<Object>> rows = new ArrayList<>();
      for (int row = 0; row < all.rows(); row++) {
        rows.add(with(Groups.read(all, tallied(), row), all.numbers()[row]));
      }
      return sorted(rows);
    }
  }

  /** Of each group the rows with the largest number; a row may be there twice. */
  private static List<List<Object>> best(
      CodedTable table, PostColumn group, List<PostColumn> columns) {
    int[] groups = table.column(group).values();
    Map<Integer, Long> most = new HashMap<>();
    for (int row = 0; row < table.rows(); row++) {
      most.merge(groups[row], table.numbers()[row], Math::max);
    }
    Set<List<Object>> rows = new LinkedHashSet<>();
    for (int row = 0; row < table.rows(); row++) {
      if (most.getOrDefault(groups[row], 0L) == table.numbers()[row]) {
        rows.add(with(Groups.read(table, columns, row), table.numbers()[row]));
      }
    }
    return sorted(rows);
  }

  private static List<Object> with(List<Object> group, Object value) {
    List<Object> row = new ArrayList<>(group);
    row.add(value);
    return List.copyOf(row);
  }

  private static List<List<Object>> sorted(Collection<List<Object>> rows) {
    return rows.stream()
        .sorted(
            Comparator.comparing(
                row -> row,
                (left, right) -> {
                  int order = 0;
                  for (int i = 0; order == 0 && i < left.size(); i++) {
                    order = compare(left.get(i), right.get(i));
                  }
                  return order;
                }))
        .toList();
  }

  private static int compare(Object left, Object right) {
    return left instanceof String text
        ? text.compareTo((String) right)
        : Long.compare(((Number) left).longValue(), ((Number) right).longValue());
  }

  private static TableSchema schema(List<PostColumn> groups, String name, ColumnType type) {
    List<ColumnSpec> columns = new ArrayList<>();
    for (PostColumn group : groups) {
      columns.add(
          ColumnSpec.required(
              name(group),
              switch (group.kind()) {
                case TEXT, AGE_GROUP -> ColumnType.STRING;
                case NUMBER, YEAR -> ColumnType.INT;
              }));
    }
    columns.add(ColumnSpec.required(name, type));
    return new TableSchema(columns);
  }

  private static String name(PostColumn column) {
    return switch (column) {
      case CATEGORY -> "category";
      case POSTER -> "poster_name";
      case FOLLOWERS -> "follower_count";
      case COUNTRY -> "country";
      case POST_YEAR -> "post_year";
      case AGE_GROUP -> "age_group";
      case JOIN_YEAR, USER_JOIN_YEAR -> "join_year";
      case USER_IDENTITY -> "user";
    };
  }
}
