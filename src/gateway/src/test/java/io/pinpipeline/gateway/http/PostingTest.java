package io.pinpipeline.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is posted, and how it comes out of Kafka. */
@Timeout(120)
@ExtendWith(SharedKafka.class)
class PostingTest {

  private static final JsonMapper JSON = new JsonMapper();

  private static TestKafka kafka;
  private static TestGateway gateway;

  @BeforeAll
  static void start(TestKafka shared) throws Exception {
    kafka = shared;
    gateway = TestGateway.start(kafka.bootstrapServers()).ready();
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
  }

  /** The one record of a topic with that value. */
  private static ConsumerRecord<byte[], byte[]> record(String topic, String value) {
    List<ConsumerRecord<byte[], byte[]>> found =
        kafka.read(topic).stream()
            .filter(record -> TestKafka.text(record.value()).equals(value))
            .toList();
    assertThat(found).as("%s in %s", value, topic).hasSize(1);
    return found.get(0);
  }

  private static JsonNode json(HttpResponse<String> response) throws Exception {
    return JSON.readTree(response.body());
  }

  private static void requireGood(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
  }

  @Test
  void putsAKafkaRestRecordIntoKafkaAsItCame() throws Exception {
    String value = "{\"index\":7001,\"title\":\"a \\ud83d\\ude0d b 😍\",\"x\":1.50e+1}";
    HttpResponse<String> response =
        gateway.post("/topics/demo.pin", "{\"records\":[{\"value\":" + value + "}]}");
    requireGood(response);
    ConsumerRecord<byte[], byte[]> record = record(TestKafka.PIN, value);
    assertThat(TestKafka.text(record.key())).isEqualTo("7001");
    assertThat(response.headers().firstValue("content-type"))
        .hasValue("application/vnd.kafka.v2+json");
    assertThat(response.body())
        .isEqualTo(
            "{\"offsets\":[{\"partition\":%d,\"offset\":%d,\"error_code\":null,\"error\":null}],"
                    .formatted(record.partition(), record.offset())
                + "\"key_schema_id\":null,\"value_schema_id\":null}");
  }

  /** {@code requests.request("POST", url, headers=headers, data=json.dumps({...}))}. */
  @Test
  void takesWhatThePublishedEmulatorSends() throws Exception {
    String pin =
        "{\"index\": 7528, \"unique_id\": \"fbe53c66-3442-4773-b19e-d3ec6f54dddf\", \"title\": \"No"
            + " Title Data Available\", \"description\": \"No description available Story format\","
            + " \"poster_name\": \"User Info Error\", \"follower_count\": \"User Info Error\","
            + " \"tag_list\": \"N,o, ,T,a,g,s, ,A,v,a,i,l,a,b,l,e\", \"is_image_or_video\":"
            + " \"multi-video(story page format)\", \"image_src\": \"Image src error.\","
            + " \"downloaded\": 0, \"save_location\": \"Local save in /data/mens-fashion\","
            + " \"category\": \"mens-fashion\"}";
    String geo =
        "{\"ind\": 7528, \"timestamp\": \"2020-08-28 03:52:47\", \"latitude\": -89.9787,"
            + " \"longitude\": -173.293, \"country\": \"Albania\"}";
    String user =
        "{\"ind\": 7528, \"first_name\": \"Abigail\", \"last_name\": \"Ali\", \"age\": 20,"
            + " \"date_joined\": \"2015-10-24 11:23:51\"}";
    for (String[] one :
        new String[][] {{TestKafka.PIN, pin}, {TestKafka.GEO, geo}, {TestKafka.USER, user}}) {
      requireGood(
          gateway.send(
              "POST",
              "/topics/" + one[0],
              "{\"records\": [{\"value\": " + one[1] + "}]}",
              "Content-Type",
              "application/vnd.kafka.json.v2+json",
              "User-Agent",
              "python-requests/2.31.0",
              "Accept",
              "*/*"));
      assertThat(TestKafka.text(record(one[0], one[1]).key())).isEqualTo("7528");

      String stream = "streaming-" + one[0].replace('.', '-');
      requireGood(
          gateway.put(
              "/streams/" + stream + "/record",
              "{\"StreamName\": \"%s\", \"Data\": %s, \"PartitionKey\": \"partition-1\"}"
                  .formatted(stream, one[1].replace("7528", "7529"))));
      assertThat(TestKafka.text(record(one[0], one[1].replace("7528", "7529")).key()))
          .isEqualTo("partition-1");
    }
  }

  @Test
  void keepsTheOrderAndAnswersForEachRecordOfABatch() throws Exception {
    String records =
        IntStream.range(0, 500)
            .mapToObj(i -> "{\"key\":\"same\",\"value\":{\"ind\":%d,\"batch\":1}}".formatted(i))
            .collect(Collectors.joining(","));
    JsonNode offsets =
        json(gateway.post("/topics/demo.geo", "{\"records\":[" + records + "]}")).get("offsets");
    List<ConsumerRecord<byte[], byte[]>> found =
        kafka.read(TestKafka.GEO).stream()
            .filter(record -> TestKafka.text(record.value()).contains("\"batch\":1"))
            .toList();
    assertThat(found).extracting(ConsumerRecord::partition).containsOnly(found.get(0).partition());
    assertThat(found)
        .extracting(record -> TestKafka.text(record.value()))
        .containsExactlyElementsOf(
            IntStream.range(0, 500).mapToObj("{\"ind\":%d,\"batch\":1}"::formatted).toList());
    assertThat(found)
        .extracting(ConsumerRecord::offset)
        .containsExactlyElementsOf(
            StreamSupport.stream(offsets.spliterator(), false)
                .map(offset -> offset.get("offset").asLong())
                .toList());
    assertThat(TestKafka.text(found.get(0).key())).isEqualTo("\"same\"");
  }

  @Test
  void putsAllCopiesOfAPostIntoOnePartition() throws Exception {
    for (int copy = 0; copy < 20; copy++) {
      requireGood(
          gateway.post(
              "/topics/demo.user",
              "{\"records\":[{\"value\":{\"ind\":%s,\"age\":5,\"copy\":%d}},{\"key\":null,\"value\":{\"age\":5,\"ind\":4711}}]}"
                  .formatted(copy % 2 == 0 ? "4711" : "4711.0", copy)));
    }
    List<ConsumerRecord<byte[], byte[]>> copies =
        kafka.read(TestKafka.USER).stream()
            .filter(record -> TestKafka.text(record.value()).contains("4711"))
            .toList();
    assertThat(copies).hasSize(40);
    assertThat(copies)
        .extracting(ConsumerRecord::partition)
        .containsOnly(copies.get(0).partition());
    assertThat(copies).allMatch(record -> TestKafka.text(record.key()).equals("4711"));
  }

  @Test
  void keysWhatCannotBeCleanedTooWhereItsKeyCanBeRead() throws Exception {
    String old = "{\"age\":\"old\",\"x\":{\"ind\":1},\"ind\":4712.0}";
    String good = "{\"ind\":4713,\"age\":5}";
    String none = "{\"ind\":\"4714\\n{\",\"age\":\"old\"}";
    String large = "{\"ind\":%s,\"age\":\"old\"}".formatted("9".repeat(900));
    String last = "{\"ind\":4715,\"age\":-1}";
    requireGood(
        gateway.post("/topics/demo.user", Load.body(List.of(old, good, none, large, last))));
    assertThat(TestKafka.text(record(TestKafka.USER, old).key())).isEqualTo("4712");
    assertThat(TestKafka.text(record(TestKafka.USER, good).key())).isEqualTo("4713");
    assertThat(record(TestKafka.USER, none).key()).isNull();
    assertThat(record(TestKafka.USER, large).key()).isNull();
    assertThat(TestKafka.text(record(TestKafka.USER, last).key())).isEqualTo("4715");
  }

  @Test
  void putsARecordIntoThePartitionThatIsAskedFor() throws Exception {
    for (int partition = 0; partition < TestKafka.PARTITIONS; partition++) {
      String value = "{\"ind\":9,\"asked\":%d}".formatted(partition);
      requireGood(
          gateway.post(
              "/topics/demo.geo",
              "{\"records\":[{\"partition\":%d,\"value\":%s}]}".formatted(partition, value)));
      assertThat(record(TestKafka.GEO, value).partition()).isEqualTo(partition);
    }
  }

  @Test
  void sendsWhatCannotBeCleanedTooWhereNobodyAsksToValidate() throws Exception {
    String value = "{\"ind\":null,\"age\":\"old\",\"nobody\":[{}]}";
    requireGood(gateway.post("/topics/demo.user", "{\"records\":[{\"value\":" + value + "}]}"));
    assertThat(record(TestKafka.USER, value).key()).isNull();
  }

  @Test
  void makesARecordOneLine() throws Exception {
    requireGood(
        gateway.post(
            "/topics/demo.user",
            """
            {
             "records": [
              {"value": {
               "ind": 31,
               "first_name": "a\\nb"
              }}
             ]
            }
            """));
    record(TestKafka.USER, "{    \"ind\": 31,    \"first_name\": \"a\\nb\"   }");
  }

  @Test
  void takesKinesisDataAsJsonAsTextAndAsBase64() throws Exception {
    String value = "{\"ind\":52,\"country\":\"Curaçao 😍\",\"way\":\"%s\"}";
    String object = value.formatted("object");
    String text = value.formatted("text");
    String base64 = value.formatted("base64");
    HttpResponse<String> response =
        gateway.put(
            "/streams/demo.geo/records",
            "{\"records\":[{\"data\":%s,\"partition-key\":\"k\"},{\"data\":%s},{\"data\":\"%s\",\"partition-key\":null}]}"
                .formatted(
                    object,
                    JSON.writeValueAsString(text),
                    Base64.getEncoder().encodeToString(base64.getBytes(StandardCharsets.UTF_8))));
    requireGood(response);
    List<ConsumerRecord<byte[], byte[]>> records =
        List.of(
            record(TestKafka.GEO, object),
            record(TestKafka.GEO, text),
            record(TestKafka.GEO, base64));
    assertThat(records)
        .extracting(record -> TestKafka.text(record.key()))
        .containsExactly("k", "52", "52");
    JsonNode answer = json(response);
    assertThat(answer.get("FailedRecordCount").asInt()).isZero();
    for (int i = 0; i < 3; i++) {
      assertThat(answer.get("Records").get(i).get("SequenceNumber").asLong())
          .isEqualTo(records.get(i).offset());
      assertThat(answer.get("Records").get(i).get("ShardId").asText())
          .isEqualTo("shardId-00000000000" + records.get(i).partition());
    }
  }

  @Test
  void takesKinesisOwnNamesOfFieldsInABatch() throws Exception {
    requireGood(
        gateway.put(
            "/streams/streaming-demo-geo/records",
            "{\"StreamName\":\"streaming-demo-geo\",\"Records\":[{\"Data\":{\"ind\":53},\"PartitionKey\":\"53\"}]}"));
    assertThat(TestKafka.text(record(TestKafka.GEO, "{\"ind\":53}").key())).isEqualTo("53");
  }

  @Test
  void saysWhatCleaningWouldRejectAndSendsNothing() throws Exception {
    String body =
        "{\"records\":[{\"value\":{\"ind\":61,\"age\":20}},{\"value\":{\"ind\":62,\"age\":151}},"
            + "{\"value\":{\"age\":1}},{\"value\":{\"ind\":63,\"country\":\"x\",\"age\":3,\"age\":4}}]}";
    HttpResponse<String> response = gateway.post("/topics/demo.user?validate=true", body);
    assertThat(response.statusCode()).isEqualTo(422);
    JsonNode records = json(response).get("records");
    assertThat(records)
        .extracting(
            record ->
                record.get("index") + " " + record.get("code").asText() + " " + record.get("field"))
        .containsExactly("1 BAD_AGE \"age\"", "2 MISSING_KEY \"ind\"", "3 MALFORMED_JSON \"age\"");
    assertThat(kafka.values(TestKafka.USER)).doesNotContain("{\"ind\":61,\"age\":20}");
    assertThat(gateway.management("/metrics").body())
        .contains("gateway_rejections_total{code=\"BAD_AGE\",topic=\"demo.user\"} 1.0");

    requireGood(
        gateway.post(
            "/topics/demo.user?validate=true",
            "{\"records\":[{\"value\":{\"ind\":61,\"age\":20}}]}"));
    record(TestKafka.USER, "{\"ind\":61,\"age\":20}");
  }

  @Test
  void speaksHttp2() throws Exception {
    HttpClient http2 = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
    HttpResponse<String> response =
        http2.send(
            HttpRequest.newBuilder(gateway.uri("/topics/demo.geo"))
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(BodyPublishers.ofString("{\"records\":[{\"value\":{\"ind\":71}}]}"))
                .build(),
            BodyHandlers.ofString());
    requireGood(response);
    assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
    record(TestKafka.GEO, "{\"ind\":71}");
  }

  @Test
  void tellsOfItself() throws Exception {
    requireGood(gateway.post("/topics/demo.pin", "{\"records\":[{\"value\":{\"index\":81}}]}"));
    assertThat(gateway.management("/health").statusCode()).isEqualTo(200);
    assertThat(gateway.management("/ready").statusCode()).isEqualTo(200);
    assertThat(gateway.management("/metrics").body())
        .containsPattern(
            "gateway_records_total\\{result=\"acknowledged\",topic=\"demo.pin\"} [1-9]")
        .contains(
            "gateway_inflight_bytes",
            "gateway_http_requests_total",
            "kafka_producer_",
            "jvm_memory_used_bytes");
    for (String path : List.of("/health", "/ready", "/metrics")) {
      assertThat(gateway.get(path).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void servesOneDocumentInTwoForms() throws Exception {
    assertThat(gateway.get("/openapi.yaml").body()).isEqualTo(OpenApi.load().yaml());
    JsonNode json = JSON.readTree(gateway.get("/openapi.json").body());
    assertThat(json)
        .isEqualTo(
            new com.fasterxml.jackson.dataformat.yaml.YAMLMapper()
                .readTree(gateway.get("/openapi.yaml").body()));
    assertThat(json.get("paths").fieldNames())
        .toIterable()
        .containsExactly(
            "/topics/{topic}", "/streams/{stream}/record", "/streams/{stream}/records");
  }
}
