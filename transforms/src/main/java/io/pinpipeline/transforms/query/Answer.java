package io.pinpipeline.transforms.query;

import io.pinpipeline.core.table.ColumnSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.util.VarInt;

/**
 * What a question was answered with.
 *
 * @param question what was asked
 * @param rows in order; the values are those of {@link Question#schema()}: {@link String}, {@link
 *     Integer} or {@link Long}, never null
 */
public record Answer(Question question, List<List<Object>> rows) {

  public Answer {
    rows = rows.stream().map(List::copyOf).toList();
  }

  /** Its coder. */
  public static Coder<Answer> coder() {
    return AnswerCoder.INSTANCE;
  }

  private static final class AnswerCoder extends AtomicCoder<Answer> {

    private static final AnswerCoder INSTANCE = new AnswerCoder();

    @Override
    public void encode(Answer answer, OutputStream out) throws IOException {
      StringUtf8Coder.of().encode(answer.question.id(), out);
      VarInt.encode(answer.rows.size(), out);
      for (List<Object> row : answer.rows) {
        for (Object value : row) {
          if (value instanceof String text) {
            StringUtf8Coder.of().encode(text, out);
          } else {
            VarInt.encode(((Number) value).longValue(), out);
          }
        }
      }
    }

    @Override
    public Answer decode(InputStream in) throws IOException {
      Question question = Question.named(StringUtf8Coder.of().decode(in));
      List<List<Object>> rows = new ArrayList<>();
      for (int left = VarInt.decodeInt(in); left > 0; left--) {
        List<Object> row = new ArrayList<>();
        for (ColumnSpec column : question.schema().columns()) {
          row.add(
              switch (column.type()) {
                case STRING -> StringUtf8Coder.of().decode(in);
                case INT -> (int) VarInt.decodeLong(in);
                default -> VarInt.decodeLong(in);
              });
        }
        rows.add(row);
      }
      return new Answer(question, rows);
    }

    @Override
    public boolean consistentWithEquals() {
      return true;
    }
  }
}
