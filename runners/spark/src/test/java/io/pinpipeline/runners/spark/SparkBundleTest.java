package io.pinpipeline.runners.spark;

import io.pinpipeline.pipelines.cli.EmbeddedBundleContract;

class SparkBundleTest extends EmbeddedBundleContract {

  SparkBundleTest() {
    super("--sparkMaster", "spark://", "No Spark master");
  }
}
