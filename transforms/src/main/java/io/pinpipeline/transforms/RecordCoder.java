package io.pinpipeline.transforms;

import io.pinpipeline.core.clean.RejectionCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.DelegateCoder;
import org.apache.beam.sdk.coders.DoubleCoder;
import org.apache.beam.sdk.coders.NullableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.jspecify.annotations.Nullable;

/**
 * Java records of longs, ints, doubles, strings, bytes, rejection codes and instants (to the
 * microsecond), component by component.
 *
 * @param <T> the record class
 */
public final class RecordCoder<T extends Record> extends CustomCoder<T> {

  private static final Coder<Instant> INSTANTS =
      DelegateCoder.of(
          VarLongCoder.of(),
          instant ->
              Math.addExact(
                  Math.multiplyExact(instant.getEpochSecond(), 1_000_000L),
                  instant.getNano() / 1000),
          micros ->
              Instant.ofEpochSecond(
                  Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000L));

  private static final Coder<ByteBuffer> BYTES =
      DelegateCoder.of(
          ByteArrayCoder.of(),
          buffer -> {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
          },
          bytes -> ByteBuffer.wrap(bytes).asReadOnlyBuffer());

  private static final Coder<RejectionCode> CODES =
      DelegateCoder.of(StringUtf8Coder.of(), RejectionCode::name, RejectionCode::valueOf);

  private static final Map<Class<?>, Coder<?>> CODERS =
      Map.of(
          long.class, VarLongCoder.of(),
          Long.class, VarLongCoder.of(),
          int.class, VarIntCoder.of(),
          Integer.class, VarIntCoder.of(),
          double.class, DoubleCoder.of(),
          Double.class, DoubleCoder.of(),
          String.class, StringUtf8Coder.of(),
          Instant.class, INSTANTS,
          ByteBuffer.class, BYTES,
          RejectionCode.class, CODES);

  private final Class<T> type;

  private RecordCoder(Class<T> type) {
    this.type = type;
  }

  /**
   * A coder for records of this class.
   *
   * @throws IllegalArgumentException if a component has a type that it does not know
   */
  public static <T extends Record> RecordCoder<T> of(Class<T> type) {
    for (RecordComponent component : type.getRecordComponents()) {
      coder(component);
    }
    return new RecordCoder<>(type);
  }

  @SuppressWarnings("unchecked") // the table above pairs classes with their coders
  private static Coder<@Nullable Object> coder(RecordComponent component) {
    Coder<?> coder = CODERS.get(component.getType());
    if (coder == null) {
      throw new IllegalArgumentException("no coder for " + component);
    }
    return (Coder<@Nullable Object>) NullableCoder.of(coder);
  }

  @Override
  public void encode(T record, OutputStream out) throws IOException {
    for (RecordComponent component : type.getRecordComponents()) {
      try {
        coder(component).encode(component.getAccessor().invoke(record), out);
      } catch (ReflectiveOperationException e) {
        throw new IOException("cannot read " + component, e);
      }
    }
  }

  @Override
  public T decode(InputStream in) throws IOException {
    List<@Nullable Object> values = new ArrayList<>();
    List<Class<?>> types = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      types.add(component.getType());
      values.add(coder(component).decode(in));
    }
    try {
      return type.getDeclaredConstructor(types.toArray(Class<?>[]::new))
          .newInstance(values.toArray());
    } catch (ReflectiveOperationException e) {
      throw new IOException("cannot make a " + type.getSimpleName(), e);
    }
  }

  @Override
  public void verifyDeterministic() {}

  @Override
  public boolean consistentWithEquals() {
    return true;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RecordCoder<?> that && type.equals(that.type);
  }

  @Override
  public int hashCode() {
    return type.hashCode();
  }
}
