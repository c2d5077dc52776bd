package io.pinpipeline.pipelines.cli;

import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.pipelines.options.EngineDefaults;
import io.pinpipeline.pipelines.options.StorageFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import picocli.CommandLine.Unmatched;

/** The options that are Beam's own, its engine's or its AWS module's, passed on to them. */
final class BeamArguments {

  @Unmatched private final List<String> arguments = new ArrayList<>();

  /**
   * What is wrong with them, in words.
   *
   * @return nothing where Beam takes them
   */
  List<String> faults() {
    List<String> faults = new ArrayList<>();
    for (String argument : arguments) {
      if (!argument.startsWith("--")) {
        faults.add("'" + argument + "' is no option; options are written --name=value");
        continue;
      }
      try {
        PipelineOptionsFactory.fromArgs(argument).as(S3Options.class);
      } catch (IllegalArgumentException e) {
        faults.add("unknown option or bad value '" + argument + "': " + firstSentence(e));
      }
    }
    return faults;
  }

  private static String firstSentence(Exception e) {
    String message = String.valueOf(e.getMessage());
    return message
        .replaceAll("Class interface \\S+ missing a property named", "there is no option")
        .replaceAll("\\s+", " ");
  }

  /** The options, behind those of the engine of this bundle that were not set. */
  PipelineOptions options() {
    List<String> all = new ArrayList<>(arguments);
    for (EngineDefaults engine : ServiceLoader.load(EngineDefaults.class)) {
      engine
          .options()
          .forEach(
              (name, value) -> {
                if (arguments.stream().noneMatch(set -> set.startsWith("--" + name + "="))) {
                  all.add("--" + name + "=" + value);
                }
              });
    }
    return PipelineOptionsFactory.fromArgs(all.toArray(String[]::new)).as(S3Options.class);
  }

  /** The storage that they describe. */
  Storage storage() {
    return StorageFactory.open(options());
  }

  /** The engine of this bundle. */
  static String engine() {
    return ServiceLoader.load(EngineDefaults.class)
        .findFirst()
        .map(EngineDefaults::engine)
        .orElse("none");
  }
}
