package io.pinpipeline.gateway.emulate;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The forms in which posts are sent. */
public enum PostForm {
  /** As to the Kafka REST proxy, version 2. */
  KAFKA("POST", "application/vnd.kafka.json.v2+json"),
  /** As to Kinesis behind an API gateway. */
  KINESIS("PUT", "application/json");

  private final String method;
  private final String contentType;

  PostForm(String method, String contentType) {
    this.method = method;
    this.contentType = contentType;
  }

  String method() {
    return method;
  }

  String contentType() {
    return contentType;
  }

  /** Where records of a dataset go; one record may go elsewhere than several. */
  String path(String topicPrefix, String dataset, int records) {
    return switch (this) {
      case KAFKA -> "/topics/" + topicPrefix + "." + dataset;
      case KINESIS ->
          "/streams/" + stream(topicPrefix, dataset) + (records == 1 ? "/record" : "/records");
    };
  }

  private static String stream(String topicPrefix, String dataset) {
    return "streaming-" + topicPrefix + "-" + dataset;
  }

  /** The body of a request. */
  byte[] body(String topicPrefix, String dataset, List<Post> posts) {
    Body body = new Body();
    if (this == KINESIS && posts.size() == 1) {
      Post post = posts.get(0);
      return body.text("{\"StreamName\":\"" + stream(topicPrefix, dataset) + "\",\"Data\":")
          .value(post)
          .text(",\"PartitionKey\":\"" + post.key() + "\"}")
          .toByteArray();
    }
    body.text("{\"records\":[");
    for (int i = 0; i < posts.size(); i++) {
      Post post = posts.get(i);
      body.text(i == 0 ? "{" : ",{");
      switch (this) {
        case KAFKA -> body.text("\"value\":").value(post).text("}");
        case KINESIS ->
            body.text("\"data\":").value(post).text(",\"partition-key\":\"" + post.key() + "\"}");
      }
    }
    return body.text("]}").toByteArray();
  }

  private static final class Body extends ByteArrayOutputStream {

    Body text(String text) {
      writeBytes(text.getBytes(StandardCharsets.UTF_8));
      return this;
    }

    Body value(Post post) {
      writeBytes(post.value());
      return this;
    }
  }
}
