package io.pinpipeline.bench;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line of the benchmark: {@code pinpipeline bench [OPTION...]}. */
@Command(
    name = "pinpipeline",
    description = "The benchmark of pinpipeline.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = BenchCommand.class,
    footer = {"", "Exit codes: 0 good, 1 failed, 2 wrong use."})
public final class Main {

  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(run(writer(System.out), writer(System.err), args));
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }

  /** Runs a command; its exit code. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    CommandLine commandLine =
        new CommandLine(new Main())
            .setOut(out)
            .setErr(err)
            .setUsageHelpAutoWidth(true)
            .setParameterExceptionHandler(Main::wrongUse)
            .setExecutionExceptionHandler(Main::failed);
    for (CommandLine command : commandLine.getSubcommands().values()) {
      addHelp(command);
      command.getCommandSpec().parser().caseInsensitiveEnumValuesAllowed(true);
      command.getCommandSpec().parser().collectErrors(true); // the command tells all at once
    }
    addHelp(commandLine);
    if (args.length == 0) {
      commandLine.usage(out);
      return CommandLine.ExitCode.USAGE;
    }
    return commandLine.execute(args);
  }

  private static void addHelp(CommandLine command) {
    command
        .getCommandSpec()
        .addMixin("help", CommandLine.Model.CommandSpec.forAnnotatedObject(new Help()));
  }

  private static int wrongUse(ParameterException failure, String[] args) {
    CommandLine command = failure.getCommandLine();
    command.getErr().println("pinpipeline: " + failure.getMessage());
    UnmatchedArgumentException.printSuggestions(failure, command.getErr());
    command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return CommandLine.ExitCode.USAGE;
  }

  private static int failed(Exception failure, CommandLine command, ParseResult parsed) {
    command.getErr().println("pinpipeline: " + failure.getMessage());
    if (parsed.hasMatchedOption("--stacktrace")) {
      failure.printStackTrace(command.getErr());
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** Options that every command has. */
  @Command
  static final class Help {

    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Shows this help.")
    private boolean help;

    @Option(names = "--stacktrace", description = "Shows where in the program a failure came from.")
    private boolean stacktrace;

    @Override
    public String toString() {
      return "help " + help + ", stacktrace " + stacktrace;
    }
  }
}
