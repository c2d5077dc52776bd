package io.pinpipeline.lake.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every storage promises. */
abstract class StorageContract {

  /** The storage under test. */
  abstract Storage storage();

  /** A location of this test alone, below which nothing is. */
  abstract Location root();

  @Test
  void readsWhatWasWritten() throws Exception {
    Location location = root().resolve("folder/object");
    byte[] content = random(100_000);
    write(location, content);

    assertThat(storage().readAll(location)).isEqualTo(content);
    assertThat(storage().exists(location)).isTrue();
    StoredObject stat = storage().stat(location);
    assertThat(stat.location()).isEqualTo(location);
    assertThat(stat.size()).isEqualTo(100_000);
    assertThat(stat.modifiedMillis())
        .isCloseTo(System.currentTimeMillis(), within(Duration.ofMinutes(5).toMillis()));
    assertThat(list(root())).containsExactly(stat);
  }

  /** A gzip file of several members is read on where a buffer ends with a member only then. */
  @Test
  void tellsWhetherThereIsMoreToRead() throws Exception {
    Location location = root().resolve("object");
    write(location, random(100));
    try (InputStream in = storage().read(location, 10, 80)) {
      assertThat(in.available()).isPositive();
      assertThat(in.readNBytes(79)).hasSize(79);
      assertThat(in.available()).isPositive();
      assertThat(in.read()).isNotNegative();
      assertThat(in.available()).isZero();
    }
  }

  @Test
  void writesByteByByteAndInPieces() throws Exception {
    Location location = root().resolve("object");
    byte[] content = random(300_000);
    try (StorageOutput out = storage().create(location)) {
      for (int i = 0; i < 10; i++) {
        out.write(content[i]);
      }
      for (int from = 10; from < content.length; ) {
        int count = Math.min(from, content.length - from);
        out.write(content, from, count);
        from += count;
        assertThat(out.position()).isEqualTo(from);
      }
      out.finish();
    }
    assertThat(storage().readAll(location)).isEqualTo(content);
  }

  @Test
  void keepsEmptyObjects() throws Exception {
    Location location = root().resolve("empty");
    write(location, new byte[0]);
    assertThat(storage().readAll(location)).isEmpty();
    assertThat(storage().stat(location).size()).isZero();
    try (InputStream in = storage().read(location, 0, 10)) {
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void replacesAnObject() throws Exception {
    Location location = root().resolve("object");
    write(location, "old and long".getBytes(UTF_8));
    write(location, "new".getBytes(UTF_8));
    assertThat(storage().readAll(location)).asString(UTF_8).isEqualTo("new");
  }

  @Test
  void showsAnObjectOnlyOnceItIsFinished() throws Exception {
    Location location = root().resolve("folder/object");
    try (StorageOutput out = storage().create(location)) {
      out.write(random(9 << 20));
      assertThat(storage().exists(location)).isFalse();
      assertThat(list(root())).isEmpty();
      out.finish();
      assertThat(storage().stat(location).size()).isEqualTo(9 << 20);
    }
    assertThat(storage().stat(location).size()).isEqualTo(9 << 20);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 9 << 20})
  void leavesNothingOfWhatWasNotFinished(int size) throws Exception {
    Location location = root().resolve("object");
    write(location, "old".getBytes(UTF_8));
    try (StorageOutput out = storage().create(location)) {
      out.write(random(size));
    }
    assertThat(storage().readAll(location)).asString(UTF_8).isEqualTo("old");
    assertThat(names(root())).containsExactly("object");
    assertNothingLeftBehind();
  }

  /** Fails if unfinished writes left something that listings do not show. */
  abstract void assertNothingLeftBehind() throws Exception;

  @Test
  void refusesToWriteWhatIsFinished() throws Exception {
    try (StorageOutput out = storage().create(root().resolve("object"))) {
      out.finish();
      assertThatThrownBy(() -> out.write(1)).isInstanceOf(IOException.class);
      assertThatThrownBy(out::finish).isInstanceOf(IOException.class);
    }
  }

  @Test
  void carriesLargeObjects() throws Exception {
    Location location = root().resolve("large");
    int blocks = 40;
    byte[] block = random(1 << 20);
    try (StorageOutput out = storage().create(location)) {
      for (int i = 0; i < blocks; i++) {
        block[0] = (byte) i;
        out.write(block);
      }
      out.finish();
    }
    assertThat(storage().stat(location).size()).isEqualTo((long) blocks << 20);
    try (InputStream in = storage().read(location, 0, Long.MAX_VALUE)) {
      for (int i = 0; i < blocks; i++) {
        block[0] = (byte) i;
        assertThat(Arrays.equals(in.readNBytes(block.length), block)).isTrue();
      }
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void readsRanges() throws Exception {
    Location location = root().resolve("object");
    byte[] content = random(10_000);
    write(location, content);
    assertThat(read(location, 0, 10_000)).isEqualTo(content);
    assertThat(read(location, 17, 100)).isEqualTo(Arrays.copyOfRange(content, 17, 117));
    assertThat(read(location, 9_990, 100)).isEqualTo(Arrays.copyOfRange(content, 9_990, 10_000));
    assertThat(read(location, 9_999, Long.MAX_VALUE)).containsExactly(content[9_999]);
    assertThat(read(location, 10_000, 5)).isEmpty();
    assertThat(read(location, 20_000, 5)).isEmpty();
    assertThat(read(location, 5, 0)).isEmpty();
  }

  @Test
  void readsSingleBytesAsUnsigned() throws Exception {
    Location location = root().resolve("object");
    write(location, new byte[] {(byte) 0xff, 0});
    try (InputStream in = storage().read(location, 0, 2)) {
      assertThat(in.read()).isEqualTo(255);
      assertThat(in.read()).isZero();
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void tellsWhatIsMissing() throws Exception {
    Location location = root().resolve("missing");
    assertThat(storage().exists(location)).isFalse();
    for (Callable<?> attempt :
        List.<Callable<?>>of(
            () -> storage().stat(location),
            () -> storage().readAll(location),
            () -> storage().read(location, 3, 5))) {
      assertThatThrownBy(attempt::call)
          .isInstanceOf(NoSuchFileException.class)
          .hasMessageContaining(location.name())
          .hasMessageContaining("there is no such");
    }
    storage().delete(location);
    assertThat(list(location)).isEmpty();
    assertThat(listFolder(location, "")).isEmpty();
  }

  @Test
  void takesAFolderForNoObject() throws Exception {
    write(root().resolve("folder/object"), new byte[1]);
    Location folder = root().resolve("folder");
    assertThat(storage().exists(folder)).isFalse();
    assertThatThrownBy(() -> storage().readAll(folder)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> storage().read(folder, 0, 1)).isInstanceOf(NoSuchFileException.class);
    storage().delete(folder);
    assertThat(names(root())).containsExactly("folder/object");
  }

  @Test
  void deletes() throws Exception {
    Location location = root().resolve("object");
    write(location, new byte[1]);
    storage().delete(location);
    storage().delete(location);
    assertThat(storage().exists(location)).isFalse();
  }

  @Test
  void listsInTheOrderOfUtf8Bytes() throws Exception {
    List<String> names =
        List.of(
            "A", "a b/c", "a-b", "a.b/c", "a/b.c", "a/b/c", "a/bc", "a0", "aa", "b/a/a", "b/a0",
            "é", "日本/語", "日本語");
    List<String> shuffled = new ArrayList<>(names);
    Collections.shuffle(shuffled, new Random(7));
    for (String name : shuffled) {
      write(root().resolve(name), new byte[1]);
    }
    assertThat(names(root())).containsExactlyElementsOf(names);
    assertThat(list(root()).stream().map(StoredObject::location)).isSorted();
    assertThat(names(root().resolve("a"))).containsExactly("a/b.c", "a/b/c", "a/bc");
  }

  @Test
  void listsAnObjectItself() throws Exception {
    write(root().resolve("object"), new byte[1]);
    write(root().resolve("object2"), new byte[1]);
    assertThat(names(root().resolve("object"))).containsExactly("object");
    assertThat(names(root().resolve("obj"))).isEmpty();
  }

  @Test
  void listsOneFolderFromAName() throws Exception {
    for (String name : List.of("1.json", "2.json", "2/x", "3.json", "10.json", "_last")) {
      write(root().resolve("log/" + name), new byte[1]);
    }
    Location log = root().resolve("log");
    assertThat(listFolder(log, ""))
        .containsExactly("log/1.json", "log/10.json", "log/2.json", "log/3.json", "log/_last");
    assertThat(listFolder(log, "10.json")).containsExactly("log/2.json", "log/3.json", "log/_last");
    assertThat(listFolder(log, "2")).containsExactly("log/2.json", "log/3.json", "log/_last");
    assertThat(listFolder(log, "z")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b",
        "a+b",
        "a%20b",
        "%",
        "a=b/day=2026-11-23",
        "ä/日本語",
        "\uD83D\uDE00",
        "a&b?c#d;e:f@g,h",
        "'\"<>[]{}()!*$~`^|",
        "..a",
        "a..",
        "back\\slash"
      })
  void takesNamesAsTheyAre(String name) throws Exception {
    Location location = root().resolve(name);
    byte[] content = name.getBytes(UTF_8);
    storage().putIfAbsent(location, content);
    assertThat(storage().readAll(location)).isEqualTo(content);
    write(location, content);
    assertThat(storage().stat(location).size()).isEqualTo(content.length);
    assertThat(names(root())).containsExactly(name);
    assertThat(list(location)).hasSize(1);
    storage().delete(location);
    assertThat(list(root())).isEmpty();
  }

  @Test
  void putsOnce() throws Exception {
    Location location = root().resolve("folder/object");
    storage().putIfAbsent(location, "first".getBytes(UTF_8));
    assertThatThrownBy(() -> storage().putIfAbsent(location, "second".getBytes(UTF_8)))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("object");
    assertThat(storage().readAll(location)).asString(UTF_8).isEqualTo("first");
    assertThat(names(root())).containsExactly("folder/object");
    assertNothingLeftBehind();
  }

  @Test
  void letsOneOfManyWritersWin() throws Exception {
    int writers = 12;
    int rounds = 40;
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try {
      CyclicBarrier start = new CyclicBarrier(writers);
      for (int round = 0; round < rounds; round++) {
        Location location = root().resolve("log/" + round);
        List<Future<Boolean>> tries = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
          byte[] content = content(writer);
          tries.add(
              threads.submit(
                  () -> {
                    start.await();
                    try {
                      storage().putIfAbsent(location, content);
                      return true;
                    } catch (FileAlreadyExistsException e) {
                      return false;
                    }
                  }));
        }
        List<Integer> winners = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
          if (tries.get(writer).get()) {
            winners.add(writer);
          }
        }
        assertThat(winners).hasSize(1);
        assertThat(storage().readAll(location)).isEqualTo(content(winners.get(0)));
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(list(root())).hasSize(rounds);
  }

  private static byte[] content(int writer) {
    return ("writer " + writer + "\n").repeat(1000).getBytes(UTF_8);
  }

  @Test
  void throwsAwayWhatWasBegun() throws Exception {
    Location location = root().resolve("folder/object");
    write(location, "old".getBytes(UTF_8));
    try (StorageOutput out = storage().create(location)) {
      out.write(random(9 << 20));
      List<StoredObject> unfinished = unfinished(root());
      assertThat(unfinished).hasSize(1);
      assertThat(unfinished.get(0).size()).isBetween(8L << 20, 9L << 20);
      assertThat(unfinished.get(0).location().uri()).startsWith(root().resolve("folder/").uri());
      assertThat(unfinished.get(0).modifiedMillis())
          .isCloseTo(System.currentTimeMillis(), within(Duration.ofMinutes(5).toMillis()));
      assertThat(unfinished(root().resolve("fold"))).isEmpty();

      storage().abort(unfinished.get(0));
      storage().abort(unfinished.get(0));
      assertThat(unfinished(root())).isEmpty();
      assertThatThrownBy(out::finish).isInstanceOf(IOException.class);
    }
    assertThat(storage().readAll(location)).asString(UTF_8).isEqualTo("old");
    assertNothingLeftBehind();
  }

  private List<StoredObject> unfinished(Location below) throws IOException {
    List<StoredObject> found = new ArrayList<>();
    storage().listUnfinished(below, found::add);
    return found;
  }

  final void write(Location location, byte[] content) throws IOException {
    try (StorageOutput out = storage().create(location)) {
      out.write(content);
      out.finish();
    }
  }

  final List<StoredObject> list(Location below) throws IOException {
    List<StoredObject> objects = new ArrayList<>();
    storage().list(below, objects::add);
    return objects;
  }

  final List<String> names(Location below) throws IOException {
    return list(below).stream().map(this::relative).toList();
  }

  private List<String> listFolder(Location folder, String startAfter) throws IOException {
    List<String> names = new ArrayList<>();
    storage().listFolder(folder, startAfter, object -> names.add(relative(object)));
    return names;
  }

  private String relative(StoredObject object) {
    return object.location().uri().substring(root().uri().length() + 1);
  }

  private byte[] read(Location location, long offset, long length) throws IOException {
    try (InputStream in = storage().read(location, offset, length)) {
      return in.readAllBytes();
    }
  }

  static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }
}
