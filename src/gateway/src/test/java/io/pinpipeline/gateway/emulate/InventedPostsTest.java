package io.pinpipeline.gateway.emulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.generate.PostGenerator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InventedPostsTest {

  private static boolean isObject(String value) {
    return InventedPosts.isObject(value.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"a\":{\"b\":[1,{}]}}", " { } ", "{\"a\":\"\\uD83D\"}"})
  void knowsWhatCanBePosted(String value) {
    assertThat(isObject(value.strip())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "7",
        "null",
        "{",
        "}",
        "{\"a\":1",
        "{\"a\":1}}",
        "{}{}",
        "{},",
        "{\"a\":1} b",
        "{},\"key\":\"x\"",
        "{}},{\"value\":{}",
        "{\"a\":tru}",
        "{'a':1}",
        "{\"a\":NaN}"
      })
  void knowsWhatCannot(String value) {
    assertThat(isObject(value)).isFalse();
  }

  @Test
  void knowsThatTextIsUtf8() {
    assertThat(
            InventedPosts.isObject("{\"a\":\"caf\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1)))
        .isFalse();
  }

  private static List<String> all(InventedPosts posts, List<Long> from, int batch)
      throws Exception {
    List<String> records = new ArrayList<>();
    List<Long> position = from;
    PostBatch next;
    while ((next = posts.next(position, batch)) != null) {
      assertThat(next.posts()).isBetween(next.size() / 3, next.size());
      next.records()
          .forEach(
              (dataset, some) ->
                  some.forEach(
                      post ->
                          records.add(dataset + new String(post.value(), StandardCharsets.UTF_8))));
      position = next.after();
    }
    return records;
  }

  @Test
  void areTheSameInAnyBatchesAndFromAnyPosition() throws Exception {
    PostGenerator generator = new PostGenerator(3, 2000);
    InventedPosts posts = new InventedPosts(generator);
    List<String> one = all(posts, posts.begin(), 1);
    InventedPosts others = new InventedPosts(generator);
    PostBatch first = others.next(others.begin(), 700);
    assertThat(first).isNotNull();
    List<String> rest = all(others, first.after(), 64);
    assertThat(first.size() + rest.size()).isEqualTo(one.size());
    assertThat(one).containsAll(rest);
    assertThat(others.leftOut()).isEqualTo(posts.leftOut()).isPositive();
    assertThat(posts.progress(List.of(generator.turns()))).isEqualTo("2,000 of 2,000 posts");
  }
}
