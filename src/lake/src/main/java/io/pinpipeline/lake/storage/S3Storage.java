package io.pinpipeline.lake.storage;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.function.Consumer;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListPartsRequest;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Objects of S3, or of a store that speaks its language and honours {@code If-None-Match} on PUT.
 *
 * <p>Keys that end with a slash, which consoles make to show empty folders, are no objects here.
 */
public final class S3Storage implements Storage {

  static final String CONTENT_TYPE = "application/octet-stream";

  private final S3Client client;
  private final S3Errors errors;

  /**
   * @param client is closed with this storage
   */
  public S3Storage(S3Client client) {
    this.client = client;
    var configuration = client.serviceClientConfiguration();
    errors =
        new S3Errors(
            configuration
                .endpointOverride()
                .map(endpoint -> " at " + endpoint)
                .orElseGet(() -> " in region " + configuration.region()));
  }

  @Override
  public StoredObject stat(Location location) throws IOException {
    requireKey("look at", location);
    try {
      HeadObjectResponse head =
          client.headObject(r -> r.bucket(location.bucket()).key(location.key()));
      if (head.contentLength() == null || head.eTag() == null || head.lastModified() == null) {
        throw new IOException(
            "cannot look at "
                + location
                + errors.where()
                + ": the answer was cut short; try again");
      }
      return new StoredObject(
          location, head.contentLength(), head.eTag(), head.lastModified().toEpochMilli());
    } catch (SdkException e) {
      throw errors.explain("look at", location, e);
    }
  }

  @Override
  public void list(Location below, Consumer<StoredObject> visitor) throws IOException {
    if (!below.key().isEmpty()) {
      // The key itself is the first of those that begin with it.
      ListObjectsV2Request itself =
          ListObjectsV2Request.builder()
              .bucket(below.bucket())
              .prefix(below.key())
              .maxKeys(1)
              .build();
      try {
        for (S3Object object : client.listObjectsV2(itself).contents()) {
          if (object.key().equals(below.key())) {
            visitor.accept(stored(below, object));
          }
        }
      } catch (SdkException e) {
        throw errors.explain("list", below, e);
      }
    }
    visit(below, request(below).build(), visitor);
  }

  @Override
  public void listFolder(Location folder, String startAfter, Consumer<StoredObject> visitor)
      throws IOException {
    ListObjectsV2Request.Builder request = request(folder).delimiter("/");
    if (!startAfter.isEmpty()) {
      request.startAfter(prefix(folder) + startAfter);
    }
    visit(folder, request.build(), visitor);
  }

  private static ListObjectsV2Request.Builder request(Location folder) {
    return ListObjectsV2Request.builder().bucket(folder.bucket()).prefix(prefix(folder));
  }

  private static String prefix(Location folder) {
    return folder.key().isEmpty() ? "" : folder.key() + "/";
  }

  private void visit(Location folder, ListObjectsV2Request request, Consumer<StoredObject> visitor)
      throws IOException {
    try {
      for (S3Object object : client.listObjectsV2Paginator(request).contents()) {
        if (!object.key().endsWith("/")) {
          visitor.accept(stored(folder, object));
        }
      }
    } catch (SdkException e) {
      throw errors.explain("list", folder, e);
    }
  }

  private static StoredObject stored(Location listed, S3Object object) {
    return new StoredObject(
        new Location("s3://" + listed.bucket() + "/" + object.key()),
        object.size(),
        object.eTag(),
        object.lastModified().toEpochMilli());
  }

  @Override
  public InputStream read(Location location, long offset, long length) throws IOException {
    requireKey("read", location);
    return new S3Input(client, errors, location, "", offset, length);
  }

  @Override
  public InputStream read(StoredObject object, long offset, long length) throws IOException {
    return new S3Input(client, errors, object.location(), object.version(), offset, length);
  }

  @Override
  public byte[] readAll(Location location) throws IOException {
    try (InputStream in = read(location, 0, Long.MAX_VALUE)) {
      return in.readAllBytes();
    }
  }

  @Override
  public StorageOutput create(Location location) throws IOException {
    requireKey("write", location);
    return new S3Output(client, errors, location);
  }

  @Override
  public void putIfAbsent(Location location, byte[] content) throws IOException {
    requireKey("write", location);
    for (int attempt = 1; ; attempt++) {
      try {
        client.putObject(
            r -> r.bucket(location.bucket()).key(location.key()).ifNoneMatch("*"),
            body(content, content.length));
        return;
      } catch (SdkException e) {
        // 412: it is there. 409: it is being written or deleted by someone else just now.
        if (!(e instanceof S3Exception refused)
            || (refused.statusCode() != 412 && refused.statusCode() != 409)) {
          throw errors.explain("write", location, e);
        }
        if (isThere(location, content)) {
          return;
        }
        if (attempt == Retries.ATTEMPTS) {
          throw errors.explain("write", location, e);
        }
      }
      Retries.pause(attempt);
    }
  }

  /**
   * Whether our content is there: the client tries again when it has lost an answer, and then finds
   * what it wrote itself.
   *
   * @throws FileAlreadyExistsException if other content is there
   */
  private boolean isThere(Location location, byte[] content) throws IOException {
    try {
      if (Arrays.equals(readAll(location), content)) {
        return true;
      }
    } catch (NoSuchFileException e) {
      return false;
    }
    throw new FileAlreadyExistsException(location.uri(), null, "it is there already");
  }

  @Override
  public void delete(Location location) throws IOException {
    requireKey("delete", location);
    try {
      client.deleteObject(r -> r.bucket(location.bucket()).key(location.key()));
    } catch (SdkException e) {
      throw errors.explain("delete", location, e);
    }
  }

  @Override
  public void listUnfinished(Location below, Consumer<StoredObject> visitor) throws IOException {
    ListMultipartUploadsRequest request =
        ListMultipartUploadsRequest.builder().bucket(below.bucket()).prefix(prefix(below)).build();
    try {
      for (MultipartUpload upload : client.listMultipartUploadsPaginator(request).uploads()) {
        visitor.accept(
            new StoredObject(
                new Location("s3://" + below.bucket() + "/" + upload.key()),
                uploadedBytes(below.bucket(), upload),
                upload.uploadId(),
                upload.initiated().toEpochMilli()));
      }
    } catch (SdkException e) {
      throw errors.explain("list the unfinished uploads below", below, e);
    }
  }

  private long uploadedBytes(String bucket, MultipartUpload upload) {
    ListPartsRequest request =
        ListPartsRequest.builder()
            .bucket(bucket)
            .key(upload.key())
            .uploadId(upload.uploadId())
            .build();
    try {
      return client.listPartsPaginator(request).parts().stream().mapToLong(Part::size).sum();
    } catch (S3Exception e) {
      if (S3Errors.isMissingUpload(e)) {
        return 0; // finished meanwhile
      }
      throw e;
    }
  }

  @Override
  public void abort(StoredObject unfinished) throws IOException {
    abort(client, errors, unfinished.location(), unfinished.version());
  }

  /** Throws away the parts of an upload; nothing happens if there is none. */
  static void abort(S3Client client, S3Errors errors, Location location, String upload)
      throws IOException {
    try {
      client.abortMultipartUpload(
          r -> r.bucket(location.bucket()).key(location.key()).uploadId(upload));
    } catch (SdkException e) {
      if (!(e instanceof S3Exception refused && S3Errors.isMissingUpload(refused))) {
        throw errors.explain("abort the upload of", location, e);
      }
    }
  }

  @Override
  public void close() {
    client.close();
  }

  /** A body that the client can send again; it is not copied. */
  static RequestBody body(byte[] bytes, int length) {
    return RequestBody.fromContentProvider(
        () -> new ByteArrayInputStream(bytes, 0, length), length, CONTENT_TYPE);
  }

  private static void requireKey(String action, Location location) throws IOException {
    if (location.key().isEmpty()) {
      throw new IOException(
          "cannot " + action + " " + location + ": it is a bucket; write s3://bucket/key");
    }
  }
}
