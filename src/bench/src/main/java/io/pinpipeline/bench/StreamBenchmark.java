package io.pinpipeline.bench;

import io.pinpipeline.bench.Contestant.Group;
import io.pinpipeline.local.KafkaServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Kafka to tables. */
final class StreamBenchmark {

  private final Plan plan;
  private final int latencySeconds;
  private final int latencyRate;
  private final PrintWriter out;

  /**
   * A benchmark.
   *
   * @param latencySeconds for how long pins are sent to see when they are in the table; 0 for not
   *     at all
   * @param latencyRate how many of them a second; 0 for half of the rate measured before
   */
  StreamBenchmark(Plan plan, int latencySeconds, int latencyRate, PrintWriter out) {
    this.plan = plan;
    this.latencySeconds = latencySeconds;
    this.latencyRate = latencyRate;
    this.out = out;
  }

  /** Whether all contestants wrote the right rows. */
  boolean run() throws IOException {
    Path work = plan.newWork();
    try (KafkaServer kafka = KafkaServer.start(work.resolve("kafka"))) {
      out.printf(Locale.ROOT, "sending the pins of %,d posts to a broker ...%n", plan.posts());
      Race processes = new Race(plan.home(), work, work, plan.jvmArguments());
      StreamRace race =
          StreamRace.prepare(processes, work, kafka, plan.posts(), Plan.oneDamagedIn(plan.posts()));
      StreamReport report =
          new StreamReport(Machine.here(), race.data(), plan.rounds(), plan.warmups());
      Map<Contestant, Rows> rows = new LinkedHashMap<>();
      for (int round = 1; round <= plan.rounds(); round++) {
        for (Contestant contestant : plan.contestants()) {
          Measurement measured = race.run(contestant, round, plan.warmups());
          report.add(measured);
          out.println(measured.text());
          report.verdict().add(contestant, race.faults(contestant, rows));
        }
      }
      for (Contestant contestant : plan.contestants()) {
        if (latencySeconds > 0 && contestant.group() == Group.OURS) {
          out.println("latency of " + contestant.label() + " ...");
          processes.archiveClasses(contestant, work);
          report.add(
              new LatencyRun(plan.home(), kafka, work)
                  .measure(
                      contestant,
                      latencyRate > 0 ? latencyRate : report.perSecond(contestant) / 2,
                      latencySeconds / 2,
                      latencySeconds));
        }
      }
      report.print(out);
      report.write(plan.output());
      out.println("See also " + plan.output().resolve(StreamReport.TABLE) + ".");
      return report.verdict().allRight();
    } finally {
      plan.deleteWork();
    }
  }
}
