package io.pinpipeline.lake.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/**
 * Says in a sentence what an exception of the S3 client means, and what to do about it.
 *
 * @param where the endpoint or region of the client, as in " at http://…"
 */
record S3Errors(String where) {

  private static final String CREDENTIALS =
      "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or the AWS profile or role in use), and"
          + " that they belong to this endpoint";

  /**
   * @param action what was tried, such as "write"
   * @param location what it was tried on
   */
  IOException explain(String action, Location location, SdkException error) {
    if (error instanceof AbortedException
        || has(error, InterruptedException.class)
        || Thread.currentThread().isInterrupted()) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted =
          new InterruptedIOException("interrupted: cannot " + action + " " + location);
      interrupted.initCause(error);
      return interrupted;
    }
    String reason;
    if (error instanceof AwsServiceException refused) {
      if (refused instanceof NoSuchKeyException) {
        NoSuchFileException missing =
            new NoSuchFileException(location.uri(), null, "there is no such object" + where);
        missing.initCause(error);
        return missing;
      }
      reason = refusal(location, refused);
    } else {
      reason = failure(error);
    }
    return new IOException("cannot " + action + " " + location + where + ": " + reason, error);
  }

  /** Whether a multipart upload is missing, not an object. */
  static boolean isMissingUpload(AwsServiceException error) {
    return code(error).equals("NoSuchUpload");
  }

  private static String refusal(Location location, AwsServiceException error) {
    String bucket = "bucket '" + location.bucket() + "'";
    return switch (code(error)) {
      case "NoSuchBucket" ->
          bucket + " does not exist; create it, or correct its name, --awsRegion or --endpoint";
      case "InvalidAccessKeyId" -> "the access key is not known; " + CREDENTIALS;
      case "SignatureDoesNotMatch" ->
          "the signature does not match: the secret key is wrong; " + CREDENTIALS;
      case "ExpiredToken", "InvalidToken", "TokenRefreshRequired" ->
          "the session token is invalid or has expired; renew it (AWS_SESSION_TOKEN, or aws sso"
              + " login)";
      case "RequestTimeTooSkewed" ->
          "the clock of this machine differs from the server's by too much; set it right";
      case "AccessDenied", "AllAccessDisabled" ->
          "access to "
              + bucket
              + " is denied; let its policy or your role allow s3:ListBucket on it, and"
              + " s3:GetObject, s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload on its"
              + " objects (for vacuum s3:ListBucketMultipartUploads and s3:ListMultipartUploadParts"
              + " too), or "
              + CREDENTIALS;
      case "PermanentRedirect",
          "TemporaryRedirect",
          "AuthorizationHeaderMalformed",
          "IllegalLocationConstraintException" ->
          bucket + " is in another region; set --awsRegion to it" + said(error);
      case "InvalidBucketName" ->
          bucket + " is no valid name of a bucket; use lower-case letters, digits and hyphens";
      case "KeyTooLongError" -> "its key is longer than 1024 bytes; choose a shorter one";
      case "InvalidObjectState" -> "the object is archived; restore it from Glacier first";
      case "SlowDown", "ServiceUnavailable", "RequestLimitExceeded", "Throttling" ->
          "too many requests for S3, even after retries; lower the parallelism or try again later";
      case "QuotaExceeded", "XMinioStorageFull", "InsufficientCapacity" ->
          "the object store is full; free some space" + said(error);
      case "NoSuchUpload" ->
          "its multipart upload was aborted by someone else; see that no lifecycle rule aborts"
              + " uploads while jobs run, and try again";
      default -> byStatus(bucket, error);
    };
  }

  /** A HEAD is answered without a code. */
  private static String byStatus(String bucket, AwsServiceException error) {
    int status = error.statusCode();
    if (status == 301 || status == 307) {
      return bucket + " is in another region; set --awsRegion to it";
    }
    if (status == 401 || status == 403) {
      return "access to "
          + bucket
          + " is refused (status "
          + status
          + "); "
          + CREDENTIALS
          + ", and that they may use the bucket (s3:ListBucket, without which S3 also refuses to say"
          + " that an object is missing)";
    }
    if (status == 412) {
      return "the object has changed meanwhile; try again";
    }
    if (status >= 500) {
      return "the server failed (status "
          + status
          + "), even after retries; try again later"
          + said(error);
    }
    return "the server refused the request (status "
        + status
        + ")"
        + said(error)
        + "; check --endpoint, --awsRegion and that the session has not expired";
  }

  private static String failure(SdkException error) {
    String message = Objects.requireNonNullElse(error.getMessage(), "unknown failure");
    if (message.contains("Unable to load credentials")) {
      return "no AWS credentials were found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or"
          + " AWS_PROFILE, or run with a role";
    }
    if (message.contains("Unable to load region")) {
      return "no AWS region is set; set --awsRegion or AWS_REGION";
    }
    if (message.contains("Timeout waiting for connection from pool")) {
      return "all connections of the client are in use; raise maxConnections in"
          + " --httpClientConfiguration or lower the parallelism";
    }
    if (has(error, UnknownHostException.class)) {
      return "the server's name does not resolve; check --endpoint and --awsRegion, and the network";
    }
    if (has(error, ConnectException.class) || has(error, SocketTimeoutException.class)) {
      return "the server cannot be reached; check --endpoint and --awsRegion, and that the server"
          + " runs and no firewall or proxy is in between";
    }
    return "the request failed, even after retries: "
        + message
        + "; check --endpoint and the network";
  }

  private static String code(AwsServiceException error) {
    AwsErrorDetails details = error.awsErrorDetails();
    return details == null ? "" : Objects.requireNonNullElse(details.errorCode(), "");
  }

  private static String said(AwsServiceException error) {
    AwsErrorDetails details = error.awsErrorDetails();
    String message = details == null ? null : details.errorMessage();
    return message == null || message.isBlank() ? "" : " (the server says: " + message + ")";
  }

  private static boolean has(Throwable error, Class<? extends Throwable> type) {
    for (@Nullable Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }
}
