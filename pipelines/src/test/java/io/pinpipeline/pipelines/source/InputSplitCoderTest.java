package io.pinpipeline.pipelines.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.lake.storage.Location;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.beam.sdk.testing.CoderProperties;
import org.apache.beam.sdk.util.CoderUtils;
import org.junit.jupiter.api.Test;

class InputSplitCoderTest {

  private static InputSplit split(String... uris) {
    List<ObjectRange> ranges =
        IntStream.range(0, uris.length)
            .mapToObj(
                i ->
                    new ObjectRange(
                        new Location(uris[i]), Long.MAX_VALUE - i, "v" + i, i, 1L << (40 + i)))
            .toList();
    return new InputSplit(7, "pin", ranges);
  }

  @Test
  void givesBackWhatItWasGiven() throws Exception {
    for (InputSplit split :
        List.of(
            split(),
            split("s3://bucket/a"),
            split("s3://bucket/a", "s3://bucket/a", "s3://bucket/ab", "s3://bucket/a"),
            // two characters that differ in their second half only
            split(
                "s3://bucket/\uD83D\uDE0D",
                "s3://bucket/\uD83D\uDE0E",
                "file:///\u00e9\uD83D\uDE0E"))) {
      CoderProperties.coderDecodeEncodeEqual(InputSplitCoder.of(), split);
    }
    CoderProperties.coderSerializable(InputSplitCoder.of());
  }

  @Test
  void isShortWhereNamesAreAlike() throws Exception {
    String[] uris =
        IntStream.range(0, 1000)
            .mapToObj("s3://bucket/topics/mine.pin/partition=0/mine.pin+0+%010d.json"::formatted)
            .toArray(String[]::new);
    List<ObjectRange> ranges =
        IntStream.range(0, uris.length)
            .mapToObj(i -> new ObjectRange(new Location(uris[i]), 700, "", 0, 700))
            .toList();
    byte[] bytes =
        CoderUtils.encodeToByteArray(InputSplitCoder.of(), new InputSplit(1, "pin", ranges));
    assertThat(bytes.length).isLessThan(1000 * 20);
  }
}
