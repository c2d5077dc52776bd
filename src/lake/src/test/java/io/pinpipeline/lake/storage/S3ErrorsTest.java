package io.pinpipeline.lake.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.UnknownHostException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What the embedded server never says. */
class S3ErrorsTest {

  private static final Location LOCATION = Location.parse("s3://posts/raw/1.json");

  @ParameterizedTest
  @CsvSource({
    "AccessDenied,403,s3:GetObject",
    "ExpiredToken,400,AWS_SESSION_TOKEN",
    "RequestTimeTooSkewed,403,clock",
    "PermanentRedirect,301,bucket 'posts' is in another region; set --awsRegion",
    "AuthorizationHeaderMalformed,400,--awsRegion",
    "SlowDown,503,lower the parallelism",
    "InternalError,500,try again later (the server says: its own words)",
    "Strange,404,status 404) (the server says: its own words); check --endpoint",
    "NoSuchUpload,404,aborted by someone else"
  })
  void saysWhatAnErrorOfTheServerMeans(String code, int status, String meaning) {
    SdkException error =
        S3Exception.builder()
            .statusCode(status)
            .awsErrorDetails(
                AwsErrorDetails.builder().errorCode(code).errorMessage("its own words").build())
            .build();
    assertThat(explain(error))
        .hasMessageStartingWith("cannot write s3://posts/raw/1.json in region mars: ")
        .hasMessageContaining(meaning)
        .hasCause(error);
  }

  @ParameterizedTest
  @CsvSource({
    "301,--awsRegion",
    "403,AWS_SECRET_ACCESS_KEY",
    "412,changed",
    "400,--endpoint",
    "502,try again later"
  })
  void makesDoWithTheStatus(int status, String meaning) {
    assertThat(explain(S3Exception.builder().statusCode(status).build()))
        .hasMessageContaining(meaning);
  }

  @Test
  void tellsWhatTheClientLacks() {
    assertThat(explain(SdkClientException.create("Unable to load credentials from any of …")))
        .hasMessageContaining("AWS_ACCESS_KEY_ID");
    assertThat(explain(SdkClientException.create("x", new UnknownHostException("s3.mars"))))
        .hasMessageContaining("does not resolve; check --endpoint");
    assertThat(explain(SdkClientException.create("Timeout waiting for connection from pool")))
        .hasMessageContaining("maxConnections");
  }

  @Test
  void keepsMissingObjectsApart() {
    assertThat(explain(NoSuchKeyException.builder().statusCode(404).build()))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage("s3://posts/raw/1.json: there is no such object in region mars");
  }

  @Test
  void keepsInterruptsApart() {
    assertThat(explain(AbortedException.create("aborted")))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  private static IOException explain(SdkException error) {
    return new S3Errors(" in region mars").explain("write", LOCATION, error);
  }
}
