package io.pinpipeline.transforms.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.core.batch.RawBatch;
import io.pinpipeline.transforms.CleanRecords;
import io.pinpipeline.transforms.RawBatchCoder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.testing.CoderProperties;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.windowing.AfterPane;
import org.apache.beam.sdk.transforms.windowing.AfterWatermark;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AnswersTest {

  private static final Set<Question> ALL = EnumSet.allOf(Question.class);

  /** Ties, medians of odd and even numbers, nulls, ages of no group, posts that lack a part. */
  private static Posts world() {
    return new Posts()
        // Chad: art and quotes are tied; Peru: art twice; a post that has no country
        .pin(1, "art", "Ann", "10")
        .pin(2, "quotes", "Bob", "10")
        .pin(3, "art", "Ann", "30")
        .pin(4, "art", "Cid", "30")
        .pin(5, "travel", "Dot", "30")
        .pin(6, "travel", "Eve", "1k")
        .pin(7, null, "Fay", "20")
        .pin(8, "finance", null, "5M")
        .pin(9, "finance", "Gus", null)
        .pin(10, "finance", "Hal", "1000")
        .geo(1, "Chad", "2018-01-01T00:00:00")
        .geo(2, "Chad", "2018-12-31T23:59:59")
        .geo(3, "Peru", "2019-01-01T00:30:00+01:00") // 2018 in UTC
        .geo(4, "Peru", "2019-06-01T00:00:00")
        .geo(5, "Peru", null)
        .geo(6, null, "2020-06-01T00:00:00")
        .geo(7, "Chad", "2019-06-01T00:00:00")
        .geo(8, "Fiji", "2019-06-01T00:00:00")
        .geo(9, "Oman", "2021-06-01T00:00:00")
        .geo(10, "Malta", "1969-12-31T23:59:59")
        .geo(99, "Nauru", "2022-01-01T00:00:00") // of no pin
        .user(1, "Ann", 18, "2015-01-01T00:00:00")
        .user(2, "Ann", 18, "2015-01-01T00:00:00") // the same user
        .user(3, "Ann", 24, "2015-01-01T00:00:00") // another
        .user(4, null, 25, "2015-12-31T23:59:59")
        .user(5, null, 25, "2015-12-31T23:59:59") // the same unknown user
        .user(6, "Eve", 17, "2016-01-01T00:00:00")
        .user(7, "Fay", 50, "2016-01-01T00:00:00")
        .user(8, "Gil", 51, null)
        .user(9, "Gus", 36, "2016-05-05T00:00:00")
        .user(98, "Zoe", null, "2017-05-05T00:00:00"); // of no pin
    // 10 has no user
  }

  private static List<Answer> answers() {
    return List.of(
        new Answer(
            Question.TOP_CATEGORY_BY_COUNTRY,
            List.of(
                List.of("Chad", "art", 1L),
                List.of("Chad", "quotes", 1L),
                List.of("Fiji", "finance", 1L),
                List.of("Malta", "finance", 1L),
                List.of("Oman", "finance", 1L),
                List.of("Peru", "art", 2L))),
        new Answer(
            Question.TOP_CATEGORY_BY_YEAR,
            List.of(
                List.of(1969, "finance", 1L),
                List.of(2018, "art", 2L),
                List.of(2019, "art", 1L),
                List.of(2019, "finance", 1L),
                List.of(2020, "travel", 1L),
                List.of(2021, "finance", 1L))),
        new Answer(
            Question.TOP_POSTER_BY_COUNTRY,
            List.of(
                List.of("Chad", "Fay", 20),
                List.of("Malta", "Hal", 1000),
                List.of("Peru", "Ann", 30),
                List.of("Peru", "Cid", 30),
                List.of("Peru", "Dot", 30))),
        new Answer(Question.COUNTRY_OF_TOP_POSTER, List.of(List.of("Malta", 1000))),
        new Answer(
            Question.TOP_CATEGORY_BY_AGE_GROUP,
            List.of(
                List.of("18-24", "art", 2L),
                List.of("25-35", "art", 1L),
                List.of("25-35", "travel", 1L),
                List.of("36-50", "finance", 1L),
                List.of("50+", "finance", 1L))),
        new Answer(
            Question.MEDIAN_FOLLOWERS_BY_AGE_GROUP,
            List.of(
                List.of("18-24", 10),
                List.of("25-35", 30),
                List.of("36-50", 20),
                List.of("50+", 5_000_000))),
        new Answer(
            Question.USERS_JOINED_BY_YEAR,
            List.of(List.of(2015, 3L), List.of(2016, 3L), List.of(2017, 1L))),
        new Answer(
            Question.MEDIAN_FOLLOWERS_BY_JOIN_YEAR, List.of(List.of(2015, 30), List.of(2016, 20))),
        new Answer(
            Question.MEDIAN_FOLLOWERS_BY_JOIN_YEAR_AND_AGE_GROUP,
            List.of(
                List.of(2015, "18-24", 10),
                List.of(2015, "25-35", 30),
                List.of(2016, "36-50", 20))));
  }

  private static TestPipeline pipeline() {
    return TestPipeline.create().enableAbandonedNodeEnforcement(true);
  }

  @ParameterizedTest
  @CsvSource({"1, 100", "1, 1", "7, 3"})
  void answersAllQuestionsWithOneJoin(int shards, int batchSize) {
    TestPipeline pipeline = pipeline();
    PAssert.that(
            world()
                .clean(pipeline, batchSize)
                .apply(PostParts.of(ALL, shards))
                .apply(Answers.to(ALL)))
        .containsInAnyOrder(answers());
    pipeline.run();
  }

  private static List<Query> queries() {
    return List.of(
        TopCategoryByCountry.create(),
        TopCategoryByYear.create(),
        TopPosterByCountry.create(),
        CountryOfTopPoster.create(),
        TopCategoryByAgeGroup.create(),
        MedianFollowersByAgeGroup.create(),
        UsersJoinedByYear.create(),
        MedianFollowersByJoinYear.create(),
        MedianFollowersByJoinYearAndAgeGroup.create());
  }

  @ParameterizedTest
  @MethodSource("queries")
  void answersEachQuestionAlone(Query query) {
    Answer expected =
        answers().stream()
            .filter(answer -> answer.question() == query.question())
            .findFirst()
            .get();
    TestPipeline pipeline = pipeline();
    PAssert.thatSingleton(
            world()
                .clean(pipeline, 4)
                .apply(PostParts.of(List.of(query.question()), 2))
                .apply(query))
        .isEqualTo(expected);
    pipeline.run();
  }

  @Test
  void hasNoAnswerWhereThereIsNothing() {
    TestPipeline pipeline = pipeline();
    PAssert.that(
            new Posts()
                .pin(1, null, null, null)
                .geo(2, "Chad", "2018-01-01T00:00:00")
                .user(1, "Ann", 18, null)
                .clean(pipeline, 1)
                .apply(PostParts.of(ALL, 2))
                .apply(Answers.to(ALL)))
        .empty();
    pipeline.run();
  }

  private static PCollection<Answer> streamed(
      TestPipeline pipeline,
      TestStream<RawBatch> stream,
      PTransform<PCollection<KV<Integer, CodedBlock>>, PCollection<Answer>> query,
      Window<KV<Integer, CodedBlock>> window) {
    return pipeline
        .apply(stream)
        .apply(CleanRecords.create())
        .apply(PostParts.of(ALL, 3))
        .apply(window)
        .apply(query);
  }

  private static Window<KV<Integer, CodedBlock>> minutes() {
    return Window.<KV<Integer, CodedBlock>>into(FixedWindows.of(Duration.standardMinutes(1)))
        .triggering(
            AfterWatermark.pastEndOfWindow()
                .withEarlyFirings(AfterPane.elementCountAtLeast(1))
                .withLateFirings(AfterPane.elementCountAtLeast(1)))
        .withAllowedLateness(Duration.standardMinutes(10));
  }

  private static Answer top(Object... rows) {
    List<List<Object>> all = new ArrayList<>();
    for (int i = 0; i < rows.length; i += 3) {
      all.add(List.of(rows[i], rows[i + 1], rows[i + 2]));
    }
    return new Answer(Question.TOP_CATEGORY_BY_COUNTRY, all);
  }

  private static TimestampedValue<RawBatch> at(long second, Posts posts) {
    return TimestampedValue.of(posts.batches(10).get(0), Instant.ofEpochMilli(second * 1000));
  }

  /** Both parts of a post may come in any order; each firing tells of all that have come. */
  @Test
  void updatesTheAnswersOfAStream() {
    TestPipeline pipeline = pipeline();
    TestStream<RawBatch> stream =
        TestStream.create(RawBatchCoder.of())
            .addElements(at(1, new Posts().pin(1, "art", "Ann", 1).pin(2, "art", "Ann", 1)))
            .addElements(at(2, new Posts().geo(1, "Chad", null).geo(3, "Chad", null)))
            .addElements(at(3, new Posts().pin(3, "travel", "Ann", 1)))
            .addElements(at(65, new Posts().pin(5, "quotes", "Ann", 1)))
            .advanceWatermarkTo(Instant.ofEpochMilli(60_000))
            .addElements(at(4, new Posts().geo(2, "Chad", null))) // late, and seen
            .addElements(at(66, new Posts().geo(5, "Chad", null)))
            .advanceWatermarkToInfinity();
    PCollection<Answer> answers =
        streamed(
            pipeline, stream, TopCategoryByCountry.create(), minutes().accumulatingFiredPanes());

    IntervalWindow first = new IntervalWindow(Instant.ofEpochMilli(0), Duration.standardMinutes(1));
    PAssert.that(answers)
        .inEarlyPane(first)
        .satisfies(
            early -> {
              assertThat(early)
                  .contains(top("Chad", "art", 1L))
                  .last()
                  .isIn(top("Chad", "art", 1L), top("Chad", "art", 1L, "Chad", "travel", 1L));
              return null;
            });
    PAssert.that(answers).inLatePane(first).containsInAnyOrder(top("Chad", "art", 2L));
    PAssert.that(answers)
        .inOnTimePane(new IntervalWindow(Instant.ofEpochMilli(60_000), Duration.standardMinutes(1)))
        .containsInAnyOrder(top("Chad", "quotes", 1L));
    pipeline.run();
  }

  @Test
  void countsNoUserOfAStreamTwice() {
    TestPipeline pipeline = pipeline();
    String year = "2015-01-01T00:00:00";
    TestStream<RawBatch> stream =
        TestStream.create(RawBatchCoder.of())
            .addElements(at(1, new Posts().user(1, "Ann", 20, year)))
            .addElements(at(2, new Posts().user(2, "Ann", 20, year).user(3, "Bob", 20, year)))
            .addElements(at(3, new Posts().user(4, "Bob", 20, year)))
            .advanceWatermarkToInfinity();
    PCollection<Answer> answers =
        streamed(pipeline, stream, UsersJoinedByYear.create(), minutes().accumulatingFiredPanes());
    PAssert.that(answers)
        .inOnTimePane(new IntervalWindow(Instant.ofEpochMilli(0), Duration.standardMinutes(1)))
        .containsInAnyOrder(new Answer(Question.USERS_JOINED_BY_YEAR, List.of(List.of(2015, 2L))));
    pipeline.run();
  }

  @Test
  void refusesPanesInWhichPartsOfAPostWouldMissEachOther() {
    TestPipeline pipeline = pipeline().enableAbandonedNodeEnforcement(false);
    TestStream<RawBatch> stream =
        TestStream.create(RawBatchCoder.of()).advanceWatermarkToInfinity();
    assertThatThrownBy(
            () ->
                streamed(
                    pipeline,
                    stream,
                    TopCategoryByCountry.create(),
                    minutes().discardingFiredPanes()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("accumulatingFiredPanes");
  }

  @Test
  void refusesPartsThatWereSpreadForOtherQuestions() {
    TestPipeline pipeline = pipeline();
    world()
        .clean(pipeline, 100)
        .apply(PostParts.of(List.of(Question.TOP_CATEGORY_BY_COUNTRY), 1))
        .apply(TopPosterByCountry.create());
    assertThatThrownBy(pipeline::run)
        .isInstanceOf(PipelineExecutionException.class)
        .hasMessageContaining("say nothing of");
  }

  @Test
  void refusesToSpreadOverNoShard() {
    assertThatThrownBy(() -> PostParts.of(ALL, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 shards");
  }

  @Test
  void travelsAsItIs() throws Exception {
    for (Answer answer : answers()) {
      CoderProperties.coderDecodeEncodeEqual(Answer.coder(), answer);
    }
    CodedTable table = new CodedTable(List.of(PostColumn.COUNTRY, PostColumn.FOLLOWERS));
    table.append(-1);
    table.columns().get(0).values()[0] = PostColumn.NULL;
    table.columns().get(1).values()[0] = Integer.MAX_VALUE;
    Coder<CodedBlock> coder = CodedBlock.coder();
    CoderProperties.coderSerializable(coder);
    CoderProperties.coderDecodeEncodeEqual(coder, table.encode());
  }
}
