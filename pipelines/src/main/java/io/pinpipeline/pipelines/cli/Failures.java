package io.pinpipeline.pipelines.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Failures as one message that says what happened, why, and how to mend it. */
final class Failures {

  /** The message of an exception that only passes on another one. */
  private static final Pattern NAMES_A_CLASS = Pattern.compile("[a-z]+(\\.\\w+)*\\.[A-Z]\\w+");

  private Failures() {}

  /** The command was called wrongly: says how, and where help is. */
  static int wrongUse(ParameterException failure, String[] args) {
    CommandLine command = failure.getCommandLine();
    command.getErr().println("pinpipeline: " + failure.getMessage());
    UnmatchedArgumentException.printSuggestions(failure, command.getErr());
    if (failure instanceof MissingParameterException) {
      // what is missing may be there, misspelt
      faults(command, args).forEach(fault -> command.getErr().println("  " + fault));
    }
    command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return CommandLine.ExitCode.USAGE;
  }

  private static List<String> faults(CommandLine command, String[] args) {
    Set<String> known = command.getCommandSpec().optionsMap().keySet();
    List<String> others =
        Arrays.stream(args)
            .filter(arg -> arg.startsWith("--") && !known.contains(arg.replaceFirst("=.*", "")))
            .toList();
    return new BeamArguments(others).faults(command);
  }

  /** The command failed: says why, without a stack trace unless one was asked for. */
  static int failed(Exception failure, CommandLine command, ParseResult parsed) {
    if (failure instanceof WrongUseException) {
      return wrongUse(new ParameterException(command, message(failure)), new String[0]);
    }
    command.getErr().println("pinpipeline: " + message(failure).replaceAll("\\s*\\R\\s*", " "));
    if (command.getParseResult().hasMatchedOption("--stacktrace")) {
      failure.printStackTrace(command.getErr());
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  /**
   * What there is to say of a failure. Engines wrap what their workers throw; the outermost of our
   * own messages, which are those of I/O, is the one that was written for people.
   */
  static String message(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError) {
        return "The memory of the process is used up. Give it more with"
            + " PINPIPELINE_JVM_ARGS=-Xmx2g.";
      }
      if (cause instanceof FileSystemException system && system.getReason() == null) {
        return cause.getClass().getSimpleName() + " " + cause.getMessage();
      }
      if ((cause instanceof IOException || cause instanceof WrongUseException)
          && cause.getMessage() != null
          && !(cause.getCause() != null && NAMES_A_CLASS.matcher(cause.getMessage()).lookingAt())) {
        return cause.getMessage();
      }
    }
    // engines say no more than that a job has failed; the innermost of what they wrap tells why
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return failure
        + (root == failure ? "" : ", because of " + root)
        + " (--stacktrace shows where it came from)";
  }
}
