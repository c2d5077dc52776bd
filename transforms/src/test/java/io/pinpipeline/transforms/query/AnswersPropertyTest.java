package io.pinpipeline.transforms.query;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.jspecify.annotations.Nullable;

/** Random posts, and what plain loops over all of them say. */
class AnswersPropertyTest {

  private record Post(
      @Nullable String category,
      @Nullable String poster,
      @Nullable Integer followers,
      @Nullable String country,
      @Nullable Integer year,
      @Nullable Integer age,
      @Nullable Integer joined) {}

  private static @Nullable String text(Random random, String... texts) {
    int drawn = random.nextInt(texts.length + 1);
    return drawn == texts.length ? null : texts[drawn];
  }

  private static @Nullable Integer number(Random random, int from, int to) {
    return random.nextInt(8) == 0 ? null : from + random.nextInt(to - from);
  }

  private static @Nullable String date(@Nullable Integer year) {
    return year == null ? null : "%04d-07-01T00:00:00".formatted(year);
  }

  @Property(tries = 20, shrinking = ShrinkingMode.OFF)
  void answersWhatLoopsOverAllPostsAnswer(
      @ForAll @IntRange(min = 1, max = 400) int size,
      @ForAll @IntRange(min = 1, max = 5) int shards,
      @ForAll Random random) {
    Posts sent = new Posts();
    List<Post> posts = new ArrayList<>();
    for (long key = 0; key < size; key++) {
      boolean hasGeo = random.nextInt(10) > 0;
      boolean hasUser = random.nextInt(10) > 0;
      Post post =
          new Post(
              text(random, "art", "quotes", "été", "😍"),
              text(random, "Ann", "Bob", " Ann"),
              number(random, 0, 30),
              hasGeo ? text(random, "Chad", "Peru") : null,
              hasGeo ? number(random, 1968, 1973) : null,
              hasUser ? number(random, 14, 60) : null,
              hasUser ? number(random, 2015, 2018) : null);
      posts.add(post);
      sent.pin(key, post.category, post.poster, post.followers);
      if (hasGeo) {
        sent.geo(key, post.country, date(post.year));
      }
      if (hasUser) {
        sent.user(key, "same", post.age, date(post.joined));
      }
    }
    Set<Question> all = EnumSet.complementOf(EnumSet.of(Question.USERS_JOINED_BY_YEAR));
    List<Answer> expected = new ArrayList<>();
    for (Question question : all) {
      List<List<Object>> rows = expected(question, posts);
      if (!rows.isEmpty()) {
        expected.add(new Answer(question, rows));
      }
    }
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(true);
    PAssert.that(
            sent.clean(pipeline, 1 + random.nextInt(size))
                .apply(PostParts.of(all, shards))
                .apply(Answers.to(all)))
        .containsInAnyOrder(expected);
    pipeline.run();
  }

  private static List<List<Object>> expected(Question question, List<Post> posts) {
    return switch (question) {
      case TOP_CATEGORY_BY_COUNTRY -> top(posts, Post::country);
      case TOP_CATEGORY_BY_YEAR -> top(posts, Post::year);
      case TOP_CATEGORY_BY_AGE_GROUP -> top(posts, post -> group(post.age));
      case TOP_POSTER_BY_COUNTRY -> posters(posts);
      case COUNTRY_OF_TOP_POSTER -> {
        List<List<Object>> posters = posters(posts);
        int most = posters.stream().mapToInt(row -> (int) row.get(2)).max().orElse(0);
        yield posters.stream()
            .filter(row -> (int) row.get(2) == most)
            .map(row -> List.of(row.get(0), row.get(2)))
            .distinct()
            .toList();
      }
      case MEDIAN_FOLLOWERS_BY_AGE_GROUP -> medians(posts, post -> row(group(post.age)));
      case MEDIAN_FOLLOWERS_BY_JOIN_YEAR -> medians(posts, post -> row(post.joined));
      case MEDIAN_FOLLOWERS_BY_JOIN_YEAR_AND_AGE_GROUP ->
          medians(posts, post -> row(post.joined, group(post.age)));
      case USERS_JOINED_BY_YEAR -> throw new IllegalArgumentException("not asked");
    };
  }

  private static @Nullable String group(@Nullable Integer age) {
    if (age == null || age < 18) {
      return null;
    }
    return age < 25 ? "18-24" : age < 36 ? "25-35" : age < 51 ? "36-50" : "50+";
  }

  /** The values, or nothing where one is null. */
  private static @Nullable List<Object> row(@Nullable Object... values) {
    List<Object> row = new ArrayList<>();
    for (Object value : values) {
      if (value == null) {
        return null;
      }
      row.add(value);
    }
    return row;
  }

  private static List<List<Object>> sorted(Iterable<List<Object>> rows) {
    TreeMap<String, List<Object>> sorted = new TreeMap<>();
    rows.forEach(row -> sorted.put(row.toString(), row));
    return List.copyOf(sorted.values());
  }

  private static List<List<Object>> top(List<Post> posts, Function<Post, @Nullable Object> group) {
    Map<List<Object>, Long> counts =
        posts.stream()
            .filter(post -> group.apply(post) != null && post.category != null)
            .collect(groupingBy(post -> List.of(group.apply(post), post.category), counting()));
    List<List<Object>> rows = new ArrayList<>();
    counts.forEach(
        (key, count) -> {
          if (counts.entrySet().stream()
              .noneMatch(
                  other -> other.getKey().get(0).equals(key.get(0)) && other.getValue() > count)) {
            rows.add(List.of(key.get(0), key.get(1), count));
          }
        });
    return sorted(rows);
  }

  private static List<List<Object>> posters(List<Post> posts) {
    Set<List<Object>> rows = new HashSet<>();
    for (Post post : posts) {
      List<Object> row = row(post.country, post.poster, post.followers);
      if (row != null
          && posts.stream()
              .noneMatch(
                  other ->
                      row(other.country, other.poster, other.followers) != null
                          && other.country.equals(post.country)
                          && other.followers > post.followers)) {
        rows.add(row);
      }
    }
    return sorted(rows);
  }

  private static List<List<Object>> medians(
      List<Post> posts, Function<Post, @Nullable List<Object>> group) {
    Map<List<Object>, List<Post>> groups =
        posts.stream()
            .filter(post -> group.apply(post) != null && post.followers != null)
            .collect(groupingBy(group));
    List<List<Object>> rows = new ArrayList<>();
    groups.forEach(
        (key, of) -> {
          List<Integer> followers = new ArrayList<>(of.stream().map(Post::followers).toList());
          Collections.sort(followers);
          List<Object> row = new ArrayList<>(key);
          row.add(followers.get((followers.size() - 1) / 2));
          rows.add(row);
        });
    return sorted(rows);
  }
}
