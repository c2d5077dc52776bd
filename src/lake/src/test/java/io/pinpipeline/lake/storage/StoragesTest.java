package io.pinpipeline.lake.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.local.S3Server;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkClientException;

class StoragesTest {

  @TempDir Path folder;

  @Test
  void makesNoClientForLocalFiles() throws Exception {
    try (Storage storage =
        new Storages(
            () -> {
              throw new AssertionError("made a client");
            })) {
      Location location = Location.ofPath(folder.resolve("object"));
      storage.putIfAbsent(location, "content".getBytes(UTF_8));
      assertThat(storage.readAll(location)).asString(UTF_8).isEqualTo("content");
    }
  }

  @Test
  void makesOneClientForS3() throws Exception {
    AtomicInteger clients = new AtomicInteger();
    try (S3Server server = TestS3.start(folder);
        Storage storage =
            new Storages(
                () -> {
                  clients.incrementAndGet();
                  return TestS3.client(server.endpoint());
                })) {
      Location location = Location.parse("s3://" + TestS3.BUCKET + "/object");
      storage.putIfAbsent(location, "content".getBytes(UTF_8));
      assertThat(storage.readAll(location)).asString(UTF_8).isEqualTo("content");
      assertThat(storage.exists(Location.ofPath(folder.resolve(TestS3.BUCKET + "/object"))))
          .as("the same object as the server keeps it")
          .isTrue();
      assertThat(clients).hasValue(1);
    }
  }

  @Test
  void saysWhyThereIsNoClient() throws Exception {
    try (Storage storage =
        new Storages(
            () -> {
              throw SdkClientException.create("Unable to load region from any of the providers");
            })) {
      assertThatThrownBy(() -> storage.exists(Location.parse("s3://posts/object")))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "cannot use s3://posts/object: no AWS region is set; set --awsRegion or AWS_REGION");
    }
  }
}
