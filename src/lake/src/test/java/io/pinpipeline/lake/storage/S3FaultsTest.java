package io.pinpipeline.lake.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.local.S3Server;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** What happens on a network that fails. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class S3FaultsTest {

  private static final int SIZE = 4 << 20;
  private static final byte[] CONTENT = StorageContract.random(SIZE);

  private static final String COMPLETED = "</CompleteMultipartUploadResult>";

  private static final String NO_SUCH_UPLOAD =
      """
      HTTP/1.1 404 Not Found\r
      Content-Type: application/xml\r
      Content-Length: 41\r
      Connection: close\r
      \r
      <Error><Code>NoSuchUpload</Code></Error>
      """;

  private S3Server server;
  private FaultyProxy proxy;
  private S3Client client;

  /** Through the proxy. */
  private Storage storage;

  /** Past the proxy. */
  private Storage direct;

  private Location location;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    server = TestS3.start(folder);
    direct = new S3Storage(TestS3.client(server.endpoint()));
  }

  @AfterAll
  void stop() throws IOException {
    direct.close();
    server.close();
  }

  @BeforeEach
  void connect() throws IOException {
    proxy = new FaultyProxy(server.endpoint());
    client = TestS3.client(proxy.endpoint());
    storage = new S3Storage(client);
    location = Location.parse("s3://" + TestS3.BUCKET + "/" + UUID.randomUUID());
  }

  @AfterEach
  void disconnect() throws IOException {
    storage.close();
    proxy.close();
  }

  @Test
  void goesOnReadingWhereTheConnectionBroke() throws Exception {
    direct.putIfAbsent(location, CONTENT);
    proxy.cutAfter(1_000_000);
    try (InputStream in = storage.read(location, 1000, SIZE)) {
      assertThat(Arrays.equals(in.readAllBytes(), Arrays.copyOfRange(CONTENT, 1000, SIZE)))
          .isTrue();
    }
    assertThat(proxy.cuts()).isEqualTo(4);
    assertThat(Arrays.equals(storage.readAll(location), CONTENT)).isTrue();
  }

  @Test
  void refusesToMixTwoStatesOfAnObject() throws Exception {
    direct.putIfAbsent(location, CONTENT);
    proxy.cutAfter(1_000_000);
    try (InputStream in = storage.read(location, 0, SIZE)) {
      in.readNBytes(1000);
      try (StorageOutput out = direct.create(location)) {
        out.write(StorageContract.random(SIZE + 1));
        out.finish();
      }
      assertThatThrownBy(in::readAllBytes)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot read " + location)
          .hasMessageContaining("the object has changed meanwhile");
    }
  }

  @Test
  void givesUpReadingWhenEveryConnectionBreaks() throws Exception {
    direct.putIfAbsent(location, CONTENT);
    proxy.cutAfter(1_000_000);
    try (InputStream in = storage.read(location, 0, SIZE)) {
      in.readNBytes(1000);
      proxy.cutAfter(100);
      assertThatThrownBy(in::readAllBytes)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot read " + location)
          .hasMessageContaining("the connection broke 6 times at byte ")
          .hasMessageContaining("check the network and try again");
    }
  }

  @Test
  void goesOnReadingAfterTheServerIsBack() throws Exception {
    direct.putIfAbsent(location, CONTENT);
    proxy.cutAfter(1_000_000);
    try (InputStream in = storage.read(location, 0, SIZE)) {
      byte[] start = in.readNBytes(1000);
      proxy.heal();
      byte[] rest = in.readAllBytes();
      assertThat(start.length + rest.length).isEqualTo(SIZE);
      assertThat(Arrays.equals(rest, Arrays.copyOfRange(CONTENT, 1000, SIZE))).isTrue();
      assertThat(proxy.cuts()).isEqualTo(1);
    }
  }

  @Test
  void stopsWaitingWhenInterrupted() throws Exception {
    direct.putIfAbsent(location, CONTENT);
    proxy.cutAfter(1_000_000);
    try (InputStream in = storage.read(location, 0, SIZE)) {
      in.readNBytes(1000);
      Thread.currentThread().interrupt();
      assertThatThrownBy(in::readAllBytes).isInstanceOf(InterruptedIOException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void knowsItsOwnWriteWhenTheAnswerWasLost() throws Exception {
    proxy.loseAnswerTo("PUT /" + TestS3.BUCKET, "");
    storage.putIfAbsent(location, CONTENT);
    assertThat(proxy.cuts()).isEqualTo(1);
    assertThat(Arrays.equals(direct.readAll(location), CONTENT)).isTrue();
    assertThatThrownBy(() -> storage.putIfAbsent(location, "other".getBytes(UTF_8)))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void finishesALargeObjectWhenTheAnswersWereLost() throws Exception {
    byte[] content = StorageContract.random(20 << 20);
    try (StorageOutput out = storage.create(location)) {
      proxy.loseAnswerTo("PUT /" + TestS3.BUCKET, "");
      out.write(content);
      assertThat(proxy.cuts()).isEqualTo(1);
      proxy.loseAnswerTo("POST /" + TestS3.BUCKET, COMPLETED);
      out.finish();
      assertThat(proxy.cuts()).isEqualTo(2);
    }
    assertThat(Arrays.equals(direct.readAll(location), content)).isTrue();
    assertThat(
            client
                .listMultipartUploads(r -> r.bucket(TestS3.BUCKET).prefix(location.key()))
                .uploads())
        .isEmpty();
  }

  /** As stores say that forget an upload once it is complete. */
  @Test
  void knowsItsOwnUploadWhenTheAnswerWasLost() throws Exception {
    byte[] content = StorageContract.random(9 << 20);
    try (StorageOutput out = storage.create(location)) {
      out.write(content);
      proxy.replaceAnswerTo("POST /" + TestS3.BUCKET, COMPLETED, NO_SUCH_UPLOAD);
      out.finish();
      assertThat(proxy.cuts()).isEqualTo(1);
    }
    assertThat(Arrays.equals(direct.readAll(location), content)).isTrue();
  }

  @Test
  void refusesToFinishAnUploadThatSomeoneAborted() throws Exception {
    try (StorageOutput out = storage.create(location)) {
      out.write(StorageContract.random(9 << 20));
      String upload =
          client
              .listMultipartUploads(r -> r.bucket(TestS3.BUCKET).prefix(location.key()))
              .uploads()
              .get(0)
              .uploadId();
      client.abortMultipartUpload(
          r -> r.bucket(TestS3.BUCKET).key(location.key()).uploadId(upload));
      assertThatThrownBy(out::finish)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("aborted by someone else");
    }
    assertThat(direct.exists(location)).isFalse();
  }

  @Test
  void saysWhatItLeavesBehindWhenTheServerIsGone() {
    assertThatThrownBy(
            () -> {
              try (StorageOutput out = storage.create(location)) {
                out.write(StorageContract.random(10 << 20));
                proxy.close();
                out.finish();
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot write " + location)
        .hasMessageContaining("the server cannot be reached")
        .satisfies(
            e ->
                assertThat(e.getSuppressed()[0])
                    .hasMessageContaining("cannot abort the upload of " + location));
  }
}
