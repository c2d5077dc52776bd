package io.pinpipeline.core.generate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Generated records kept in memory, for tests. */
final class GeneratedRecords {

  /**
   * @param raw one char a byte
   */
  record Sent(RecordKind kind, int key, String raw) {
    byte[] bytes() {
      return raw.getBytes(ISO_8859_1);
    }
  }

  private final List<Sent> records = new ArrayList<>();

  static GeneratedRecords of(PostGenerator generator) throws IOException {
    GeneratedRecords all = new GeneratedRecords();
    generator.generate(0, generator.turns(), all::add);
    return all;
  }

  void add(RecordKind kind, int key, byte[] buffer, int offset, int length) {
    records.add(new Sent(kind, key, new String(buffer, offset, length, ISO_8859_1)));
  }

  List<Sent> all() {
    return records;
  }

  List<Sent> of(RecordKind kind) {
    return records.stream().filter(sent -> sent.kind() == kind).toList();
  }
}
