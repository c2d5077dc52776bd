package io.pinpipeline.core.generate;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Newline-delimited files, one dataset each: {@code pin.jsonl}, or {@code pin-0001.jsonl} and so on
 * where there are several.
 *
 * @param files how many files a dataset has; they hold equal numbers of first sendings, in order
 * @param gzip whether files are compressed and named {@code .jsonl.gz}
 */
public record LinesLayout(int files, boolean gzip) implements PostLayout {

  private static final int BUFFER_BYTES = 1 << 16;

  public LinesLayout {
    if (files < 1) {
      throw new IllegalArgumentException(
          "Posts cannot be written to %d files a dataset: give 1 or more.".formatted(files));
    }
  }

  /** One plain file a dataset. */
  public LinesLayout() {
    this(1, false);
  }

  @Override
  public Expected write(PostGenerator generator, PostSink sink) throws IOException {
    Expected expected = Expected.nothing();
    for (int file = 0; file < files; file++) {
      long from = generator.posts() * file / files;
      long to = file == files - 1 ? generator.turns() : generator.posts() * (file + 1) / files;
      try (LineWriter pin = new LineWriter();
          LineWriter geo = new LineWriter();
          LineWriter user = new LineWriter()) {
        pin.open(open(sink, RecordKind.PIN, file));
        geo.open(open(sink, RecordKind.GEO, file));
        user.open(open(sink, RecordKind.USER, file));
        expected =
            expected.plus(
                generator.generate(
                    from,
                    to,
                    (kind, key, buffer, offset, length) -> {
                      LineWriter out =
                          switch (kind) {
                            case PIN -> pin;
                            case GEO -> geo;
                            case USER -> user;
                          };
                      out.line(buffer, offset, length);
                    }));
      }
    }
    return expected;
  }

  private OutputStream open(PostSink sink, RecordKind kind, int file) throws IOException {
    StringBuilder name = new StringBuilder(kind.dataset());
    if (files > 1) {
      // Names must sort in the order of the files: it decides which copy of a post came first.
      int digits = Math.max(4, Integer.toString(files).length());
      name.append('-').append(("%0" + digits + "d").formatted(file + 1));
    }
    name.append(gzip ? ".jsonl.gz" : ".jsonl");
    OutputStream out = sink.open(name.toString());
    return gzip ? new GZIPOutputStream(out, BUFFER_BYTES) : out;
  }
}
