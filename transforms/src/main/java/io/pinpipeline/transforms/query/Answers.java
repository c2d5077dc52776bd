package io.pinpipeline.transforms.query;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.MapCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Values;
import org.apache.beam.sdk.transforms.windowing.DefaultTrigger;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.util.VarInt;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.WindowingStrategy;
import org.apache.beam.sdk.values.WindowingStrategy.AccumulationMode;
import org.joda.time.Duration;

/**
 * Answers questions, all of them with one join.
 *
 * <pre>
 *   parts of posts ─► by shard ─► join by key, tally ─► by question ─► add up ─► answers
 * </pre>
 *
 * <p>Columns cross the first shuffle in blocks of thousands of rows, and only small tallies the
 * second: counts, and for medians how often each value is there. A joined post is never an element.
 *
 * <p>It works in any windows, and answers for each. Where a trigger fires more than once for a
 * window, panes have to accumulate: then each firing has the answer from all that came until then.
 * A shard's later tally takes the place of its earlier one, so nothing is counted twice.
 */
public final class Answers
    extends PTransform<PCollection<KV<Integer, CodedBlock>>, PCollection<Answer>> {

  private final Set<Question> questions;

  private Answers(Collection<Question> questions) {
    this.questions = EnumSet.copyOf(questions);
  }

  /** Answers to these questions; the parts must have been spread for them. */
  public static Answers to(Collection<Question> questions) {
    return new Answers(questions);
  }

  @Override
  public PCollection<Answer> expand(PCollection<KV<Integer, CodedBlock>> parts) {
    requireThatPartsMeet(parts.getWindowingStrategy());
    return parts
        .apply("By shard", GroupByKey.create())
        .apply("Join and tally", ParDo.of(new TallyFn(questions)))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), TallyCoder.INSTANCE))
        .apply("Add up", Combine.perKey(new AddUpFn()))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), Answer.coder()))
        .apply("Answers", Values.create())
        .setCoder(Answer.coder());
  }

  private static void requireThatPartsMeet(WindowingStrategy<?, ?> windowing) {
    boolean firesOnce =
        windowing.getTrigger() instanceof DefaultTrigger
            && windowing.getAllowedLateness().equals(Duration.ZERO);
    if (!firesOnce && windowing.getMode() == AccumulationMode.DISCARDING_FIRED_PANES) {
      throw new IllegalArgumentException(
          "The parts of a post that come in different panes would never meet, because panes are"
              + " discarded. Let them accumulate: Window.accumulatingFiredPanes().");
    }
  }

  /**
   * What a shard contributes to an answer.
   *
   * @param pane which firing of the shard it is from
   */
  record Tally(Question question, int shard, long pane, CodedBlock rows) {}

  private static final class TallyFn
      extends DoFn<KV<Integer, Iterable<CodedBlock>>, KV<String, Tally>> {

    private final Set<Question> questions;

    TallyFn(Set<Question> questions) {
      this.questions = questions;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<CodedBlock>> shard,
        PaneInfo pane,
        OutputReceiver<KV<String, Tally>> out) {
      CodedTable pins = new CodedTable(columns("pin", false));
      CodedTable geos = new CodedTable(columns("geo", false));
      CodedTable authors = new CodedTable(columns("user", false));
      CodedTable users = new CodedTable(columns("user", true));
      for (CodedBlock part : shard.getValue()) {
        PostColumn one = part.columns().get(0);
        if (one.isOfUsers()) {
          users.append(part);
        } else if (one.dataset().equals("pin")) {
          pins.append(part);
        } else {
          (one.dataset().equals("geo") ? geos : authors).append(part);
        }
      }
      CodedTable posts = pins.joined(List.of(geos, authors));
      for (Question question : questions) {
        CodedTable tally = question.aggregation().tally(question.isOfUsers() ? users : posts);
        if (tally.rows() > 0) {
          out.output(
              KV.of(
                  question.id(),
                  new Tally(question, shard.getKey(), pane.getIndex(), tally.encode())));
        }
      }
    }

    private List<PostColumn> columns(String dataset, boolean ofUsers) {
      return questions.stream()
          .flatMap(question -> question.aggregation().columns().stream())
          .filter(column -> column.dataset().equals(dataset) && column.isOfUsers() == ofUsers)
          .distinct()
          .toList();
    }
  }

  /** Adds up the latest tally of each shard. */
  private static final class AddUpFn extends Combine.CombineFn<Tally, Map<Integer, Tally>, Answer> {

    @Override
    public Map<Integer, Tally> createAccumulator() {
      return new HashMap<>();
    }

    @Override
    public Map<Integer, Tally> addInput(Map<Integer, Tally> latest, Tally tally) {
      latest.merge(tally.shard(), tally, AddUpFn::later);
      return latest;
    }

    @Override
    public Map<Integer, Tally> mergeAccumulators(Iterable<Map<Integer, Tally>> accumulators) {
      Map<Integer, Tally> latest = new HashMap<>();
      for (Map<Integer, Tally> accumulator : accumulators) {
        accumulator.values().forEach(tally -> latest.merge(tally.shard(), tally, AddUpFn::later));
      }
      return latest;
    }

    private static Tally later(Tally one, Tally other) {
      return one.pane() > other.pane() ? one : other;
    }

    @Override
    public Answer extractOutput(Map<Integer, Tally> latest) {
      Question question = latest.values().iterator().next().question();
      CodedTable tallies = new CodedTable(question.aggregation().tallied());
      latest.values().forEach(tally -> tallies.append(tally.rows()));
      return new Answer(question, question.aggregation().answer(tallies));
    }

    @Override
    public Coder<Map<Integer, Tally>> getAccumulatorCoder(
        CoderRegistry registry, Coder<Tally> inputCoder) {
      return MapCoder.of(VarIntCoder.of(), inputCoder);
    }
  }

  private static final class TallyCoder extends AtomicCoder<Tally> {

    private static final TallyCoder INSTANCE = new TallyCoder();

    @Override
    public void encode(Tally tally, OutputStream out) throws IOException {
      StringUtf8Coder.of().encode(tally.question().id(), out);
      VarInt.encode(tally.shard(), out);
      VarInt.encode(tally.pane(), out);
      CodedBlock.coder().encode(tally.rows(), out);
    }

    @Override
    public Tally decode(InputStream in) throws IOException {
      return new Tally(
          Question.named(StringUtf8Coder.of().decode(in)),
          VarInt.decodeInt(in),
          VarInt.decodeLong(in),
          CodedBlock.coder().decode(in));
    }

    @Override
    public boolean consistentWithEquals() {
      return true;
    }
  }
}
