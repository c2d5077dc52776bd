package io.pinpipeline.bench.job;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** SQL from a resource: statements that end with a semicolon at the end of a line. */
final class Script {

  private Script() {}

  /** The statements of a resource, with each {@code ${name}} replaced. */
  static List<String> read(String resource, Map<String, String> values) throws IOException {
    String text;
    try (InputStream in = Script.class.getResourceAsStream("/io/pinpipeline/bench/" + resource)) {
      if (in == null) {
        throw new FileNotFoundException("there is no resource " + resource);
      }
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    for (Map.Entry<String, String> value : values.entrySet()) {
      text = text.replace("${" + value.getKey() + "}", value.getValue());
    }
    return List.of(text.strip().split(";\\s*(\\n|$)", -1)).stream()
        .filter(statement -> !statement.isBlank())
        .toList();
  }
}
