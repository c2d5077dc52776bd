package io.pinpipeline.core.generate;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;

/** An independent reader of JSON that is as strict as RFC 8259 allows. */
final class StrictJson {

  private final ObjectMapper mapper =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** The value, or nothing where the bytes are not JSON. */
  Optional<JsonNode> parse(byte[] bytes) {
    try {
      // Jackson's own decoder takes encoded surrogates; the JDK's does not.
      JsonNode node = mapper.readTree(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
      return hasLoneSurrogate(node) ? Optional.empty() : Optional.of(node);
    } catch (CharacterCodingException | JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static boolean hasLoneSurrogate(JsonNode node) {
    if (node.isTextual()) {
      return !UTF_8.newEncoder().canEncode(node.textValue());
    }
    for (JsonNode child : node) {
      if (hasLoneSurrogate(child)) {
        return true;
      }
    }
    return false;
  }
}
