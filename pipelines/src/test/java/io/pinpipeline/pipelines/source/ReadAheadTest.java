package io.pinpipeline.pipelines.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StoredObject;
import io.pinpipeline.pipelines.source.ReadAhead.Extent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadAheadTest {

  @TempDir Path folder;
  private final Storage storage = new LocalStorage();

  private StoredObject object(String name, byte[] content) throws IOException {
    return storage.stat(Location.ofPath(Files.write(folder.resolve(name), content)));
  }

  private static byte[] bytes(Random random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void readsWhatTheStorageHas(long seed) throws IOException {
    Random random = new Random(seed);
    byte[] large = bytes(random, 2 * ReadAhead.PIECE_BYTES + random.nextInt(3) * 100_000);
    byte[] small = bytes(random, 5);
    StoredObject largeObject = object("large", large);
    StoredObject smallObject = object("small", small);
    List<Extent> extents = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      boolean isLarge = random.nextInt(5) == 0;
      int size = isLarge ? large.length : small.length;
      int offset = random.nextInt(size + 1);
      // some go beyond the object's end
      int length = random.nextInt(size - offset + 3);
      extents.add(new Extent(isLarge ? largeObject : smallObject, offset, length));
    }
    try (ReadAhead ahead = new ReadAhead(storage, extents)) {
      for (Extent extent : extents) {
        byte[] content = extent.object().equals(largeObject) ? large : small;
        byte[] expected =
            Arrays.copyOfRange(
                content,
                (int) extent.offset(),
                (int) Math.min(content.length, extent.offset() + extent.length()));
        InputStream in = ahead.next();
        if (random.nextBoolean()) {
          assertThat(in.readAllBytes()).isEqualTo(expected);
          assertThat(in.read()).isEqualTo(-1);
        } else {
          int some = random.nextInt(expected.length + 1);
          assertThat(in.readNBytes(some)).isEqualTo(Arrays.copyOf(expected, some));
        }
        if (random.nextBoolean()) {
          in.close();
        }
      }
    }
  }

  /** None of the objects can be read before as many as may be are asked for. */
  @Test
  void asksForManySmallObjectsAtOnce() throws IOException {
    CountDownLatch asked = new CountDownLatch(ReadAhead.PIECES);
    Storage waiting =
        storage(
            arguments -> {
              asked.countDown();
              if (!asked.await(1, TimeUnit.MINUTES)) {
                throw new IOException("still to be asked: " + asked.getCount());
              }
            });
    List<Extent> extents = new ArrayList<>();
    for (int i = 0; i < 2 * ReadAhead.PIECES; i++) {
      extents.add(new Extent(object("object" + i, new byte[] {(byte) i}), 0, 1));
    }
    try (ReadAhead ahead = new ReadAhead(waiting, extents)) {
      for (int i = 0; i < extents.size(); i++) {
        assertThat(ahead.next().readAllBytes()).containsExactly(i);
      }
    }
  }

  @Test
  void asksForNoMoreOfWhatIsGivenUp() throws IOException {
    StoredObject large = object("large", new byte[0]);
    StoredObject small = object("small", new byte[] {1});
    AtomicInteger asked = new AtomicInteger();
    Storage counting =
        storage(
            arguments -> {
              if (arguments[0].equals(large)) {
                asked.incrementAndGet();
              }
            });
    try (ReadAhead ahead =
        new ReadAhead(
            counting,
            List.of(new Extent(large, 0, 100L * ReadAhead.PIECE_BYTES), new Extent(small, 0, 1)))) {
      ahead.next().close();
      assertThat(ahead.next().readAllBytes()).containsExactly(1);
    }
    assertThat(asked.get()).isLessThanOrEqualTo(8);
  }

  @Test
  void readsNothingOnceItIsClosed() throws IOException {
    ReadAhead ahead =
        new ReadAhead(storage, List.of(new Extent(object("one", new byte[] {1}), 0, 1)));
    InputStream in = ahead.next();
    ahead.close();
    assertThatThrownBy(in::read).isInstanceOf(IOException.class).hasMessageContaining("closed");
  }

  @Test
  void failsWhereTheFaultIs() throws IOException {
    StoredObject present = object("present", new byte[] {1});
    StoredObject missing = new StoredObject(Location.ofPath(folder.resolve("missing")), 1, "", 0);
    try (ReadAhead ahead =
        new ReadAhead(storage, List.of(new Extent(present, 0, 1), new Extent(missing, 0, 1)))) {
      assertThat(ahead.next().readAllBytes()).containsExactly(1);
      InputStream second = ahead.next();
      assertThatThrownBy(second::readAllBytes)
          .isInstanceOf(NoSuchFileException.class)
          .hasMessageContaining("missing");
    }
  }

  /** The end of a member is the end of what one request fetches: the next is not to be lost. */
  @Test
  void readsGzipOfSeveralMembersToItsEnd() throws IOException {
    byte[] first = bytes(new Random(1), 2 * ReadAhead.PIECE_BYTES);
    byte[] member = new byte[0];
    int length = ReadAhead.PIECE_BYTES;
    while (member.length != ReadAhead.PIECE_BYTES) {
      length += ReadAhead.PIECE_BYTES - (member.length == 0 ? length : member.length);
      member = gzip(Arrays.copyOf(first, length));
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(member);
    file.write(gzip(new byte[] {7}));
    StoredObject object = object("pin.jsonl.gz", file.toByteArray());
    try (ReadAhead ahead = new ReadAhead(storage, List.of(new Extent(object, 0, file.size())));
        GZIPInputStream in = new GZIPInputStream(ahead.next(), 1 << 16)) {
      byte[] read = in.readAllBytes();
      assertThat(read).hasSize(length + 1).endsWith(7);
    }
  }

  private interface Before {
    void call(Object[] arguments) throws Exception;
  }

  /** Our storage, with something that is done before each call. */
  private Storage storage(Before before) {
    return (Storage)
        Proxy.newProxyInstance(
            Storage.class.getClassLoader(),
            new Class<?>[] {Storage.class},
            (proxy, method, arguments) -> {
              before.call(arguments);
              try {
                return method.invoke(storage, arguments);
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            });
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    }
    return out.toByteArray();
  }
}
