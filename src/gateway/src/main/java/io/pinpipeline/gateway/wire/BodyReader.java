package io.pinpipeline.gateway.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the records in the body of a request. It is thread-safe.
 *
 * <p>A value is cut out of the body as it came, not written anew; only line feeds between its
 * tokens become spaces, because everywhere behind the gateway a record is a line.
 *
 * @param maxRecords the most records that a request may have
 * @param maxRecordBytes the most bytes that the key and the value of a record may have together
 */
public record BodyReader(int maxRecords, int maxRecordBytes) {

  /** Objects and arrays may stand in each other this deep, the body's own two included. */
  static final int MAX_DEPTH = 512;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  private enum Field {
    RECORDS,
    STREAM,
    VALUE,
    KEY,
    PARTITION
  }

  /**
   * The records of a request, in their order.
   *
   * @param target the topic or stream that the request was sent to
   * @throws Refusal 400 where the body is none of this form, with the place of the fault; 413 where
   *     it holds too much
   */
  public List<PostedRecord> read(WireForm form, String target, byte[] body) {
    return new Reading(form, target, body).all();
  }

  private final class Reading {

    private final WireForm form;
    private final String target;
    private final byte[] body;
    private final List<PostedRecord> records = new ArrayList<>();
    private final JsonParser json;

    Reading(WireForm form, String target, byte[] body) {
      this.form = form;
      this.target = target;
      this.body = body;
      requireText(body, "");
      try {
        json = JSON.createParser(body);
      } catch (IOException e) {
        throw new UncheckedIOException(e); // there is no I/O
      }
    }

    List<PostedRecord> all() {
      try (json) {
        if (json.nextToken() == null) {
          throw Refusal.of(400, "The body is empty. Send a JSON object with the records.");
        }
        if (form == WireForm.KINESIS_RECORD) {
          record(EnumSet.of(Field.STREAM, Field.VALUE, Field.KEY));
        } else {
          envelope();
        }
        if (json.nextToken() != null) {
          throw fault("Something follows the end of the object");
        }
      } catch (JsonProcessingException e) {
        throw noJson(e, "");
      } catch (IOException e) {
        throw new UncheckedIOException(e); // there is no I/O
      }
      return records;
    }

    private void envelope() throws IOException {
      requireObject("The body");
      Set<Field> known =
          form == WireForm.KAFKA_REST
              ? EnumSet.of(Field.RECORDS)
              : EnumSet.of(Field.RECORDS, Field.STREAM);
      Set<Field> seen = EnumSet.noneOf(Field.class);
      while (json.nextToken() != JsonToken.END_OBJECT) {
        if (field(known, seen) == Field.STREAM) {
          stream();
          continue;
        }
        if (json.nextToken() != JsonToken.START_ARRAY) {
          throw fault("\"records\" should be an array");
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
          if (records.size() == maxRecords) {
            throw Refusal.of(
                413,
                "The request has more than %d records. Send them in several requests."
                    .formatted(maxRecords));
          }
          record(
              form == WireForm.KAFKA_REST
                  ? EnumSet.of(Field.VALUE, Field.KEY, Field.PARTITION)
                  : EnumSet.of(Field.VALUE, Field.KEY));
        }
      }
      if (records.isEmpty()) {
        throw fault("There are no records; send them as {\"records\": [...]}");
      }
    }

    private void record(Set<Field> known) throws IOException {
      requireObject("A record");
      byte[] value = null;
      byte[] key = null;
      Integer partition = null;
      Set<Field> seen = EnumSet.noneOf(Field.class);
      while (json.nextToken() != JsonToken.END_OBJECT) {
        switch (field(known, seen)) {
          case VALUE -> value = value();
          case KEY -> key = key();
          case PARTITION -> partition = partition();
          default -> stream();
        }
      }
      if (value == null) {
        throw fault("Record %d has no %s".formatted(records.size(), valueName()));
      }
      if (value.length + (key == null ? 0 : key.length) > maxRecordBytes) {
        throw Refusal.of(
            413,
            "Record %d has more than %d bytes, which is the most that a record may have."
                .formatted(records.size(), maxRecordBytes));
      }
      records.add(new PostedRecord(value, key, partition));
    }

    private String valueName() {
      return switch (form) {
        case KAFKA_REST -> "\"value\"";
        case KINESIS_RECORD -> "\"Data\"";
        case KINESIS_RECORDS -> "\"data\"";
      };
    }

    /** The field whose name was read. */
    private Field field(Set<Field> known, Set<Field> seen) throws IOException {
      String name = json.currentName();
      Field field =
          switch (form) {
            case KAFKA_REST ->
                switch (name) {
                  case "records" -> Field.RECORDS;
                  case "value" -> Field.VALUE;
                  case "key" -> Field.KEY;
                  case "partition" -> Field.PARTITION;
                  default -> null;
                };
            case KINESIS_RECORD -> kinesis(name);
            case KINESIS_RECORDS ->
                switch (name) {
                  case "records", "Records" -> Field.RECORDS;
                  case "data" -> Field.VALUE;
                  case "partition-key" -> Field.KEY;
                  default -> kinesis(name);
                };
          };
      if (field == null || !known.contains(field)) {
        throw fault("Nobody knows the field \"%s\" here".formatted(shortened(name)));
      }
      if (!seen.add(field)) {
        throw fault("The field \"%s\" stands here twice".formatted(name));
      }
      return field;
    }

    private static @Nullable Field kinesis(String name) {
      return switch (name) {
        case "StreamName" -> Field.STREAM;
        case "Data" -> Field.VALUE;
        case "PartitionKey" -> Field.KEY;
        default -> null;
      };
    }

    private void requireObject(String what) {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw fault(what + " should be a JSON object");
      }
    }

    private void stream() throws IOException {
      if (json.nextToken() != JsonToken.VALUE_STRING || !json.getText().equals(target)) {
        throw fault("The stream's name should be \"%s\", as in the path".formatted(target));
      }
    }

    private byte[] value() throws IOException {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        int from = tokenBegin();
        json.skipChildren();
        return onOneLine(Arrays.copyOfRange(body, from, position()));
      }
      if (form != WireForm.KAFKA_REST && json.currentToken() == JsonToken.VALUE_STRING) {
        return data(json.getText());
      }
      throw fault(
          form == WireForm.KAFKA_REST
              ? "A value should be a JSON object"
              : "Data should be a JSON object, or the base64 of one");
    }

    /** Data that came as a string: the JSON text, or base64 of it. */
    private byte[] data(String text) {
      byte[] decoded;
      if (text.stripLeading().startsWith("{")) {
        decoded = text.getBytes(StandardCharsets.UTF_8);
      } else {
        try {
          decoded = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
          throw fault("Data is neither a JSON object nor base64");
        }
      }
      String where = " in the data of record " + records.size();
      requireText(decoded, where);
      try (JsonParser inner = JSON.createParser(decoded)) {
        if (inner.nextToken() != JsonToken.START_OBJECT) {
          throw fault("Data should be a JSON object, or the base64 of one");
        }
        inner.skipChildren();
        if (inner.nextToken() != null) {
          throw fault("Something follows the end of the object" + where);
        }
      } catch (JsonProcessingException e) {
        throw noJson(e, where);
      } catch (IOException e) {
        throw new UncheckedIOException(e); // there is no I/O
      }
      return onOneLine(decoded);
    }

    /** Kafka REST keys are JSON, as its JSON serializer writes them; Kinesis' keys are text. */
    private byte @Nullable [] key() throws IOException {
      JsonToken token = json.nextToken();
      if (token == JsonToken.VALUE_NULL) {
        return null;
      }
      if (token == JsonToken.VALUE_STRING) {
        String text = json.getText();
        return form == WireForm.KAFKA_REST
            ? Arrays.copyOfRange(body, tokenBegin(), position())
            : text.getBytes(StandardCharsets.UTF_8);
      }
      if (form == WireForm.KAFKA_REST && token.isNumeric()) {
        return json.getText().getBytes(StandardCharsets.UTF_8);
      }
      throw fault("A key should be a string" + (form == WireForm.KAFKA_REST ? " or a number" : ""));
    }

    private @Nullable Integer partition() throws IOException {
      JsonToken token = json.nextToken();
      if (token == JsonToken.VALUE_NULL) {
        return null;
      }
      try {
        if (token == JsonToken.VALUE_NUMBER_INT && json.getIntValue() >= 0) {
          return json.getIntValue();
        }
      } catch (InputCoercionException e) {
        // too large an int: said below
      }
      throw fault("A partition should be a whole number from 0 on");
    }

    private int tokenBegin() {
      return (int) json.currentTokenLocation().getByteOffset();
    }

    private int position() {
      return (int) json.currentLocation().getByteOffset();
    }

    private Refusal fault(String what) {
      return Refusal.of(400, what + at(json.currentTokenLocation(), ""));
    }
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }

  private static Refusal noJson(JsonProcessingException failure, String where) {
    return Refusal.of(
        400,
        "This is no valid JSON: "
            + failure.getOriginalMessage()
            + at(failure.getLocation(), where));
  }

  private static String at(@Nullable JsonLocation location, String where) {
    return location == null
        ? where + "."
        : " (line %d, column %d, byte %d%s)."
            .formatted(
                location.getLineNr(), location.getColumnNr(), location.getByteOffset(), where);
  }

  private static byte[] onOneLine(byte[] value) {
    for (int i = 0; i < value.length; i++) {
      if (value[i] == '\n') {
        value[i] = ' '; // in a string it would be no JSON: it stands between tokens
      }
    }
    return value;
  }

  /**
   * Refuses what is no UTF-8 text: the parser is lenient with it, and takes text with zeros for
   * UTF-16.
   */
  private static void requireText(byte[] bytes, String where) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(1024);
    CoderResult result;
    do {
      out.clear();
      result = decoder.decode(in, out, true);
    } while (result.isOverflow());
    if (result.isError()) {
      throw Refusal.of(400, "The text is no UTF-8 at byte %d%s.".formatted(in.position(), where));
    }
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        throw Refusal.of(400, "A zero byte stands at byte %d%s.".formatted(i, where));
      }
    }
    if (bytes.length > 2
        && bytes[0] == (byte) 0xef
        && bytes[1] == (byte) 0xbb
        && bytes[2] == (byte) 0xbf) {
      throw Refusal.of(
          400, "The text begins with a byte order mark%s. Leave it out.".formatted(where));
    }
  }
}
