package io.pinpipeline.lake.archive;

import io.pinpipeline.core.batch.Lines;
import io.pinpipeline.core.batch.ValueFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** The records of an extent as the bytes of its objects. */
public final class ExtentContent {

  private final boolean gzip;
  private final ObjectContent lines = new ObjectContent();
  private final ObjectContent values = new ObjectContent();
  private long bytes;

  /** The bytes of one object. */
  private final class ObjectContent {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private @Nullable OutputStream out;
    private long records;
    private long first;

    OutputStream record(long offset) throws IOException {
      if (records++ == 0) {
        first = offset;
      }
      return open();
    }

    private OutputStream open() throws IOException {
      OutputStream opened = out;
      if (opened == null) {
        opened = gzip ? new GZIPOutputStream(bytes, 1 << 13) : bytes;
        out = opened;
      }
      return opened;
    }

    Extent.Part part() {
      return new Extent.Part(records, first);
    }

    byte[] finish() throws IOException {
      open().close();
      return bytes.toByteArray();
    }
  }

  /**
   * Nothing yet.
   *
   * @param gzip whether its objects are gzipped
   */
  public ExtentContent(boolean gzip) {
    this.gzip = gzip;
  }

  /**
   * Adds a record.
   *
   * @param offset in its partition
   * @param value as it came; null where it has none
   */
  public void add(long offset, byte @Nullable [] value) throws IOException {
    if (value != null && Lines.isOneRecord(value)) {
      OutputStream out = lines.record(offset);
      out.write(value);
      out.write('\n');
    } else {
      ValueFrame.append(values.record(offset), offset, value);
    }
    bytes += (value == null ? 0L : value.length) + 1;
  }

  /** How many records there are. */
  public long records() {
    return lines.records + values.records;
  }

  /** Of their values, each with the line feed behind it. */
  public long bytes() {
    return bytes;
  }

  /**
   * The extent that these are all records of.
   *
   * @param before what the archive holds before it
   * @param to the offset behind it
   */
  public Extent extent(Archived before, long to) {
    long objects = Math.min(1, lines.records) + Math.min(1, values.records);
    return new Extent(
        before.to(),
        gzip,
        lines.part(),
        values.part(),
        new Archived(
            to, before.records() + records(), before.bytes() + bytes, before.objects() + objects));
  }

  byte[] lines() throws IOException {
    return lines.finish();
  }

  byte[] values() throws IOException {
    return values.finish();
  }
}
