package io.pinpipeline.pipelines.cli;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: {@code pinpipeline COMMAND [OPTION...]}. */
@Command(
    name = "pinpipeline",
    description =
        "User posts from S3 and Kafka to query-ready Delta Lake tables, on any Beam engine.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      GenerateCommand.class,
      CleanCommand.class,
      StreamCommand.class,
      ArchiveCommand.class,
      RunBatchCommand.class,
      PendingCommand.class,
      TablesCommand.class,
      BooksCommand.class,
      DigestCommand.class,
      DeadLettersCommand.class,
      TraceCommand.class,
      QueryCommand.class,
      ReportCommand.class,
      VacuumCommand.class,
      VerifyEnginesCommand.class
    },
    footer = {
      "",
      "Exit codes: 0 good, 1 failed, 2 wrong use.",
      "From a checkout there are also gateway, which takes posts over HTTP into Kafka, and emulate,"
          + " which posts to it.",
      "Options that are not listed go to Beam, its engine and its AWS module."
    },
    mixinStandardHelpOptions = false)
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
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    CommandLine commandLine =
        new CommandLine(new Main())
            .setOut(out)
            .setErr(err)
            .setUsageHelpAutoWidth(true)
            .setParameterExceptionHandler(Failures::wrongUse)
            .setExecutionExceptionHandler(Failures::failed);
    commandLine.getSubcommands().values().forEach(Main::addHelp);
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

  /** Options that every command has. */
  @Command
  static final class Help {

    @CommandLine.Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Shows this help.")
    private boolean help;

    @CommandLine.Option(
        names = "--stacktrace",
        description = "Shows where in the program a failure came from.")
    private boolean stacktrace;

    @Override
    public String toString() {
      return "help " + help + ", stacktrace " + stacktrace;
    }
  }
}
