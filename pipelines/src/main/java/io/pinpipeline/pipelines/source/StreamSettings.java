package io.pinpipeline.pipelines.source;

import java.io.Serializable;

/** How that is reached which a stream reads. */
public interface StreamSettings extends Serializable {}
