package io.pinpipeline.pipelines.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.pinpipeline.lake.run.Books;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;

/** One JSON object on the output of a command, for programs. */
final class JsonText {

  /** Writes what the object holds. */
  @FunctionalInterface
  interface Content {

    void write(JsonGenerator json) throws IOException;
  }

  private JsonText() {}

  static void print(PrintWriter out, Content content) throws IOException {
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      content.write(json);
      json.writeEndObject();
    }
    out.println();
  }

  /** The fields of books, as they stand in {@code books/*.json} too. */
  static void books(JsonGenerator json, Books books) throws IOException {
    json.writeNumberField("read", books.read());
    json.writeNumberField("clean", books.clean());
    json.writeNumberField("duplicates", books.duplicates());
    json.writeNumberField("deadLetters", books.deadLetters());
    json.writeObjectFieldStart("deadLettersByCode");
    for (Map.Entry<String, Long> code : books.deadLettersByCode().entrySet()) {
      json.writeNumberField(code.getKey(), code.getValue());
    }
    json.writeEndObject();
  }
}
