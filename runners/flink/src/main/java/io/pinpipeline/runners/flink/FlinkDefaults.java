package io.pinpipeline.runners.flink;

import io.pinpipeline.pipelines.options.EngineDefaults;
import io.pinpipeline.pipelines.options.StreamDefaults;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.beam.runners.flink.FlinkDetachedRunnerResult;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.flink.client.program.StreamContextEnvironment;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.rest.RestClient;
import org.apache.flink.runtime.rest.messages.ClusterConfigurationInfoHeaders;
import org.apache.flink.runtime.rest.messages.ClusterOverviewHeaders;
import org.apache.flink.runtime.rest.messages.EmptyMessageParameters;
import org.apache.flink.runtime.rest.messages.EmptyRequestBody;
import org.apache.flink.runtime.rest.messages.ResponseBody;
import org.apache.flink.runtime.rest.messages.RuntimeMessageHeaders;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ConfigurationException;
import org.apache.flink.util.concurrent.Executors;

/**
 * Apache Flink: embedded in the process, or the cluster that {@code flink run} or --flinkMaster
 * names.
 */
public final class FlinkDefaults implements EngineDefaults {

  private static final int SECONDS_TO_ANSWER = 20;

  /** What names the folder for checkpoints, in this version of Flink and in later ones. */
  private static final Set<String> CHECKPOINT_FOLDERS =
      Set.of(CheckpointingOptions.CHECKPOINTS_DIRECTORY.key(), "execution.checkpointing.dir");

  @Override
  public String engine() {
    return "flink";
  }

  @Override
  public Map<String, String> options() {
    return Map.of(
        "runner", "FlinkRunner",
        // without it every element is encoded and decoded between chained functions
        "objectReuse", "true",
        "fasterCopy", "true");
  }

  @Override
  public StreamDefaults stream(Duration commitInterval) {
    String half = Long.toString(Math.max(100, commitInterval.toMillis() / 2));
    return new StreamDefaults(
        Map.of(
            "streaming", "true",
            // run() comes back, and what follows the job can end it
            "attachedMode", "false",
            "checkpointingInterval", half,
            // how soon the end of a stream that has one is seen
            "autoWatermarkInterval", "50",
            // a bundle becomes files: as few as the commit interval allows
            "maxBundleTimeMills", half,
            "maxBundleSize", "100000"),
        Duration.ofMillis(200),
        StreamDefaults.GATHER_BYTES,
        true);
  }

  @Override
  public void prepare(PipelineOptions options) throws IOException {
    FlinkPipelineOptions flink = options.as(FlinkPipelineOptions.class);
    String master = flink.getFlinkMaster();
    // [auto] is this process, or what flink run has connected to and given the jar to already
    boolean named = !master.startsWith("[");
    if (!named && flink.isStreaming() && !onCluster()) {
      if (flink.getNumberOfExecutionRetries() < 0) {
        // otherwise it would try for ever, and never tell what is wrong
        flink.setNumberOfExecutionRetries(0);
      }
      // Nobody goes on from a checkpoint of an embedded Flink, which starts again where the tables
      // end; and it would keep them in memory, where they may have no more than 5 MB.
      flink.setCheckpointingInterval(-1L);
      // without checkpoints Beam would end a reader that has no partition
      flink.setShutdownSourcesAfterIdleMs(Long.MAX_VALUE);
    }
    // otherwise Beam would look for jars on all of the class path
    flink.setFilesToStage(named ? List.of(bundle()) : List.of());
    if (named) {
      if (flink.isStreaming() && !hasStateBackend(flink)) {
        requireCheckpointFolder(master);
      }
      int slots = slots(master);
      if (flink.getParallelism() == -1) {
        // otherwise the run would have one slot, whatever the cluster has
        flink.setParallelism(slots);
      }
    }
  }

  /** Whether this is the command of {@code flink run}. */
  private static boolean onCluster() {
    return StreamExecutionEnvironment.getExecutionEnvironment() instanceof StreamContextEnvironment;
  }

  @Override
  public boolean isDetached() {
    return onCluster()
        && !StreamExecutionEnvironment.getExecutionEnvironment()
            .getConfiguration()
            .get(DeploymentOptions.ATTACHED);
  }

  @Override
  public PipelineResult follow(PipelineResult stream) {
    return stream instanceof FlinkDetachedRunnerResult detached
        ? FollowedStream.of(detached)
        : stream;
  }

  /** Whether the options say where checkpoints are kept; the path alone is passed over by Beam. */
  private static boolean hasStateBackend(FlinkPipelineOptions flink) {
    return flink.getStateBackend() != null && flink.getStateBackendStoragePath() != null;
  }

  /** Without one the cluster fails as soon as there is something to keep, which is too late. */
  private static void requireCheckpointFolder(String master) throws IOException {
    String option = CheckpointingOptions.CHECKPOINTS_DIRECTORY.key();
    if (ask(master, ClusterConfigurationInfoHeaders.getInstance()).stream()
        .noneMatch(entry -> CHECKPOINT_FOLDERS.contains(entry.getKey()))) {
      throw new IOException(
          "The Flink cluster at "
              + master
              + " has no folder for checkpoints: it would keep them in the JobManager's memory, and"
              + " the stream would end once they have more than 5 MB. Set "
              + option
              + " in the cluster's configuration, or add --stateBackend=filesystem"
              + " --stateBackendStoragePath=s3://bucket/checkpoints");
    }
  }

  /** Asks the cluster how many slots it has. */
  private static int slots(String master) throws IOException {
    int slots = ask(master, ClusterOverviewHeaders.getInstance()).getNumSlotsTotal();
    if (slots == 0) {
      throw new IOException(
          "The Flink cluster at " + master + " has no TaskManagers to run on. Start some.");
    }
    return slots;
  }

  private static <P extends ResponseBody> P ask(
      String master, RuntimeMessageHeaders<EmptyRequestBody, P, EmptyMessageParameters> what)
      throws IOException {
    Configuration configuration = GlobalConfiguration.loadConfiguration();
    String[] address = master.replaceFirst("^https?://", "").split(":", 2);
    try {
      RestClient client = new RestClient(configuration, Executors.directExecutor());
      try {
        return client
            .sendRequest(
                address[0],
                address.length == 1
                    ? configuration.get(RestOptions.PORT)
                    : Integer.parseInt(address[1]),
                what)
            .get(SECONDS_TO_ANSWER, TimeUnit.SECONDS);
      } finally {
        client.closeAsync().get(SECONDS_TO_ANSWER, TimeUnit.SECONDS);
      }
    } catch (ExecutionException | TimeoutException | ConfigurationException e) {
      Throwable why = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          "No Flink cluster answers at "
              + master
              + ": "
              + why.getMessage()
              + ". Start one, or name the address of its REST interface: --flinkMaster=host:8081",
          e);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "There can be no Flink cluster at " + master + ". Write --flinkMaster=host:8081", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while asking " + master);
    }
  }
}
