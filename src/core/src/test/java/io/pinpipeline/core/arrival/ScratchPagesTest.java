package io.pinpipeline.core.arrival;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;

class ScratchPagesTest {

  private static final int BYTES = 64;

  @Example
  void eachPageIsEmptyAndItsOwn() throws IOException {
    Path folder = Files.createTempDirectory("scratch");
    try {
      ScratchPages pages = new ScratchPages(BYTES, 3, folder);
      List<ByteBuffer> all = new ArrayList<>();
      for (int number = 0; number < 1000; number++) {
        ByteBuffer page = pages.next();
        assertThat(page.isDirect()).isEqualTo(number >= 3);
        for (int at = 0; at < BYTES; at += Long.BYTES) {
          assertThat(page.getLong(at)).isZero();
          page.putLong(at, number);
        }
        all.add(page);
      }
      for (int number = 0; number < 1000; number++) {
        for (int at = 0; at < BYTES; at += Long.BYTES) {
          assertThat(all.get(number).getLong(at)).isEqualTo(number);
        }
      }
      assertThat(folder).as("nothing to clean up after a crash").isEmptyDirectory();
    } finally {
      Files.delete(folder);
    }
  }
}
