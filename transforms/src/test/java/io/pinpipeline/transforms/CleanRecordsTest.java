package io.pinpipeline.transforms;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.Datasets;
import io.pinpipeline.core.batch.HeldBatch;
import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.core.batch.Repeats;
import io.pinpipeline.core.clean.CleanBatch;
import io.pinpipeline.core.clean.RejectionCode;
import io.pinpipeline.core.geo.Geo;
import io.pinpipeline.core.pin.Pin;
import io.pinpipeline.core.user.User;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.junit.jupiter.api.Test;

/** {@link CleanRecords} with {@link Rows} and {@link DeadLetters}, which take its batches apart. */
class CleanRecordsTest {

  private static final HeldBatch PINS =
      Batches.batch(
          "pin",
          0,
          """
          {"index":7528,"unique_id":"u1","title":"No Title Data Available","description":" ",\
          "poster_name":"A. Poster","follower_count":"12k","tag_list":"a,b",\
          "is_image_or_video":"image","image_src":"http://i/1","downloaded":1,\
          "save_location":"Local save in /data/art","category":"art","likes":3}""",
          "");
  private static final HeldBatch GEOS =
      Batches.batch(
          "geo",
          1,
          """
          {"ind":7528,"timestamp":"2020-08-28T03:52:47","latitude":-89.9,"longitude":180,\
          "country":"Albania"}""",
          "{\"ind\":7529,\"latitude\":90.5,\"longitude\":0}",
          "   ",
          "{\"ind\":7530,");
  private static final HeldBatch USERS =
      Batches.batch(
          "user",
          2,
          """
          {"ind":7528,"first_name":"Abigail","last_name":"Ali","age":20,\
          "date_joined":"2015-10-24 11:23:51"}""");

  private final TestPipeline pipeline = Batches.pipeline();

  private PCollection<CleanBatch> cleaned(RawBatch... batches) {
    return pipeline
        .apply(Create.of(Arrays.asList(batches)).withCoder(RawBatchCoder.of()))
        .apply(CleanRecords.create());
  }

  @Test
  void cleansTheRecordsOfEachDataset() {
    PCollection<CleanBatch> clean = cleaned(PINS, GEOS, USERS);

    PAssert.that(clean.apply("Pins", Rows.of(Datasets.PIN)))
        .containsInAnyOrder(
            new Pin(
                7528,
                "u1",
                null,
                null,
                12_000,
                "A. Poster",
                "a,b",
                "image",
                "http://i/1",
                "/data/art",
                "art",
                "{\"likes\":3}"));
    PAssert.that(clean.apply("Geos", Rows.of(Datasets.GEO)))
        .containsInAnyOrder(
            new Geo(7528, "Albania", -89.9, 180.0, Instant.parse("2020-08-28T03:52:47Z"), null));
    PAssert.that(clean.apply("Users", Rows.of(Datasets.USER)))
        .containsInAnyOrder(
            new User(7528, "Abigail Ali", 20, Instant.parse("2015-10-24T11:23:51Z"), null));
    pipeline.run();
  }

  @Test
  void keepsWhatCannotBeCleanedAsItCame() {
    PAssert.that(cleaned(PINS, GEOS, USERS).apply(DeadLetters.create()))
        .satisfies(
            letters -> {
              assertThat(letters)
                  .satisfiesExactlyInAnyOrder(
                      letter -> {
                        assertThat(letter.dataset()).isEqualTo("geo");
                        assertThat(letter.code()).isEqualTo(RejectionCode.BAD_COORDINATE);
                        assertThat(letter.field()).isEqualTo("latitude");
                        assertThat(letter.message()).contains("90.5");
                        assertThat(letter.rawText())
                            .isEqualTo("{\"ind\":7529,\"latitude\":90.5,\"longitude\":0}");
                        assertThat(letter.origin()).isEqualTo("object");
                        assertThat(letter.partition()).isNull();
                        assertThat(letter.attempt()).isEqualTo(1);
                      },
                      letter -> {
                        assertThat(letter.code()).isEqualTo(RejectionCode.MALFORMED_JSON);
                        assertThat(letter.rawText()).isEqualTo("{\"ind\":7530,");
                      });
              return null;
            });
    pipeline.run();
  }

  @Test
  void leavesOutDuplicatesAndRejectsConflicts() {
    HeldBatch geos =
        Batches.batch(
            "geo",
            5,
            "{\"ind\":1,\"country\":\"Chad\"}",
            "{\"ind\":1,\"country\":\"Chad\"}",
            "{\"ind\":1,\"country\":\"Peru\"}");
    PCollection<CleanBatch> clean =
        cleaned(
            new HeldBatch(
                geos.dataset(),
                geos.number(),
                new Repeats(new int[] {1, 2}, new boolean[] {false, true}),
                geos.blocks()));

    PAssert.that(clean.apply(Rows.of(Datasets.GEO)))
        .containsInAnyOrder(new Geo(1, "Chad", null, null, null, null));
    PAssert.that(clean.apply(DeadLetters.create()))
        .satisfies(
            letters -> {
              assertThat(letters)
                  .singleElement()
                  .satisfies(
                      letter -> {
                        assertThat(letter.code()).isEqualTo(RejectionCode.CONFLICTING_DUPLICATE);
                        assertThat(letter.field()).isEqualTo("ind");
                        assertThat(letter.rawText()).contains("Peru");
                      });
              return null;
            });
    pipeline.run();
  }

  @Test
  void rejectsARecordThatIsTooLarge() {
    HeldBatch oversize =
        new HeldBatch(
            "user",
            0,
            Repeats.NONE,
            List.of(
                Batches.oversize("object", 0, "{\"ind\":1,", 5_000_000),
                Batches.block("object", 5_000_001, "{\"ind\":2,\"age\":3}")));
    PCollection<CleanBatch> clean = cleaned(oversize);

    PAssert.that(clean.apply(Rows.of(Datasets.USER)))
        .containsInAnyOrder(new User(2, null, 3, null, null));
    PAssert.that(clean.apply(DeadLetters.create()))
        .satisfies(
            letters -> {
              assertThat(letters)
                  .singleElement()
                  .satisfies(
                      letter -> {
                        assertThat(letter.code()).isEqualTo(RejectionCode.TOO_LARGE);
                        assertThat(letter.message()).contains("5000000 bytes");
                        assertThat(letter.rawText()).isEqualTo("{\"ind\":1,");
                      });
              return null;
            });
    pipeline.run();
  }

  @Test
  void makesNothingOfNothing() {
    PCollection<CleanBatch> clean =
        cleaned(
            new HeldBatch("pin", 0, Repeats.NONE, List.of()), Batches.batch("pin", 1, "", "\r"));

    PAssert.that(clean.apply(Rows.of(Datasets.PIN))).empty();
    PAssert.that(clean.apply(DeadLetters.create())).empty();
    pipeline.run();
  }

  @Test
  void leavesRowsInTheWindowAndAtTheTimeOfTheirBatch() {
    PCollection<RawBatch> stream =
        pipeline
            .apply(
                Create.timestamped(
                        TimestampedValue.<RawBatch>of(
                            Batches.batch("user", 0, "{\"ind\":1,\"age\":3}"),
                            org.joda.time.Instant.ofEpochMilli(61_000)),
                        TimestampedValue.<RawBatch>of(
                            Batches.batch("user", 1, "{\"ind\":2,\"age\":4}"),
                            org.joda.time.Instant.ofEpochMilli(5_000)))
                    .withCoder(RawBatchCoder.of()))
            .setIsBoundedInternal(PCollection.IsBounded.UNBOUNDED)
            .apply(Window.into(FixedWindows.of(Duration.standardMinutes(1))));

    PCollection<User> rows =
        stream.apply(CleanRecords.create()).apply("Rows", Rows.of(Datasets.USER));

    assertThat(rows.isBounded()).isEqualTo(PCollection.IsBounded.UNBOUNDED);
    PAssert.that(rows.apply("When", ParDo.of(new WhenFn())))
        .containsInAnyOrder("1 at 61000 of 119999", "2 at 5000 of 59999");
    pipeline.run();
  }

  private static final class WhenFn extends DoFn<User, String> {

    @ProcessElement
    public void process(
        @Element User user,
        @Timestamp org.joda.time.Instant at,
        BoundedWindow window,
        OutputReceiver<String> out) {
      out.output(
          "%d at %d of %d"
              .formatted(user.ind(), at.getMillis(), window.maxTimestamp().getMillis()));
    }
  }
}
