package io.pinpipeline.pipelines.options;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * The engine that a bundle is made for, found as a service: what a user of it should not have to
 * know.
 */
public interface EngineDefaults {

  /** The name of the engine as {@code --runner} has it, such as {@code direct}. */
  String engine();

  /** Beam's options and their values, the runner among them; what a user sets wins. */
  Map<String, String> options();

  /**
   * How it runs a stream.
   *
   * @param commitInterval within this time of being read a record is to be committed
   */
  StreamDefaults stream(Duration commitInterval);

  /**
   * Makes ready for a run on the cluster that the options name, where they name one, and adds to
   * them what only the cluster can tell.
   *
   * @throws IOException if there is no such cluster, or it has nothing to run on
   */
  default void prepare(PipelineOptions options) throws IOException {}

  /**
   * Whether what started a stream is to go, and the stream to stay, as {@code flink run -d} asks.
   */
  default boolean isDetached() {
    return false;
  }

  /**
   * Whether a process in which a stream has ended can start it again, as is done where its topics
   * have got more partitions.
   */
  default boolean startsAgain() {
    return false;
  }

  /**
   * What follows a stream.
   *
   * @return a result whose {@link PipelineResult#waitUntilFinish(org.joda.time.Duration)} fails
   *     with the cause where the stream has failed
   */
  default PipelineResult follow(PipelineResult stream) {
    return stream;
  }

  /**
   * Has something done when the process is told to end (Ctrl-C, SIGTERM), before the engine ends
   * itself.
   *
   * @param hook a thread that is not started; the process goes on until it has ended
   */
  default void addShutdownHook(Thread hook) {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Takes a hook back.
   *
   * @throws IllegalStateException if the process is ending already
   */
  default void removeShutdownHook(Thread hook) {
    Runtime.getRuntime().removeShutdownHook(hook);
  }

  /** The jar that this engine came in, which is all that a cluster needs to have of ours. */
  default String bundle() {
    return Path.of(
            URI.create(
                getClass().getProtectionDomain().getCodeSource().getLocation().toExternalForm()))
        .toString();
  }
}
