package io.pinpipeline.lake.run;

import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.S3Storage;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.TestS3;
import io.pinpipeline.local.S3Server;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VacuumOnS3Test extends VacuumContract {

  private S3Server server;
  private Storage storage;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    server = TestS3.start(folder);
    storage = new S3Storage(TestS3.client(server.endpoint()));
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
  Location root() {
    return Location.parse("s3://" + TestS3.BUCKET + "/" + UUID.randomUUID());
  }
}
