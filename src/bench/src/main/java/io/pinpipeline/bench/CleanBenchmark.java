package io.pinpipeline.bench;

import io.pinpipeline.bench.Contestant.Group;
import io.pinpipeline.bench.job.Folders;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Files to tables. */
final class CleanBenchmark {

  private static final int FEW_POSTS = 2000;

  private final Plan plan;
  private final PrintWriter out;

  CleanBenchmark(Plan plan, PrintWriter out) {
    this.plan = plan;
    this.out = out;
  }

  /** Whether all contestants wrote the right rows. */
  boolean run() throws IOException {
    try {
      Path work = plan.newWork();
      Path input = work.resolve("posts");
      out.printf(Locale.ROOT, "inventing %,d posts ...%n", plan.posts());
      BenchData data = BenchData.generate(plan.posts(), Plan.oneDamagedIn(plan.posts()), input);
      Race race = new Race(plan.home(), input, work, plan.jvmArguments());
      if (plan.cold()) {
        Path few = work.resolve("few-posts");
        BenchData.generate(FEW_POSTS, Plan.oneDamagedIn(FEW_POSTS), few);
        for (Contestant contestant : plan.contestants()) {
          out.println("preparing " + contestant.label() + " ...");
          race.archiveClasses(contestant, few);
        }
      }
      Report report = new Report(Machine.here(), data, plan.posts(), plan.rounds(), plan.warmups());
      Map<Contestant, Rows> rows = new LinkedHashMap<>();
      for (int round = 1; round <= plan.rounds(); round++) {
        if (plan.cold()) {
          for (Contestant contestant : plan.contestants()) {
            tell(race.cold(contestant, round), report);
            judge(contestant, race.output(contestant), data, rows, report);
          }
        }
        if (plan.warm()) {
          for (Contestant contestant : plan.contestants()) {
            tell(race.warm(contestant, round, plan.warmups()), report);
            judge(contestant, race.output(contestant), data, rows, report);
          }
        }
      }
      report.print(out);
      report.write(plan.output());
      out.println("See also " + plan.output().resolve(Report.TABLE) + " and " + Report.CHART + ".");
      return report.verdict().allRight();
    } finally {
      plan.deleteWork();
    }
  }

  private void tell(Measurement measured, Report report) {
    report.add(measured);
    out.println(measured.text());
  }

  /** Checks the rows of a contestant against what was generated, and against those of the first. */
  private static void judge(
      Contestant contestant, Path lake, BenchData data, Map<Contestant, Rows> rows, Report report)
      throws IOException {
    if (contestant.group() == Group.FLOOR) {
      Folders.delete(lake);
      return;
    }
    Rows written = Rows.of(contestant, lake);
    Folders.delete(lake);
    List<String> faults = new ArrayList<>(written.faults(data));
    faults.addAll(written.differencesFromFirst(contestant, rows));
    report.verdict().add(contestant, faults);
  }
}
