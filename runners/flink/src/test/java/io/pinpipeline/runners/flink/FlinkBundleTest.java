package io.pinpipeline.runners.flink;

import io.pinpipeline.pipelines.cli.EmbeddedBundleContract;

class FlinkBundleTest extends EmbeddedBundleContract {

  FlinkBundleTest() {
    super("--flinkMaster", "", "No Flink cluster");
  }
}
