package io.pinpipeline.pipelines.options;

import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.Storages;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * Storage as the options of Beam's AWS module describe it: {@code --awsRegion}, {@code --endpoint},
 * {@code --awsCredentialsProvider} and the rest, with the default credential chain of AWS unless
 * told otherwise.
 */
public final class StorageFactory {

  private StorageFactory() {}

  /** Opens the storage; a client of S3 is made once one is needed. The caller closes it. */
  public static Storage open(PipelineOptions options) {
    S3Options s3 = options.as(S3Options.class);
    return new Storages(() -> OnDemandS3ClientBuilderFactory.configured(s3).build());
  }
}
