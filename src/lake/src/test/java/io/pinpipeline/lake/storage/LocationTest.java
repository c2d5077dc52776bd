package io.pinpipeline.lake.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocationTest {

  @Test
  void readsPathsAndUris() {
    assertThat(Location.parse("data/posts").path())
        .isEqualTo(Path.of("data/posts").toAbsolutePath());
    assertThat(Location.parse("/data/../posts/").uri()).isEqualTo("file:///posts");
    assertThat(Location.parse("file:/posts").uri()).isEqualTo("file:///posts");
    assertThat(Location.parse("file:///posts").uri()).isEqualTo("file:///posts");
    assertThat(Location.parse("s3://bucket/a//b/").uri()).isEqualTo("s3://bucket/a//b");
    assertThat(Location.parse("s3://bucket/").uri()).isEqualTo("s3://bucket");
  }

  @Test
  void takesApartWhatIsOnS3() {
    Location location = Location.parse("s3://bucket/folder/name");
    assertThat(location.bucket()).isEqualTo("bucket");
    assertThat(location.key()).isEqualTo("folder/name");
    assertThat(location.name()).isEqualTo("name");
    assertThat(Location.parse("s3://bucket").key()).isEmpty();
    assertThat(Location.parse("s3://bucket").resolve("a/b").key()).isEqualTo("a/b");
  }

  @ParameterizedTest
  @CsvSource({"gs://bucket/x,gs", "s3://,no bucket", "s3:///key,no bucket", "' ',empty"})
  void refusesTheRest(String text, String reason) {
    assertThatThrownBy(() -> Location.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason)
        .hasMessageContaining("s3://bucket/key");
  }

  @ParameterizedTest
  @CsvSource({
    "a,b",
    "a,aa",
    "a-b,a/b",
    "é,\uFF5E",
    "\uFF5E,\uD83D\uDE00",
    "\uD83D\uDE00,\uD83D\uDE01"
  })
  void ordersByUtf8Bytes(String smaller, String larger) {
    Location left = Location.parse("s3://bucket/" + smaller);
    Location right = Location.parse("s3://bucket/" + larger);
    assertThat(Arrays.compareUnsigned(smaller.getBytes(UTF_8), larger.getBytes(UTF_8)))
        .isNegative();
    assertThat(left).isLessThan(right);
    assertThat(right).isGreaterThan(left);
    assertThat(left).isEqualByComparingTo(left);
  }
}
