package io.pinpipeline.bench.job;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Does a job several times in one process, and prints what each round took: {@code round SECONDS
 * CPU_SECONDS}, and in the end {@code peak KILOBYTES}, the most memory that was resident.
 *
 * <p>It stands on the class path beside a contestant's own jars, so it needs nothing but the JDK.
 */
public final class Rounds {

  private Rounds() {}

  /**
   * Does a job.
   *
   * @param args the class of the job, the input folder, the output folder, how many rounds, and
   *     arguments of the job
   */
  public static void main(String[] args) throws Exception {
    Path input = Path.of(args[1]);
    Path output = Path.of(args[2]);
    int rounds = Integer.parseInt(args[3]);
    Class<?> type = Class.forName(args[0]);
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    try (Job job =
        args.length > 4
            ? (Job) type.getConstructor(String.class).newInstance(args[4])
            : (Job) type.getConstructor().newInstance()) {
      job.prepare(input);
      for (int round = 0; round < rounds; round++) {
        Folders.delete(output);
        long cpu = system.getProcessCpuTime();
        long begun = System.nanoTime();
        job.run(input, output);
        long ended = System.nanoTime();
        System.out.printf(
            Locale.ROOT,
            "round %.4f %.4f%n",
            (ended - begun) / 1e9,
            (system.getProcessCpuTime() - cpu) / 1e9);
      }
    }
    System.out.println("peak " + peakKilobytes());
    System.out.flush();
    // an engine's threads may outlive its job
    Runtime.getRuntime().halt(0);
  }

  /** The most memory that this process had resident; 0 where the system does not tell. */
  private static long peakKilobytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return 0;
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    return 0;
  }
}
