package io.pinpipeline.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What Linux tells of processes; on other systems all is 0. */
final class ProcessTimes {

  /** The kernel counts in hundredths of a second for all that it tells programs. */
  private static final double TICKS_A_SECOND = 100;

  private static final int CHILD_USER_TIME = 13;
  private static final int CHILD_SYSTEM_TIME = 14;

  private ProcessTimes() {}

  /** The CPU seconds of all processes that this one started and that have ended. */
  static double ofEndedChildren() throws IOException {
    Path file = Path.of("/proc/self/stat");
    if (!Files.isReadable(file)) {
      return 0;
    }
    String text = Files.readString(file);
    // the name of the program, in parentheses, may hold blanks
    String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[CHILD_USER_TIME]) + Long.parseLong(fields[CHILD_SYSTEM_TIME]))
        / TICKS_A_SECOND;
  }

  /** The most memory that a process has had resident so far; 0 if it is over. */
  static long peakBytes(long process) {
    try {
      for (String line : lines(Path.of("/proc/" + process + "/status"))) {
        if (line.startsWith("VmHWM:")) {
          return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
    } catch (IOException e) {
      // it has ended meanwhile
    }
    return 0;
  }

  /** The cores that this process may use; none on other systems. */
  static List<Integer> cores() throws IOException {
    List<Integer> cores = new ArrayList<>();
    for (String line : lines(Path.of("/proc/self/status"))) {
      if (line.startsWith("Cpus_allowed_list:")) {
        for (String range : line.substring(line.indexOf(':') + 1).strip().split(",", -1)) {
          String[] ends = range.split("-", -1);
          int last = Integer.parseInt(ends[ends.length - 1]);
          for (int core = Integer.parseInt(ends[0]); core <= last; core++) {
            cores.add(core);
          }
        }
      }
    }
    return cores;
  }

  private static List<String> lines(Path file) throws IOException {
    try {
      return Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }
}
