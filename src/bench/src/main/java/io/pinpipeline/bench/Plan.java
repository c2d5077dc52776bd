package io.pinpipeline.bench;

import io.pinpipeline.bench.job.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What a user asked to be measured.
 *
 * @param posts how many to invent
 * @param rounds how often each is measured
 * @param cold whether a process is measured that does its job once
 * @param warm whether a job is measured in a process that has done the same before
 * @param warmups how often it has
 * @param output where tables and charts are left
 * @param jvmArguments given to every process
 */
record Plan(
    Home home,
    Set<Contestant> contestants,
    long posts,
    int rounds,
    boolean cold,
    boolean warm,
    int warmups,
    Path output,
    List<String> jvmArguments) {

  static final String COLD = "cold";
  static final String WARM = "warm";

  private static final int ONE_DAMAGED_IN = 1000;

  /** A folder for what is there only while it runs, empty. */
  Path newWork() throws IOException {
    Path work = work();
    Folders.delete(work);
    return Files.createDirectories(work);
  }

  /** Removes it. */
  void deleteWork() throws IOException {
    Folders.delete(work());
  }

  private Path work() {
    return output.resolve("work").toAbsolutePath().normalize();
  }

  /** One record in so many is damaged: few posts have more, so that each way to be bad is there. */
  static int oneDamagedIn(long posts) {
    return (int) Math.max(8, Math.min(ONE_DAMAGED_IN, posts / 50));
  }
}
