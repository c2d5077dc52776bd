package io.pinpipeline.core.clean;

import io.pinpipeline.core.table.BytesColumn;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Why the record at hand is rejected, if it is: the first fault found, put into words only when the
 * record ends. One is used for all records.
 */
final class Rejection {

  private static final int QUOTED_BYTES = 48;

  private static final Map<RejectionCode, byte[]> NAMES =
      Arrays.stream(RejectionCode.values())
          .collect(
              Collectors.toMap(
                  code -> code,
                  code -> Text.utf8(code.name()),
                  (one, other) -> one,
                  () -> new EnumMap<>(RejectionCode.class)));

  private @Nullable RejectionCode code;
  private byte @Nullable [] field;
  private byte[] message = new byte[256];
  private int size;

  /** Forgets the last record. */
  void clear() {
    code = null;
    field = null;
    size = 0;
  }

  @Nullable RejectionCode code() {
    return code;
  }

  /** Whether nothing has been found wrong yet. */
  boolean isEmpty() {
    return code == null;
  }

  /** Whether it is about this field. */
  boolean isAbout(byte[] name) {
    return field == name;
  }

  /** Begins the message of a fault, forgetting an earlier one. */
  Rejection set(RejectionCode newCode, byte @Nullable [] newField) {
    code = newCode;
    field = newField;
    size = 0;
    return this;
  }

  /** Says more. The text is ASCII. */
  Rejection say(String ascii) {
    int length = ascii.length();
    ensure(length);
    for (int i = 0; i < length; i++) {
      message[size + i] = (byte) ascii.charAt(i);
    }
    size += length;
    return this;
  }

  /** Says a name or another text as it is. */
  Rejection say(byte[] utf8) {
    ensure(utf8.length);
    System.arraycopy(utf8, 0, message, size, utf8.length);
    size += utf8.length;
    return this;
  }

  /** Says the beginning of a text of the record, in quotes. */
  Rejection quote(byte[] utf8, int from, int to) {
    int cut = Text.cut(utf8, from, to, QUOTED_BYTES);
    ensure(cut - from + 5);
    message[size++] = '"';
    System.arraycopy(utf8, from, message, size, cut - from);
    size += cut - from;
    if (cut < to) {
      say("...");
    }
    message[size++] = '"';
    return this;
  }

  /** Says a number that is not negative. */
  Rejection say(long number) {
    int digits = 1;
    for (long rest = number; rest >= 10; rest /= 10) {
      digits++;
    }
    ensure(digits);
    long rest = number;
    for (int i = size + digits - 1; i >= size; i--) {
      message[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    size += digits;
    return this;
  }

  private void ensure(int more) {
    if (size + more > message.length) {
      message = Arrays.copyOf(message, Math.max(size + more, message.length * 2));
    }
  }

  void appendTo(BytesColumn codes, BytesColumn fields, BytesColumn messages) {
    byte[] name = code == null ? null : NAMES.get(code);
    if (name == null) {
      throw new IllegalStateException("nothing is rejected");
    }
    codes.append(name);
    if (field == null) {
      fields.appendNull();
    } else {
      fields.append(field);
    }
    messages.append(message, 0, size);
  }
}
