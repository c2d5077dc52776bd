package io.pinpipeline.runners.flink;

import io.pinpipeline.pipelines.cli.EmbeddedKinesisContract;

class FlinkKinesisTest extends EmbeddedKinesisContract {}
