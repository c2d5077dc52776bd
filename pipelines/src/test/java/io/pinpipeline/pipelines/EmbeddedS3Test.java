package io.pinpipeline.pipelines;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.Storages;
import io.pinpipeline.local.S3Server;
import java.nio.file.Path;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.beam.sdk.io.aws2.s3.DefaultS3ClientBuilderFactory;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.PAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** The embedded S3 server in one process with Beam, its AWS client and the lake. */
class EmbeddedS3Test {

  @TempDir Path folder;

  @Test
  void servesBeamAndTheLake() throws Exception {
    try (S3Server server = S3Server.start(folder, "key", "secret")) {
      server.createBucket("posts");
      S3Options options =
          PipelineOptionsFactory.fromArgs("--runner=DirectRunner").as(S3Options.class);
      options.setAwsRegion(Region.US_EAST_1);
      options.setEndpoint(server.endpoint());
      options.setAwsCredentialsProvider(
          StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")));

      try (Storage storage =
          new Storages(() -> new DefaultS3ClientBuilderFactory().createBuilder(options).build())) {
        storage.putIfAbsent(
            Location.parse("s3://posts/raw/a+b c/1.json"), "one\ntwo".getBytes(UTF_8));
        storage.putIfAbsent(Location.parse("s3://posts/raw/a+b c/2.json"), "three".getBytes(UTF_8));
      }

      Pipeline read = Pipeline.create(options);
      PAssert.that(read.apply(TextIO.read().from("s3://posts/raw/a+b c/*.json")))
          .containsInAnyOrder("one", "two", "three");
      read.run().waitUntilFinish();
    }
  }
}
