package io.pinpipeline.lake.storage;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * A range of one state of an object. A connection that breaks is replaced by one that goes on from
 * the same byte, of the same state.
 */
final class S3Input extends InputStream {

  /** Up to here it is cheaper to read the rest than to lose the connection. */
  private static final long DRAIN = 64 << 10;

  private final S3Client client;
  private final S3Errors errors;
  private final Location location;
  private final long end;
  private long position;
  private String version;
  private @Nullable ResponseInputStream<GetObjectResponse> body;

  /** Where the body ends; the object may end before the range does. */
  private long bodyEnd;

  private int faults;
  private boolean closed;

  /**
   * An input.
   *
   * @param version the state; empty for that of the first answer
   */
  S3Input(
      S3Client client, S3Errors errors, Location location, String version, long offset, long length)
      throws IOException {
    this.client = client;
    this.errors = errors;
    this.location = location;
    this.version = version;
    position = offset;
    end = length > Long.MAX_VALUE - offset ? Long.MAX_VALUE : offset + length;
    bodyEnd = end;
    if (position < end) {
      open();
    }
  }

  private void open() throws IOException {
    GetObjectRequest.Builder request =
        GetObjectRequest.builder()
            .bucket(location.bucket())
            .key(location.key())
            .range("bytes=" + position + "-" + (end < Long.MAX_VALUE ? end - 1 : ""));
    if (!version.isEmpty()) {
      request.ifMatch(version);
    }
    try {
      body = client.getObject(request.build());
    } catch (S3Exception e) {
      // A state that we have begun to read cannot have become shorter.
      if (e.statusCode() != 416 || !version.isEmpty()) {
        throw errors.explain("read", location, e);
      }
      // The object ends before the range begins.
      bodyEnd = position;
      return;
    } catch (SdkException e) {
      throw errors.explain("read", location, e);
    }
    GetObjectResponse answer = body.response();
    Long length = answer.contentLength();
    // The client takes headers that were cut short for whole ones.
    if (length == null
        || answer.eTag() == null
        || !String.valueOf(answer.contentRange())
            .startsWith("bytes " + position + "-" + (position + length - 1) + "/")) {
      recover(new IOException("the answer does not fit the request"));
      return;
    }
    version = answer.eTag();
    bodyEnd = position + length;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (closed) {
      throw new IOException("cannot read " + location + ": the stream is closed");
    }
    if (length == 0) {
      return 0;
    }
    while (position < bodyEnd) {
      if (body == null) {
        open();
        continue;
      }
      int count;
      try {
        count = body.read(bytes, offset, (int) Math.min(length, bodyEnd - position));
      } catch (IOException | SdkException e) {
        recover(e);
        continue;
      }
      if (count > 0) {
        position += count;
        faults = 0;
        return count;
      }
      recover(new IOException("the connection ended early"));
    }
    return -1;
  }

  /** More than 0 unless it is at its end, by which gzip knows that a member follows. */
  @Override
  public int available() {
    return closed ? 0 : (int) Math.min(Integer.MAX_VALUE, bodyEnd - position);
  }

  /** Waits, for the next read to open a new connection. */
  private void recover(Exception fault) throws IOException {
    abandon();
    faults++;
    if (faults == Retries.ATTEMPTS) {
      throw new IOException(
          "cannot read "
              + location
              + errors.where()
              + ": the connection broke "
              + faults
              + " times at byte "
              + position
              + " ("
              + fault.getMessage()
              + "); check the network and try again",
          fault);
    }
    Retries.pause(faults);
  }

  private void abandon() {
    if (body != null) {
      body.abort();
      body = null;
    }
  }

  @Override
  public void close() {
    closed = true;
    if (bodyEnd - position > DRAIN) {
      abandon();
    } else if (body != null) {
      try {
        body.close();
      } catch (IOException | SdkException e) {
        // Nobody asked for the rest.
        body.abort();
      }
      body = null;
    }
  }
}
