package io.pinpipeline.lake.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class PageStoreTest {

  private record Page(ByteBuffer bytes, byte content) {}

  @Property(tries = 20)
  void keepsWhatIsTaken(@ForAll Random random) {
    PageStore store = new PageStore(new Segments());
    for (int rowGroup = 0; rowGroup < 3; rowGroup++) {
      List<Page> pages = new ArrayList<>();
      for (int page = 0; page < 60; page++) {
        // some are larger than a segment, some leave the most of their room, some all of it
        int bound = random.nextInt(20) == 0 ? 5_000_000 : random.nextInt(1_200_000);
        int size = random.nextInt(4) == 0 ? 0 : random.nextInt(bound + 1);
        byte[] segment = store.room(bound);
        int start = store.position();
        assertThat(start + bound).isLessThanOrEqualTo(segment.length);
        Arrays.fill(segment, start, start + size, (byte) page);
        store.take(size);
        pages.add(new Page(ByteBuffer.wrap(segment, start, size), (byte) page));
      }
      for (Page page : pages) {
        while (page.bytes.hasRemaining()) {
          if (page.bytes.get() != page.content) {
            throw new AssertionError("page " + page.content + " was written over");
          }
        }
      }
      store.clear();
    }
  }
}
