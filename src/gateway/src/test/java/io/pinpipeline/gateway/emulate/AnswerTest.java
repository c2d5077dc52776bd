package io.pinpipeline.gateway.emulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.gateway.emulate.Answer.Acknowledged;
import io.pinpipeline.gateway.emulate.Answer.Later;
import io.pinpipeline.gateway.emulate.Answer.Never;
import io.pinpipeline.gateway.emulate.Answer.Unfit;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerTest {

  private static Answer answer(int status, String body) {
    return Answer.of(status, Optional.empty(), body);
  }

  @Test
  void isAnAcknowledgementWhereEveryRecordIsThere() {
    assertThat(answer(200, "{\"offsets\":[{\"partition\":1,\"offset\":2,\"error_code\":null}]}"))
        .isEqualTo(new Acknowledged());
    assertThat(answer(200, "{\"FailedRecordCount\":0,\"Records\":[]}"))
        .isEqualTo(new Acknowledged());
    assertThat(answer(200, "")).isEqualTo(new Acknowledged());
  }

  @Test
  void isNoneWhereAnotherServerFailedForARecord() {
    assertThat(answer(200, "{\"offsets\":[{\"error_code\":2,\"error\":\"no leader\"}]}"))
        .isEqualTo(new Later("200 no leader", Duration.ZERO));
    assertThat(
            answer(
                200,
                "{\"FailedRecordCount\":1,\"Records\":[{},{\"ErrorCode\":\"x\",\"ErrorMessage\":\"too fast\"}]}"))
        .isEqualTo(new Later("200 too fast", Duration.ZERO));
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void asksForLaterWithItsWait(int status) {
    assertThat(Answer.of(status, Optional.of("7"), "<html>busy</html>"))
        .isEqualTo(new Later(status + " <html>busy</html>", Duration.ofSeconds(7)));
  }

  @Test
  void mayTellTheWaitAsADate() {
    String inAnHour =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC).plusHours(1));
    assertThat(Answer.of(503, Optional.of(inAnHour), ""))
        .isInstanceOfSatisfying(
            Later.class,
            later ->
                assertThat(later.atLeast())
                    .isBetween(Duration.ofMinutes(50), Duration.ofMinutes(60)));
    for (String past : new String[] {"Wed, 21 Oct 2015 07:28:00 GMT", "soon", "-1"}) {
      assertThat(Answer.of(503, Optional.of(past), "")).isEqualTo(new Later("503 ", Duration.ZERO));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 413, 422})
  void tellsThatARecordIsUnfit(int status) {
    assertThat(answer(status, "{\"error_code\":1,\"message\":\"Too large.\"}"))
        .isEqualTo(new Unfit(status + " Too large."));
  }

  @Test
  void tellsThatKafkaRefusedARecord() {
    assertThat(
            answer(
                502, "{\"offsets\":[{\"error_code\":null},{\"error_code\":1,\"error\":\"no\"}]}"))
        .isEqualTo(new Unfit("502 no"));
    assertThat(answer(502, "{\"ErrorCode\":\"InternalFailure\",\"ErrorMessage\":\"no\"}"))
        .isEqualTo(new Unfit("502 no"));
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 401, 403, 404, 405, 415, 501})
  void tellsThatItIsOfNoUse(int status) {
    assertThat(answer(status, "{\"message\":\"No.\"}")).isEqualTo(new Never(status + " No."));
  }
}
