package io.pinpipeline.bench;

import io.pinpipeline.bench.Contestant.Group;
import io.pinpipeline.bench.job.Folders;
import io.pinpipeline.bench.job.Rounds;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs contestants, each round in a process of its own. */
final class Race {

  /** Longer than any round should take; one that hangs is a failure too. */
  private static final Duration LONGEST = Duration.ofHours(1);

  private static final int MILLIS_BETWEEN_LOOKS = 20;
  private static final int SHOWN_CHARACTERS = 4000;

  private final Home home;
  private final Path input;
  private final Path work;
  private final List<String> jvmArguments;

  /**
   * A race.
   *
   * @param input the posts
   * @param work a folder for what contestants write
   * @param jvmArguments given to every process, after its own
   */
  Race(Home home, Path input, Path work, List<String> jvmArguments) {
    this.home = home;
    this.input = input;
    this.work = work;
    this.jvmArguments = jvmArguments;
  }

  /** Where the rows of a contestant's last round are. */
  Path output(Contestant contestant) {
    return work.resolve(contestant.label()).resolve("lake");
  }

  /** A round in a process that has done the same a few times. */
  Measurement warm(Contestant contestant, int round, int warmups) throws IOException {
    List<String> command = java(contestant, List.of());
    command.addAll(rounds(contestant, input, output(contestant), warmups + 1));
    return run(contestant, command).lastRound(contestant, round);
  }

  /** A round in a process of its own, which is measured as a whole. */
  Measurement cold(Contestant contestant, int round) throws IOException {
    List<String> command;
    if (contestant.group() == Group.OURS) {
      Folders.delete(output(contestant));
      command =
          List.of(
              home.launcher().toString(),
              "clean",
              "--runner=" + contestant.label(),
              "--input=" + input,
              "--lake=" + output(contestant));
    } else {
      command =
          java(
              contestant,
              List.of(
                  "-XX:SharedArchiveFile=" + archive(contestant),
                  "-Xshare:auto",
                  "-Xlog:cds=off",
                  "-Xlog:cds+dynamic=off"));
      command.addAll(rounds(contestant, input, output(contestant), 1));
    }
    Finished finished = run(contestant, command);
    return new Measurement(
        contestant, true, round, finished.seconds, finished.cpuSeconds, finished.peakBytes);
  }

  /**
   * Prepares cold rounds: classes as the JVM lays them out in memory, which our launcher has too.
   *
   * @param few a few posts to learn from which classes are needed
   */
  void archiveClasses(Contestant contestant, Path few) throws IOException {
    if (contestant.group() == Group.OURS) {
      run(
          contestant,
          List.of(home.launcher().toString(), "clean", "--runner=" + contestant.label(), "--help"));
      return;
    }
    Files.deleteIfExists(archive(contestant));
    List<String> command =
        java(contestant, List.of("-XX:ArchiveClassesAtExit=" + archive(contestant)));
    command.addAll(rounds(contestant, few, output(contestant), 1));
    run(contestant, command);
  }

  /** The class-data archive of a contestant that is not ours. */
  Path archive(Contestant contestant) {
    return work.resolve(contestant.label() + ".jsa");
  }

  /** A JVM with a contestant's arguments, and more of them, and its class path. */
  List<String> java(Contestant contestant, List<String> more) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(contestant.jvmArguments());
    command.addAll(jvmArguments);
    command.addAll(more);
    command.add("-cp");
    command.add(home.classPath(contestant));
    return command;
  }

  private static List<String> rounds(Contestant contestant, Path from, Path to, int rounds) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                Rounds.class.getName(),
                contestant.job().getName(),
                from.toString(),
                to.toString(),
                String.valueOf(rounds)));
    if (contestant.group() == Group.OURS) {
      arguments.add(contestant.label());
    }
    return arguments;
  }

  /** A process that is over. */
  record Finished(List<String> out, double seconds, double cpuSeconds, long peakBytes) {

    /** What {@link Rounds} said of its last round. */
    Measurement lastRound(Contestant contestant, int round) throws IOException {
      String[] parts = last("round ").split(" ", -1);
      return new Measurement(
          contestant,
          false,
          round,
          Double.parseDouble(parts[1]),
          Double.parseDouble(parts[2]),
          1024 * Long.parseLong(last("peak ").split(" ", -1)[1]));
    }

    private String last(String beginning) throws IOException {
      return out.stream()
          .filter(line -> line.startsWith(beginning))
          .reduce((one, next) -> next)
          .orElseThrow(() -> new IOException("no line begins with '" + beginning + "': " + out));
    }
  }

  /** Runs a command to its end in a folder of the contestant's; its standard output is kept. */
  Finished run(Contestant contestant, List<String> command) throws IOException {
    Path folder = Files.createDirectories(work.resolve(contestant.label()));
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    double cpuBefore = ProcessTimes.ofEndedChildren();
    long begun = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    Thread killer = new Thread(() -> kill(process));
    Runtime.getRuntime().addShutdownHook(killer);
    long peak = 0;
    try {
      while (!process.waitFor(MILLIS_BETWEEN_LOOKS, TimeUnit.MILLISECONDS)) {
        peak = Math.max(peak, ProcessTimes.peakBytes(process.pid()));
        if (System.nanoTime() - begun > LONGEST.toNanos()) {
          throw new IOException(contestant.label() + " did not end within " + LONGEST);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for " + contestant.label());
    } finally {
      kill(process);
      forget(killer);
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    if (process.exitValue() != 0) {
      throw new IOException(
          contestant.label()
              + " ended with exit code "
              + process.exitValue()
              + " and said:\n"
              + end(Files.readString(out))
              + end(Files.readString(err)));
    }
    return new Finished(
        Files.readAllLines(out), seconds, ProcessTimes.ofEndedChildren() - cpuBefore, peak);
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private static void forget(Thread killer) {
    try {
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (IllegalStateException e) {
      // it is at work: this process is about to end
    }
  }

  private static String end(String text) {
    return text.substring(Math.max(0, text.length() - SHOWN_CHARACTERS));
  }
}
