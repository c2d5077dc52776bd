package io.pinpipeline.lake.storage;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** An object being written: in one request if it fits a part, else by multipart upload. */
final class S3Output extends StorageOutput {

  private static final int PART = 8 << 20;

  /**
   * S3 allows 10,000 parts. A part grows by its first size each thousand parts, which ends at 430
   * GiB and takes 80 MiB of memory only there.
   */
  private static final int PARTS_OF_A_SIZE = 1000;

  private final S3Client client;
  private final S3Errors errors;
  private final Location location;
  private final List<CompletedPart> parts = new ArrayList<>();
  private byte[] buffer = new byte[64 << 10];
  private int buffered;
  private long position;
  private @Nullable String upload;
  private boolean ended;

  S3Output(S3Client client, S3Errors errors, Location location) {
    this.client = client;
    this.errors = errors;
    this.location = location;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    requireOpen();
    int from = offset;
    int to = offset + length;
    while (from < to) {
      int partSize = PART * (1 + parts.size() / PARTS_OF_A_SIZE);
      if (buffered == partSize) {
        uploadPart();
        continue;
      }
      int count = Math.min(to - from, partSize - buffered);
      if (buffered + count > buffer.length) {
        int needed = Math.max(buffered + count, 2 * buffer.length);
        buffer = Arrays.copyOf(buffer, Math.min(needed, partSize));
      }
      System.arraycopy(bytes, from, buffer, buffered, count);
      buffered += count;
      from += count;
      position += count;
    }
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void finish() throws IOException {
    requireOpen();
    if (upload == null) {
      ended = true;
      try {
        client.putObject(
            r -> r.bucket(location.bucket()).key(location.key()), S3Storage.body(buffer, buffered));
      } catch (SdkException e) {
        throw explained(e);
      }
    } else {
      uploadPart();
      ended = true;
      complete(upload);
      upload = null;
    }
  }

  private void uploadPart() throws IOException {
    // A failed upload is not to be finished.
    ended = true;
    try {
      if (upload == null) {
        upload =
            client
                .createMultipartUpload(
                    r ->
                        r.bucket(location.bucket())
                            .key(location.key())
                            .contentType(S3Storage.CONTENT_TYPE))
                .uploadId();
      }
      int number = parts.size() + 1;
      String tag =
          client
              .uploadPart(
                  r ->
                      r.bucket(location.bucket())
                          .key(location.key())
                          .uploadId(upload)
                          .partNumber(number),
                  S3Storage.body(buffer, buffered))
              .eTag();
      parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
    } catch (SdkException e) {
      throw explained(e);
    }
    buffered = 0;
    ended = false;
  }

  /**
   * Why an upload failed. A server that refuses one may end the connection before all of it is
   * sent, and then its answer is lost: whether the bucket is there can be asked.
   */
  private IOException explained(SdkException fault) {
    if (!(fault instanceof S3Exception)) {
      try {
        client.listObjectsV2(r -> r.bucket(location.bucket()).maxKeys(1));
      } catch (NoSuchBucketException e) {
        return errors.explain("write", location, e);
      } catch (SdkException e) {
        // nothing more can be learnt
      }
    }
    return errors.explain("write", location, fault);
  }

  private void complete(String id) throws IOException {
    try {
      client.completeMultipartUpload(
          r ->
              r.bucket(location.bucket())
                  .key(location.key())
                  .uploadId(id)
                  .multipartUpload(m -> m.parts(parts)));
    } catch (S3Exception e) {
      if (!S3Errors.isMissingUpload(e) || !isComplete()) {
        throw errors.explain("write", location, e);
      }
    } catch (SdkException e) {
      throw errors.explain("write", location, e);
    }
  }

  /**
   * Whether the object of these parts is there, although its upload is not: the client tries again
   * when it has lost an answer.
   */
  private boolean isComplete() throws IOException {
    try {
      HeadObjectResponse head =
          client.headObject(r -> r.bucket(location.bucket()).key(location.key()));
      return head.contentLength() == position
          && head.eTag().replace("\"", "").endsWith("-" + parts.size());
    } catch (SdkException e) {
      IOException explained = errors.explain("write", location, e);
      if (explained instanceof NoSuchFileException) {
        return false;
      }
      throw explained;
    }
  }

  private void requireOpen() throws IOException {
    if (ended) {
      throw new IOException(
          "cannot write " + location + ": it was finished or closed, or an earlier write failed");
    }
  }

  @Override
  public void close() throws IOException {
    ended = true;
    buffer = new byte[0];
    if (upload == null) {
      return;
    }
    String id = upload;
    upload = null;
    S3Storage.abort(client, errors, location, id);
  }
}
