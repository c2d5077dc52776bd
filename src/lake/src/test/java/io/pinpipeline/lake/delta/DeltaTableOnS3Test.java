package io.pinpipeline.lake.delta;

import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.S3Storage;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.local.S3Server;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeltaTableOnS3Test extends DeltaTableContract {

  private S3Server server;
  private Storage storage;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    server = S3Server.start(folder, "writer", "writer's secret");
    server.createBucket("lake");
    storage =
        new S3Storage(
            S3Client.builder()
                .endpointOverride(server.endpoint())
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(
                    StaticCredentialsProvider.create(
                        AwsBasicCredentials.create("writer", "writer's secret")))
                .build());
  }

  @AfterAll
  void stop() throws IOException {
    storage.close();
    server.close();
  }

  @Override
  Storage storage() {
    return storage;
  }

  @Override
  Location location(String name) {
    return Location.parse("s3://lake/" + UUID.randomUUID() + "/" + name);
  }
}
