package io.pinpipeline.lake.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.local.S3Server;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class S3StorageTest extends StorageContract {

  private S3Server server;
  private S3Client client;
  private Storage storage;
  private Location root;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    server = TestS3.start(folder);
    client = TestS3.client(server.endpoint());
    storage = new S3Storage(client);
  }

  @AfterAll
  void stop() throws IOException {
    storage.close();
    server.close();
  }

  @BeforeEach
  void chooseRoot() {
    root = Location.parse("s3://" + TestS3.BUCKET + "/" + UUID.randomUUID());
  }

  @Override
  Storage storage() {
    return storage;
  }

  @Override
  Location root() {
    return root;
  }

  @Override
  void assertNothingLeftBehind() {
    assertThat(client.listMultipartUploads(r -> r.bucket(TestS3.BUCKET)).uploads()).isEmpty();
  }

  @Test
  void tellsStatesOfAnObjectApart() throws Exception {
    Location location = root.resolve("object");
    write(location, new byte[] {1});
    String version = storage.stat(location).version();
    write(location, new byte[] {2});
    assertThat(version).isNotEmpty();
    assertThat(storage.stat(location).version()).isNotEqualTo(version);
  }

  @Test
  void readsTheStateThatWasListedAndNoOther() throws Exception {
    Location location = root.resolve("object");
    write(location, new byte[] {1, 2, 3});
    StoredObject listed = list(root).get(0);
    try (InputStream in = storage.read(listed, 1, 2)) {
      assertThat(in.readAllBytes()).containsExactly(2, 3);
    }
    write(location, new byte[] {4, 5, 6});
    assertThatThrownBy(() -> storage.read(listed, 1, 2))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("has changed meanwhile");
  }

  @Test
  void listsMoreThanAPage() throws Exception {
    List<String> names = IntStream.range(0, 1100).mapToObj(i -> String.format("%04d", i)).toList();
    for (String name : names) {
      client.putObject(
          r -> r.bucket(TestS3.BUCKET).key(root.resolve("page/" + name).key()),
          RequestBody.fromString("x"));
    }
    assertThat(names(root.resolve("page")))
        .containsExactlyElementsOf(names.stream().map(name -> "page/" + name).toList());
    List<String> last = new ArrayList<>();
    storage.listFolder(root.resolve("page"), "0050", o -> last.add(o.location().name()));
    assertThat(last).containsExactlyElementsOf(names.subList(51, 1100));
  }

  @Test
  void listsAWholeBucket() throws Exception {
    write(Location.parse("s3://" + TestS3.BUCKET + "/at-the-top"), new byte[1]);
    assertThat(list(Location.parse("s3://" + TestS3.BUCKET)))
        .extracting(StoredObject::location)
        .contains(Location.parse("s3://" + TestS3.BUCKET + "/at-the-top"));
  }

  @Test
  void leavesOutFoldersThatConsolesMake() throws Exception {
    client.putObject(
        r -> r.bucket(TestS3.BUCKET).key(root.key() + "/folder/"), RequestBody.empty());
    assertThat(list(root)).isEmpty();
  }

  @Test
  void takesABucketForNoObject() {
    assertThatThrownBy(() -> storage.create(Location.parse("s3://" + TestS3.BUCKET)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("write s3://bucket/key");
  }

  @Test
  void saysThatTheSecretIsWrong() throws Exception {
    try (Storage wrong =
        new S3Storage(TestS3.client(server.endpoint(), "reader", "another secret"))) {
      assertThatThrownBy(() -> wrong.readAll(root.resolve("object")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot read " + root.resolve("object"))
          .hasMessageContaining("the secret key is wrong")
          .hasMessageContaining("AWS_SECRET_ACCESS_KEY");
      assertThatThrownBy(() -> wrong.stat(root.resolve("object")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("bucket 'posts' is refused (status 403)")
          .hasMessageContaining("AWS_SECRET_ACCESS_KEY");
    }
  }

  @Test
  void saysThatTheAccessKeyIsWrong() throws Exception {
    try (Storage wrong = new S3Storage(TestS3.client(server.endpoint(), "nobody", "x"))) {
      assertThatThrownBy(() -> wrong.list(root, object -> {}))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("the access key is not known")
          .hasMessageContaining("AWS_ACCESS_KEY_ID");
    }
  }

  @Test
  void saysThatTheBucketIsMissing() {
    Location location = Location.parse("s3://no-such-bucket/object");
    for (ThrowingCallable attempt :
        List.<ThrowingCallable>of(
            () -> storage.readAll(location),
            () -> storage.list(location, object -> {}),
            () -> storage.putIfAbsent(location, new byte[1]),
            () -> write(location, new byte[1]),
            () -> write(location, new byte[9 << 20]))) {
      assertThatThrownBy(attempt)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("bucket 'no-such-bucket' does not exist; create it")
          .hasMessageContaining(server.endpoint().toString());
    }
  }

  @Test
  void saysThatNobodyListens() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    URI endpoint = URI.create("http://127.0.0.1:" + free);
    try (Storage nowhere = new S3Storage(TestS3.client(endpoint))) {
      assertThatThrownBy(() -> nowhere.readAll(root.resolve("object")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(endpoint + ": the server cannot be reached; check --endpoint");
    }
  }
}
