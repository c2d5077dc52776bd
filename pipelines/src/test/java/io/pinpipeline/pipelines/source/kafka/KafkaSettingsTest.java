package io.pinpipeline.pipelines.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.IsolationLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaSettingsTest {

  private static KafkaSettings with(String... properties) {
    Map<String, String> all = new HashMap<>();
    for (int i = 0; i < properties.length; i += 2) {
      all.put(properties[i], properties[i + 1]);
    }
    return new KafkaSettings("127.0.0.1:9092", all);
  }

  @ParameterizedTest
  @ValueSource(strings = {"host:9092", "a.b.c:1,10.0.0.1:2, [::1]:3"})
  void takeServers(String servers) {
    assertThat(new KafkaSettings(servers, Map.of()).faults()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "host", "host:", ":9092", "http://host:9092", "a:1,,b:2", "a b:1"})
  void refuseWhatIsNoServer(String servers) {
    assertThat(new KafkaSettings(servers, Map.of()).faults())
        .singleElement()
        .asString()
        .endsWith("' is no host:port");
  }

  @Test
  void tellAllFaultsAtOnce() {
    KafkaSettings settings =
        new KafkaSettings(
            "nowhere",
            Map.of(
                "enable.auto.commit",
                "true",
                "auto.offset.reset",
                "latest",
                "key.deserializer",
                "org.apache.kafka.common.serialization.StringDeserializer",
                "max.poll.records",
                "many",
                "isolation.level",
                "none"));
    assertThat(settings.faults())
        .satisfiesExactlyInAnyOrder(
            fault -> assertThat(fault).isEqualTo("'nowhere' is no host:port"),
            fault -> assertThat(fault).startsWith("enable.auto.commit cannot be true"),
            fault -> assertThat(fault).startsWith("auto.offset.reset cannot be latest"),
            fault -> assertThat(fault).startsWith("key.deserializer cannot be set"),
            fault -> assertThat(fault).contains("max.poll.records", "many"),
            fault -> assertThat(fault).contains("isolation.level", "none"));
  }

  @Test
  void letNobodyCommitOffsets() {
    assertThat(with("enable.auto.commit", "false", "auto.offset.reset", "none").faults()).isEmpty();
    // even where nobody asked for faults
    assertThat(with("enable.auto.commit", "true").consumer())
        .containsEntry("enable.auto.commit", "false")
        .containsEntry("auto.offset.reset", "none");
  }

  @Test
  void passOnWhatIsTheUsersOwn() {
    KafkaSettings settings =
        with(
            "security.protocol", "SASL_SSL",
            "sasl.jaas.config", "hush",
            "fetch.max.bytes", "1000",
            "bootstrap.servers", "elsewhere:1",
            "some.interceptor.of.mine", "x");
    assertThat(settings.faults()).isEmpty();
    assertThat(settings.consumer())
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("sasl.jaas.config", "hush")
        .containsEntry("fetch.max.bytes", "1000")
        .containsEntry("bootstrap.servers", "127.0.0.1:9092")
        .containsEntry("some.interceptor.of.mine", "x");
    assertThat(settings.admin())
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("bootstrap.servers", "127.0.0.1:9092")
        .doesNotContainKey("enable.auto.commit");
    assertThat(settings.producer(Map.of("acks", "all")))
        .containsEntry("acks", "all")
        .containsEntry("sasl.jaas.config", "hush");
  }

  @Test
  void showOnlyWhatTransactionsCommitted() {
    assertThat(with().isolation()).isEqualTo(IsolationLevel.READ_COMMITTED);
    assertThat(with("isolation.level", "read_uncommitted").isolation())
        .isEqualTo(IsolationLevel.READ_UNCOMMITTED);
  }
}
