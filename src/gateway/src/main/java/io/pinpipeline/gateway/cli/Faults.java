package io.pinpipeline.gateway.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What is wrong with the options of a command, to be told all at once. */
final class Faults {

  private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

  private final CommandSpec command;
  private final List<String> all = new ArrayList<>();

  /** Begins with what was wrong already where options were read. */
  Faults(CommandSpec command) {
    this.command = command;
    command
        .commandLine()
        .getParseResult()
        .errors()
        .forEach(fault -> add(String.valueOf(fault.getMessage())));
  }

  void add(String fault) {
    all.add(fault);
  }

  /** Adds a fault where a value is too small. */
  void requireAtLeast(String option, long least, long value) {
    if (value < least) {
      add("%s: %d is less than %d".formatted(option, value, least));
    }
  }

  /** Adds a fault where a value is too small or too large. */
  void requireBetween(String option, long least, long most, long value) {
    if (value < least || value > most) {
      add("%s: %d is not from %d to %d".formatted(option, value, least, most));
    }
  }

  /** Adds that a file cannot be read. */
  void addUnreadable(String option, Path file) {
    add(
        "%s: %s %s"
            .formatted(
                option, file, Files.exists(file) ? "cannot be read as text" : "does not exist"));
  }

  /** Whether that can be a topic's name. */
  static boolean isTopic(String name) {
    return TOPIC.matcher(name).matches() && !name.matches("\\.\\.?");
  }

  /**
   * Requires that there are none.
   *
   * @throws ParameterException if there are, with all of them
   */
  void requireNone() {
    if (!all.isEmpty()) {
      throw new ParameterException(command.commandLine(), String.join("\n  ", all));
    }
  }
}
