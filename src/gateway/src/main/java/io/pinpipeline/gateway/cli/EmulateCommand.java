package io.pinpipeline.gateway.cli;

import io.pinpipeline.core.generate.Dirt;
import io.pinpipeline.core.generate.PostGenerator;
import io.pinpipeline.gateway.emulate.Database;
import io.pinpipeline.gateway.emulate.Destination;
import io.pinpipeline.gateway.emulate.Emulation;
import io.pinpipeline.gateway.emulate.Emulation.Outcome;
import io.pinpipeline.gateway.emulate.InventedPosts;
import io.pinpipeline.gateway.emulate.PostForm;
import io.pinpipeline.gateway.emulate.PostSource;
import io.pinpipeline.gateway.emulate.RandomRows;
import io.pinpipeline.gateway.emulate.RunState;
import io.pinpipeline.gateway.emulate.SequentialRows;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Posts as users do. */
@Command(
    name = "emulate",
    description = {
      "Posts to a gateway as users do: invented posts, or those of a database. Every record arrives"
          + " at least once, or the command says which did not and ends with 1."
    })
final class EmulateCommand implements Callable<Integer> {

  /** How rows of a database are chosen. */
  enum Order {
    RANDOM,
    SEQUENTIAL
  }

  /** As usual, but for records that are larger than a gateway takes. */
  private static final Dirt POSTABLE =
      Dirt.usual().withOneOversizedIn(0, Dirt.usual().oversizedBytes());

  private static final String STATE_FILE = "emulate-state.json";
  private static final int MAX_BATCH = 10_000;
  private static final int MAX_PARALLEL = 200;
  private static final long GRACE_SECONDS = 5;

  @Spec private CommandSpec spec;

  @Option(
      names = "--gateway",
      required = true,
      paramLabel = "URL",
      description = "Where the gateway is, such as http://127.0.0.1:8082.")
  private String gateway;

  @Option(
      names = "--topicPrefix",
      required = true,
      paramLabel = "NAME",
      description = "Posts go to the topics <NAME>.pin, <NAME>.geo and <NAME>.user.")
  private String topicPrefix;

  @Option(
      names = "--posts",
      paramLabel = "N",
      description = {
        "Invents so many posts, some of which are sent twice. With --source: the most posts to send."
      })
  private @Nullable Long posts;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Other seeds invent or draw other posts (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--source",
      paramLabel = "jdbc:...",
      description =
          "Takes the posts from the tables pinterest_data, geolocation_data and user_data of this"
              + " database.")
  private @Nullable String source;

  @Option(names = "--user", paramLabel = "NAME", description = "Who logs in to the database.")
  private @Nullable String user;

  @Option(
      names = "--passwordFile",
      paramLabel = "FILE",
      description = "The file with the password for it, in its first line.")
  private @Nullable Path passwordFile;

  @Option(
      names = "--driver",
      paramLabel = "FILE.jar",
      description = "The database's JDBC driver; the one for jdbc:mariadb: is here already.")
  private @Nullable Path driver;

  @Option(
      names = "--order",
      description = {
        "random: any post of the database, again and again, until --posts is reached or for ever.",
        "sequential: every row once, by its key.",
        "(default: random)"
      })
  private @Nullable Order order;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = "So many posts a second at most, such as 0.5; a post is three records.")
  private @Nullable Double rate;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1",
      description = "Posts that are sent together (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Batches that may be under way at a time; with more than one, neighbours may arrive in"
              + " another order (default: ${DEFAULT-VALUE}).")
  private int parallel;

  @Option(
      names = "--form",
      defaultValue = "kafka",
      description = {
        "kafka: as to the Kafka REST proxy.",
        "kinesis: as to Kinesis behind an API gateway.",
        "(default: ${DEFAULT-VALUE})"
      })
  private PostForm form;

  @Option(
      names = "--resume",
      arity = "0..1",
      paramLabel = "FILE",
      fallbackValue = STATE_FILE,
      description =
          "Keeps in this file what was acknowledged, and goes on from there if it exists (default: "
              + STATE_FILE
              + ").")
  private @Nullable Path resume;

  @Option(
      names = "--apiKeyFile",
      paramLabel = "FILE",
      description = "The file with the gateway's API key, in its first line.")
  private @Nullable Path apiKeyFile;

  @Option(
      names = "--giveUpAfter",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description =
          "How long a request is tried again before the run ends with 1 (default: ${DEFAULT-VALUE}).")
  private int giveUpAfter;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Faults faults = new Faults(spec);
    Destination destination = destination(faults);
    Optional<RunState> state = state(faults);
    Database.Login login = login(faults);
    faults.requireNone();
    try (PostSource from = source(login)) {
      RunState begin = state.orElseGet(() -> new RunState(run(), from.begin()));
      if (begin.position().size() != from.begin().size()) {
        throw new IOException(resume + " is no state of a run; give another file with --resume");
      }
      Emulation emulation =
          new Emulation(
              from,
              destination,
              batch,
              parallel,
              rate == null ? Double.POSITIVE_INFINITY : rate,
              resume,
              begin);
      emulation.requireGateway();
      tell(destination, state.isPresent(), from.progress(begin.position()));
      return run(emulation);
    }
  }

  private void tell(Destination destination, boolean resumed, String progress) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "emulate  %s to %s, %s form%n",
        source == null ? "invented posts" : Database.place(source),
        destination,
        form.name().toLowerCase(Locale.ROOT));
    if (resumed) {
      out.printf("resumed  behind %s, as %s says%n", progress, resume);
    }
    out.flush();
  }

  private int run(Emulation emulation) {
    CountDownLatch ended = new CountDownLatch(1);
    Thread runner = Thread.currentThread();
    Thread hook = new Thread(() -> end(emulation, runner, ended), "shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      Progress progress =
          new Progress(emulation::progress, emulation::share, spec.commandLine().getErr());
      Outcome outcome;
      try {
        outcome = emulation.run();
      } finally {
        progress.close();
      }
      return tell(outcome);
    } finally {
      ended.countDown();
      removeHook(hook);
    }
  }

  /** Has a run end in order while the process is being stopped. */
  private static void end(Emulation emulation, Thread runner, CountDownLatch ended) {
    emulation.stop();
    try {
      if (!ended.await(GRACE_SECONDS, TimeUnit.SECONDS)) {
        runner.interrupt(); // requests in flight do not matter: they are not acknowledged
        boolean unused = ended.await(GRACE_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void removeHook(Thread hook) {
    try {
      boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // it is at work
    }
  }

  /** Says what became of the posts; the exit code. */
  private int tell(Outcome outcome) {
    PrintWriter out = spec.commandLine().getOut();
    double seconds = Math.max(0.001, outcome.time().toNanos() / 1e9);
    String datasets =
        outcome.acknowledged().entrySet().stream()
            .map(entry -> String.format(Locale.ROOT, "%s %,d", entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", "));
    out.printf(
        Locale.ROOT,
        "acknowledged  %,d records%s in %.1f s: %,.0f records/s, %,d retries%n",
        outcome.records(),
        datasets.isEmpty() ? "" : " (" + datasets + ")",
        seconds,
        outcome.records() / seconds,
        outcome.retries());
    Histogram requests = outcome.requests();
    if (requests.getTotalCount() > 0) {
      out.printf(
          Locale.ROOT,
          "requests      %,d: %,.0f requests/s; half took up to %,.1f ms, 99 %% up to %,.1f ms, all"
              + " up to %,.1f ms%n",
          requests.getTotalCount(),
          requests.getTotalCount() / seconds,
          requests.getValueAtPercentile(50) / 1e6,
          requests.getValueAtPercentile(99) / 1e6,
          requests.getMaxValue() / 1e6);
    }
    if (outcome.leftOut() > 0) {
      out.printf(
          Locale.ROOT,
          "left out      %,d invented records that are no JSON objects, which nobody can post%n",
          outcome.leftOut());
    }
    out.flush();
    PrintWriter err = spec.commandLine().getErr();
    if (outcome.refused() > 0) {
      err.printf(
          Locale.ROOT,
          "pinpipeline: the gateway refused %,d records for good, such as%n",
          outcome.refused());
      outcome.refusals().forEach(refusal -> err.println("  " + refusal));
    }
    boolean early = outcome.stopped() || outcome.failure().isPresent();
    if (early) {
      err.printf(
          Locale.ROOT,
          "pinpipeline: %s after %s%s.%n",
          outcome.stopped() ? "stopped" : "ended",
          outcome.progress(),
          outcome.unknown() == 0
              ? ""
              : String.format(
                  Locale.ROOT,
                  "; %,d records were under way and not acknowledged",
                  outcome.unknown()));
      outcome.failure().ifPresent(failure -> err.println("  " + failure.getMessage()));
      err.println(
          resume == null
              ? "  The rest was not sent. With --resume the next run could go on from here."
              : "  The rest was not sent. Run the same command again to go on from here: "
                  + resume
                  + " says where.");
    }
    err.flush();
    return early || outcome.refused() > 0 ? 1 : 0;
  }

  private Destination destination(Faults faults) {
    if (gateway != null && !isHttp(gateway)) { // else it was said already
      faults.add("--gateway: '%s' is no URL like http://127.0.0.1:8082".formatted(gateway));
    }
    if (topicPrefix != null && !Faults.isTopic(topicPrefix + ".user")) {
      faults.add(
          "--topicPrefix: '%s' cannot begin a topic's name: letters, digits, '.', '_' and '-' can be in it"
              .formatted(topicPrefix));
    }
    faults.requireBetween("--batch", 1, MAX_BATCH, batch);
    faults.requireBetween("--parallel", 1, MAX_PARALLEL, parallel);
    if (rate != null && !(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
      faults.add("--rate: " + rate + " is not more than 0; leave it out for no limit");
    }
    faults.requireAtLeast("--giveUpAfter", 1, giveUpAfter);
    String apiKey = firstLine("--apiKeyFile", apiKeyFile, faults);
    if (apiKey != null && !apiKey.matches("\\p{Graph}+")) {
      faults.add("--apiKeyFile: " + apiKeyFile + " has blanks or letters that no key has");
    }
    return new Destination(
        gateway == null ? "" : gateway.replaceFirst("/+$", ""),
        topicPrefix,
        form,
        apiKey,
        Duration.ofSeconds(giveUpAfter));
  }

  private static boolean isHttp(String url) {
    try {
      URI uri = new URI(url);
      return uri.getHost() != null
          && uri.getPort() <= 65535
          && uri.getScheme() != null
          && uri.getScheme().matches("https?")
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private Database.@Nullable Login login(Faults faults) {
    if (source == null) {
      if (posts == null) {
        faults.add("--posts or --source: say how many posts to invent, or where to take them from");
      } else {
        faults.requireBetween("--posts", 1, PostGenerator.MAX_POSTS, posts);
      }
      String given =
          Stream.of("--user", "--passwordFile", "--driver", "--order")
              .filter(name -> spec.commandLine().getParseResult().hasMatchedOption(name))
              .collect(Collectors.joining(", "));
      if (!given.isEmpty()) {
        faults.add(given + ": only a database has that; give --source too, or leave it out");
      }
      return null;
    }
    if (posts != null) {
      faults.requireAtLeast("--posts", 1, posts);
    }
    if (!source.startsWith("jdbc:")) {
      faults.add(
          "--source: '%s' is no JDBC URL like jdbc:mariadb://127.0.0.1:3306/pinterest"
              .formatted(source));
    }
    if (driver != null && !Files.isRegularFile(driver)) {
      faults.add("--driver: " + driver + " is no file");
    }
    return new Database.Login(
        source, user, firstLine("--passwordFile", passwordFile, faults), driver);
  }

  private static @Nullable String firstLine(String option, @Nullable Path file, Faults faults) {
    if (file == null) {
      return null;
    }
    try (Stream<String> lines = Files.lines(file)) {
      Optional<String> first = lines.findFirst();
      if (first.isPresent() && !first.get().isBlank()) {
        return first.get().strip();
      }
      faults.add(option + ": the first line of " + file + " is empty");
    } catch (IOException | UncheckedIOException e) {
      faults.addUnreadable(option, file);
    }
    return null;
  }

  /** What a position means something for. */
  private Map<String, String> run() {
    Map<String, String> run = new TreeMap<>();
    run.put("topicPrefix", topicPrefix);
    if (source == null) {
      run.put("posts", String.valueOf(posts));
      run.put("seed", String.valueOf(seed));
    } else {
      run.put("source", Database.place(source));
      run.put("order", order().name().toLowerCase(Locale.ROOT));
      if (order() == Order.RANDOM) {
        run.put("seed", String.valueOf(seed));
      }
    }
    return run;
  }

  private Order order() {
    return order == null ? Order.RANDOM : order;
  }

  private Optional<RunState> state(Faults faults) {
    if (resume == null) {
      return Optional.empty();
    }
    Path folder = resume.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      faults.add("--resume: there is no folder " + folder + "; make it, or give another file");
      return Optional.empty();
    }
    try {
      Optional<RunState> state = RunState.read(resume);
      if (topicPrefix != null && state.isPresent() && !state.get().run().equals(run())) {
        faults.add(
            "--resume: %s belongs to another run, %s, and this one is %s; give another file, or remove that one"
                .formatted(resume, state.get().run(), run()));
      }
      return state;
    } catch (IOException e) {
      faults.add("--resume: " + e.getMessage());
      return Optional.empty();
    }
  }

  private PostSource source(Database.@Nullable Login login) throws IOException {
    if (login == null) {
      return new InventedPosts(new PostGenerator(seed, posts == null ? 0 : posts, POSTABLE));
    }
    long most = posts == null ? Long.MAX_VALUE : posts;
    Database database = Database.open(login);
    return order() == Order.RANDOM
        ? new RandomRows(database, seed, most)
        : new SequentialRows(database, most);
  }
}
