package io.pinpipeline.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

class S3ServerTest {

  @TempDir Path folder;

  @Test
  void keepsObjectsFromOneStartToTheNext() throws Exception {
    try (S3Server server = S3Server.start(folder, "key", "secret");
        S3Client client = client(server, "secret")) {
      server.createBucket("posts");
      client.putObject(r -> r.bucket("posts").key("a/b"), RequestBody.fromString("hello"));
    }
    try (S3Server server = S3Server.start(folder, "key", "secret");
        S3Client client = client(server, "secret")) {
      assertThat(client.getObjectAsBytes(r -> r.bucket("posts").key("a/b")).asUtf8String())
          .isEqualTo("hello");
    }
  }

  @Test
  void refusesAWrongSecret() throws Exception {
    try (S3Server server = S3Server.start(folder, "key", "secret");
        S3Client client = client(server, "wrong")) {
      server.createBucket("posts");
      assertThatThrownBy(() -> client.listObjectsV2(r -> r.bucket("posts")))
          .isInstanceOfSatisfying(
              S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(403));
    }
  }

  @Test
  void refusesANameThatIsNoBucket() throws Exception {
    try (S3Server server = S3Server.start(folder, "key", "secret")) {
      assertThatThrownBy(() -> server.createBucket("../Posts"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("lower-case");
    }
  }

  @Test
  void runsTwiceAtTheSameTime() throws Exception {
    try (S3Server one = S3Server.start(folder, "key", "secret");
        S3Server other = S3Server.start(folder, "key", "secret")) {
      assertThat(one.endpoint()).isNotEqualTo(other.endpoint());
    }
  }

  private static S3Client client(S3Server server, String secret) {
    return S3Client.builder()
        .endpointOverride(server.endpoint())
        .forcePathStyle(true)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("key", secret)))
        .build();
  }
}
