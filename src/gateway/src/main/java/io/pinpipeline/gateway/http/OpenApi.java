package io.pinpipeline.gateway.http;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The description of the gateway's HTTP interface. */
record OpenApi(String yaml, String json) {

  static OpenApi load() {
    try (InputStream in =
        OpenApi.class.getResourceAsStream("/io/pinpipeline/gateway/openapi.yaml")) {
      if (in == null) {
        throw new IllegalStateException("the jar is not whole: openapi.yaml is missing");
      }
      String yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new OpenApi(
          yaml, new JsonMapper().writeValueAsString(new YAMLMapper().readTree(yaml)));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // it is in the jar, and tested
    }
  }
}
