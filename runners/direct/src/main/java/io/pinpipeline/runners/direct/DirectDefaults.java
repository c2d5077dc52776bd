package io.pinpipeline.runners.direct;

import io.pinpipeline.pipelines.options.EngineDefaults;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.options.PipelineOptions;

/** Beam's DirectRunner: one process on one machine. */
public final class DirectDefaults implements EngineDefaults {

  @Override
  public String engine() {
    return "direct";
  }

  @Override
  public void apply(PipelineOptions options) {
    options.setRunner(DirectRunner.class);
    DirectOptions direct = options.as(DirectOptions.class);
    // it checks every element by encoding it, which is for tests: the batches would be read twice
    direct.setEnforceEncodability(false);
    direct.setEnforceImmutability(false);
    // it takes three where there are two cores
    direct.setTargetParallelism(Runtime.getRuntime().availableProcessors());
    // run() comes back at once, so that the command can tell how far the run is
    direct.setBlockOnRun(false);
  }
}
