package io.pinpipeline.runners.spark;

import io.pinpipeline.pipelines.cli.EmbeddedKinesisContract;
import org.junit.jupiter.api.Tag;

@Tag("long")
class SparkKinesisTest extends EmbeddedKinesisContract {}
