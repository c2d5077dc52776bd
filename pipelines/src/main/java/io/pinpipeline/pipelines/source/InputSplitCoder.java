package io.pinpipeline.pipelines.source;

import io.pinpipeline.lake.storage.Location;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.util.VarInt;

/**
 * Splits, with each object's name as what differs from the one before: names in an archive differ
 * in their last digits.
 */
final class InputSplitCoder extends AtomicCoder<InputSplit> {

  private static final InputSplitCoder INSTANCE = new InputSplitCoder();

  private InputSplitCoder() {}

  static InputSplitCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(InputSplit split, OutputStream out) throws IOException {
    VarInt.encode(split.number(), out);
    StringUtf8Coder.of().encode(split.dataset(), out);
    VarInt.encode(split.ranges().size(), out);
    String last = "";
    for (ObjectRange range : split.ranges()) {
      String uri = range.location().uri();
      int common = 0;
      while (common < Math.min(last.length(), uri.length())
          && last.charAt(common) == uri.charAt(common)) {
        common++;
      }
      if (common > 0 && Character.isHighSurrogate(uri.charAt(common - 1))) {
        common--; // half of a character is none, and would become a question mark
      }
      VarInt.encode(common, out);
      StringUtf8Coder.of().encode(uri.substring(common), out);
      VarInt.encode(range.size(), out);
      StringUtf8Coder.of().encode(range.version(), out);
      VarInt.encode(range.begin(), out);
      VarInt.encode(range.end(), out);
      last = uri;
    }
  }

  @Override
  public InputSplit decode(InputStream in) throws IOException {
    int number = VarInt.decodeInt(in);
    String dataset = StringUtf8Coder.of().decode(in);
    int size = VarInt.decodeInt(in);
    List<ObjectRange> ranges = new ArrayList<>();
    String last = "";
    for (int i = 0; i < size; i++) {
      String uri = last.substring(0, VarInt.decodeInt(in)) + StringUtf8Coder.of().decode(in);
      ranges.add(
          new ObjectRange(
              new Location(uri),
              VarInt.decodeLong(in),
              StringUtf8Coder.of().decode(in),
              VarInt.decodeLong(in),
              VarInt.decodeLong(in)));
      last = uri;
    }
    return new InputSplit(number, dataset, ranges);
  }

  @Override
  public boolean consistentWithEquals() {
    return true;
  }
}
