package io.pinpipeline.transforms.query;

import io.pinpipeline.transforms.HeldBytes;
import io.pinpipeline.transforms.SpillFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.util.VarInt;

/**
 * Rows on their way through a shuffle: what one table says of some posts, or a part of an answer. A
 * row is a number and some columns, a few bytes each; the texts of a block are in it once.
 */
public final class CodedBlock {

  private final List<PostColumn> columns;
  private final HeldBytes encoded;

  /**
   * A block of these columns.
   *
   * @param encoded as {@link CodedTable} reads and writes it
   */
  CodedBlock(List<PostColumn> columns, HeldBytes encoded) {
    this.columns = List.copyOf(columns);
    this.encoded = encoded;
  }

  List<PostColumn> columns() {
    return columns;
  }

  byte[] bytes() {
    return encoded.bytes();
  }

  CodedBlock spilledTo(SpillFile file) {
    return new CodedBlock(columns, encoded.spilledTo(file));
  }

  /** Its coder. */
  public static Coder<CodedBlock> coder() {
    return BlockCoder.INSTANCE;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CodedBlock that
        && columns.equals(that.columns)
        && encoded.equals(that.encoded);
  }

  @Override
  public int hashCode() {
    return encoded.hashCode();
  }

  private static final class BlockCoder extends AtomicCoder<CodedBlock> {

    private static final BlockCoder INSTANCE = new BlockCoder();

    @Override
    public void encode(CodedBlock block, OutputStream out) throws IOException {
      VarInt.encode(block.columns.size(), out);
      for (PostColumn column : block.columns) {
        StringUtf8Coder.of().encode(column.name(), out);
      }
      ByteArrayCoder.of().encode(block.bytes(), out);
    }

    @Override
    public CodedBlock decode(InputStream in) throws IOException {
      List<PostColumn> columns = new ArrayList<>();
      for (int left = VarInt.decodeInt(in); left > 0; left--) {
        columns.add(PostColumn.valueOf(StringUtf8Coder.of().decode(in)));
      }
      return new CodedBlock(columns, HeldBytes.of(ByteArrayCoder.of().decode(in)));
    }

    @Override
    public boolean consistentWithEquals() {
      return true;
    }
  }
}
