package io.pinpipeline.pipelines.cli;

import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.options.EngineDefaults;
import io.pinpipeline.pipelines.options.OnDemandS3ClientBuilderFactory;
import io.pinpipeline.pipelines.options.StorageFactory;
import io.pinpipeline.pipelines.options.StreamDefaults;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import picocli.CommandLine;
import picocli.CommandLine.UnmatchedArgumentException;

/** The options that are Beam's own, its engine's or its AWS module's, passed on to them. */
final class BeamArguments {

  private static final Pattern BEAMS_SUGGESTION = Pattern.compile("Did you mean '(\\w+)'");

  private final List<String> arguments;

  /**
   * @param arguments what no option of a command matches; may be filled later
   */
  BeamArguments(List<String> arguments) {
    this.arguments = arguments;
  }

  /**
   * What is wrong with them, in words.
   *
   * @param command whose options may have been meant
   * @return nothing where Beam takes them
   */
  List<String> faults(CommandLine command) {
    List<String> faults = new ArrayList<>();
    for (String argument : arguments) {
      if (!argument.startsWith("--")) {
        faults.add("'" + argument + "' is no option; options are written --name=value");
        continue;
      }
      try {
        URI endpoint = PipelineOptionsFactory.fromArgs(argument).as(S3Options.class).getEndpoint();
        if (endpoint != null && (endpoint.getScheme() == null || endpoint.getHost() == null)) {
          faults.add("bad value of --endpoint: write it like http://127.0.0.1:9000");
        }
      } catch (RuntimeException e) { // whatever the class of the option's value throws
        faults.add(fault(command, argument, e));
      }
    }
    return faults;
  }

  private static String fault(CommandLine command, String argument, Exception refusal) {
    String said = String.valueOf(refusal.getMessage());
    int equals = argument.indexOf('=');
    String name = equals < 0 ? argument : argument.substring(0, equals);
    if (!said.contains("missing a property named")) {
      Throwable cause = refusal.getCause();
      String reason = cause == null ? said : String.valueOf(cause.getMessage());
      // values may be secret
      String value = argument.substring(name.length()).replaceFirst("^=", "");
      String shown = value.isEmpty() ? reason : reason.replace(value, "...");
      return "bad value of " + name + ": " + shown.lines().findFirst().orElse("");
    }
    List<String> meant =
        new ArrayList<>(
            new UnmatchedArgumentException(command, List.of(argument)).getSuggestions());
    Matcher beams = BEAMS_SUGGESTION.matcher(said);
    if (beams.find()) {
      meant.add("--" + beams.group(1));
    }
    return "unknown option "
        + name
        + (meant.isEmpty() ? "" : "; did you mean " + String.join(" or ", meant) + "?");
  }

  /** The options, behind those of the engine of this bundle that were not set. */
  PipelineOptions options() {
    return options(Map.of());
  }

  /** As above, behind more defaults. */
  PipelineOptions options(Map<String, String> more) {
    Map<String, String> defaults = new HashMap<>(more);
    // what engines call the run on their pages
    defaults.put("appName", "pinpipeline");
    defaults.put("s3ClientFactoryClass", OnDemandS3ClientBuilderFactory.class.getName());
    for (EngineDefaults engine : ServiceLoader.load(EngineDefaults.class)) {
      defaults.putAll(engine.options());
    }
    List<String> all = new ArrayList<>(arguments);
    defaults.forEach(
        (name, value) -> {
          if (arguments.stream().noneMatch(set -> set.startsWith("--" + name + "="))) {
            all.add("--" + name + "=" + value);
          }
        });
    return PipelineOptionsFactory.fromArgs(all.toArray(String[]::new)).as(S3Options.class);
  }

  /** Makes the engine of this bundle ready for a run. */
  static void prepare(PipelineOptions options) throws IOException {
    for (EngineDefaults engine : ServiceLoader.load(EngineDefaults.class)) {
      engine.prepare(options);
    }
  }

  /** The storage that they describe. */
  Storage storage() {
    return StorageFactory.open(options());
  }

  /** How the engine of this bundle runs a stream. */
  static StreamDefaults stream(Duration commitInterval) {
    return ServiceLoader.load(EngineDefaults.class)
        .findFirst()
        .map(engine -> engine.stream(commitInterval))
        .orElseGet(
            () -> new StreamDefaults(Map.of(), Duration.ZERO, StreamDefaults.GATHER_BYTES, true));
  }

  /** Whether the engine of this bundle was told to leave a stream to itself. */
  static boolean isDetached() {
    return ServiceLoader.load(EngineDefaults.class)
        .findFirst()
        .map(EngineDefaults::isDetached)
        .orElse(false);
  }

  /** Whether the engine of this bundle starts a stream again; that which Beam itself has does. */
  static boolean startsAgain() {
    return ServiceLoader.load(EngineDefaults.class)
        .findFirst()
        .map(EngineDefaults::startsAgain)
        .orElse(true);
  }

  /** What follows a stream of the engine of this bundle. */
  static PipelineResult follow(PipelineResult stream) {
    return ServiceLoader.load(EngineDefaults.class)
        .findFirst()
        .map(engine -> engine.follow(stream))
        .orElse(stream);
  }

  /** Has something done when the process is told to end, before the engine of this bundle ends. */
  static void addShutdownHook(Thread hook) {
    ServiceLoader.load(EngineDefaults.class)
        .findFirst()
        .ifPresentOrElse(
            engine -> engine.addShutdownHook(hook),
            () -> Runtime.getRuntime().addShutdownHook(hook));
  }

  /**
   * Takes a hook back.
   *
   * @throws IllegalStateException if the process is ending already
   */
  static void removeShutdownHook(Thread hook) {
    ServiceLoader.load(EngineDefaults.class)
        .findFirst()
        .ifPresentOrElse(
            engine -> engine.removeShutdownHook(hook),
            () -> Runtime.getRuntime().removeShutdownHook(hook));
  }

  /** The engine of this bundle. */
  static String engine() {
    return ServiceLoader.load(EngineDefaults.class)
        .findFirst()
        .map(EngineDefaults::engine)
        .orElse("none");
  }
}
