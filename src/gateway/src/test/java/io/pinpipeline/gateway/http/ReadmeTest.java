package io.pinpipeline.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the README shows of the gateway. */
@Timeout(120)
@ExtendWith(SharedKafka.class)
class ReadmeTest {

  private static final Pattern CURL =
      Pattern.compile(
          "curl -X (\\w+) http://127\\.0\\.0\\.1:8082(\\S+) -H '([^:']+): ([^']+)'\\s+-d '([^']+)'");

  private static final Pattern PYTHON =
      Pattern.compile(
          "requests\\.request\\(\"(\\w+)\", \"http://127\\.0\\.0\\.1:8082(\\S+)\",\\s+headers=\\{'([^']+)': '([^']+)'\\},"
              + "\\s+data=json\\.dumps\\((\\{.+\\})\\)\\)");

  @Test
  void itsRequestsAreAnsweredAsItSays(TestKafka kafka) throws Exception {
    String readme = Files.readString(Path.of("..", "..", "README.md"));
    String section =
        readme.substring(readme.indexOf("### gateway:"), readme.indexOf("### emulate:"));
    List<String> answers = new ArrayList<>();
    try (TestGateway gateway = TestGateway.start(kafka.bootstrapServers()).ready()) {
      Matcher curl = CURL.matcher(section.replace("\\\n ", ""));
      while (curl.find()) {
        HttpResponse<String> answer =
            gateway.send(curl.group(1), curl.group(2), curl.group(5), curl.group(3), curl.group(4));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        answers.add(answer.body().replaceAll("\\d+", "0"));
      }
      assertThat(answers).hasSize(4);
      assertThat(section.replaceAll("\\d+", "0")).contains(String.join("\n", answers));

      Matcher python = PYTHON.matcher(section);
      assertThat(python.find()).isTrue();
      String json = python.group(5).replace("pin", "{\"index\": 7528, \"title\": \"No Title\"}");
      HttpResponse<String> answer =
          gateway.send(python.group(1), python.group(2), json, python.group(3), python.group(4));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(kafka.values(TestKafka.PIN))
          .containsExactly("{\"index\": 7528, \"title\": \"No Title\"}");
    }
  }
}
