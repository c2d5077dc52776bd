package io.pinpipeline.bench;

import io.pinpipeline.bench.job.Folders;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** All questions at once. */
final class QueryBenchmark {

  private final Plan plan;
  private final PrintWriter out;
  private @Nullable Answers first;

  QueryBenchmark(Plan plan, PrintWriter out) {
    this.plan = plan;
    this.out = out;
  }

  /** Whether all contestants had the same answers. */
  boolean run() throws IOException {
    try {
      Path work = plan.newWork();
      Path input = work.resolve("posts");
      out.printf(Locale.ROOT, "inventing %,d posts, and cleaning them ...%n", plan.posts());
      BenchData.generate(plan.posts(), Plan.oneDamagedIn(plan.posts()), input);
      QueryRace race =
          QueryRace.prepare(
              plan.home(), new Race(plan.home(), input, work, plan.jvmArguments()), input, work);
      Folders.delete(input);
      if (plan.cold()) {
        for (Contestant contestant : plan.contestants()) {
          out.println("preparing " + contestant.label() + " ...");
          race.archiveClasses(contestant);
        }
      }
      QueryReport report =
          new QueryReport(Machine.here(), plan.posts(), plan.rounds(), plan.warmups());
      for (int round = 1; round <= plan.rounds(); round++) {
        if (plan.cold()) {
          for (Contestant contestant : plan.contestants()) {
            tell(race.cold(contestant, round), race.answers(contestant), report);
          }
        }
        if (plan.warm()) {
          for (Contestant contestant : plan.contestants()) {
            tell(race.warm(contestant, round, plan.warmups()), race.answers(contestant), report);
          }
        }
      }
      report.print(out);
      report.write(plan.output());
      out.println("See also " + plan.output().resolve(QueryReport.TABLE) + ".");
      return report.verdict().allRight();
    } finally {
      plan.deleteWork();
    }
  }

  private void tell(Measurement measured, Answers answers, QueryReport report) {
    report.add(measured);
    out.println(measured.text() + ", " + answers.size() + " rows");
    if (first == null) {
      first = answers;
    }
    report.verdict().add(measured.contestant(), answers.differences(first));
  }
}
