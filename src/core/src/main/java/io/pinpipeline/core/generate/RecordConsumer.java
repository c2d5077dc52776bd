package io.pinpipeline.core.generate;

import java.io.IOException;

/** Takes generated records in the order in which they are sent. */
@FunctionalInterface
public interface RecordConsumer {

  /**
   * Takes one record.
   *
   * @param key the post's key: what a producer would give the broker as the message key. It is
   *     known even where the record itself is damaged or lacks it.
   * @param buffer holds the record's bytes, without a line end, from {@code offset} on; valid only
   *     during the call
   */
  void accept(RecordKind kind, int key, byte[] buffer, int offset, int length) throws IOException;
}
