package io.pinpipeline.lake.archive;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StoredObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The archive of one partition of a topic: its objects, and a log of what stands in which.
 *
 * <pre>
 *   topics/T/partition=P/T+P+0000000000.json          lines, one a record
 *   topics/T/partition=P/T+P+0000000017.values        what is no line
 *   topics/T/partition=P/_log/begin.json              the first offset of all, and the topic's id
 *   topics/T/partition=P/_log/00000000000000000000.json   an extent, by its first offset
 * </pre>
 *
 * <p>The log decides. An extent is written to it before the objects are, and only if none begins
 * there: of two that would cut the topic differently one wins, and the other goes on behind what
 * the winner has decided. What is in the objects follows from the extent and the topic, so whoever
 * finds an extent without its objects writes them, with the same bytes. An extent is only followed
 * by another once its objects are there; so at the most those of the last are missing, for a while.
 */
public final class PartitionArchive {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LINES = "json";
  private static final String VALUES = "values";
  private static final String BEGIN = "begin.json";
  private static final String TOPIC = "topic.json";

  private final TopicPartition partition;
  private final Location folder;
  private final Location log;

  /**
   * Where the log begins.
   *
   * @param topicId as in {@link Topic}; null in a log that is older than that it is kept
   */
  @JsonPropertyOrder({"from", "topicId"})
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Begin(long from, @Nullable String topicId) {}

  /**
   * What a log that began without it was given later on.
   *
   * @param topicId the id that Kafka gave the topic: one that is made anew gets another
   */
  private record Topic(String topicId) {}

  /** Where the records of an extent are read once more. */
  @FunctionalInterface
  public interface Source {

    /** Adds all records of a range. */
    void read(TopicRange range, ExtentContent into) throws IOException;
  }

  /**
   * The archive of a partition.
   *
   * @param output the folder, or the place in a bucket, that {@code topics/} lies in
   */
  public PartitionArchive(Location output, TopicPartition partition) {
    this.partition = partition;
    this.folder =
        output.resolve("topics/" + partition.topic() + "/partition=" + partition.partition());
    this.log = folder.resolve("_log");
  }

  /**
   * Begins the archive, or goes on with it: writes the objects of the last extent where they are
   * missing.
   *
   * @param earliest the first offset that the topic has, at which a new archive begins
   * @param topicId the id that Kafka gave the topic; empty if the cluster gives none
   * @return what it holds
   * @throws IOException if the archive is of another topic of that name, or if there are objects
   *     and no log, for then they are another program's
   */
  public Archived open(Storage storage, long earliest, Optional<String> topicId, Source source)
      throws IOException {
    List<StoredObject> entries = new ArrayList<>();
    storage.listFolder(log, "", entries::add);
    if (entries.isEmpty()) {
      requireEmpty(storage);
      putUnlessThere(storage, log.resolve(BEGIN), new Begin(earliest, topicId.orElse(null)));
    }
    Begin begin = read(storage, log.resolve(BEGIN), Begin.class);
    if (topicId.isPresent()) {
      requireTopic(storage, begin, topicId.get());
    }
    for (int i = entries.size() - 1; i >= 0; i--) {
      Location entry = entries.get(i).location();
      if (Character.isDigit(entry.name().charAt(0))) {
        Extent last = read(storage, entry, Extent.class);
        complete(storage, last, source);
        return last.archived();
      }
    }
    return Archived.nothing(begin.from());
  }

  private void requireTopic(Storage storage, Begin begin, String topicId) throws IOException {
    String known = begin.topicId();
    if (known == null) {
      Location topic = log.resolve(TOPIC);
      putUnlessThere(storage, topic, new Topic(topicId));
      known = read(storage, topic, Topic.class).topicId();
    }
    if (!known.equals(topicId)) {
      throw new IOException(
          "The topic "
              + partition.topic()
              + " is not the one that "
              + folder
              + " holds records of, though it has its name: it was made anew, or is another"
              + " cluster's. Archive it to another --output; clean reads both.");
    }
  }

  private static void putUnlessThere(Storage storage, Location location, Object value)
      throws IOException {
    try {
      storage.putIfAbsent(location, JSON.writeValueAsBytes(value));
    } catch (FileAlreadyExistsException e) {
      // someone else has put it there just now, and that is what counts
    }
  }

  private void requireEmpty(Storage storage) throws IOException {
    List<StoredObject> others = new ArrayList<>();
    storage.listFolder(folder, "", others::add);
    if (!others.isEmpty()) {
      throw new IOException(
          folder
              + " has objects and no log: another program wrote them, such as "
              + others.get(0).location().name()
              + ". Archive to another --output; clean reads both.");
    }
  }

  /** The last of the extents that follow each other from an offset on; empty if none does. */
  public Optional<Extent> lastFrom(Storage storage, long offset) throws IOException {
    Optional<Extent> last = Optional.empty();
    Optional<Extent> next = at(storage, offset);
    while (next.isPresent()) {
      last = next;
      next = at(storage, next.get().archived().to());
    }
    return last;
  }

  /** The extent that begins at an offset; empty if none was decided. */
  public Optional<Extent> at(Storage storage, long from) throws IOException {
    try {
      return Optional.of(read(storage, entry(from), Extent.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private Location entry(long from) {
    return log.resolve(String.format(Locale.ROOT, "%020d.json", from));
  }

  /** Decides an extent; whether it was not decided already how the offsets behind are cut. */
  public boolean decide(Storage storage, Extent extent) throws IOException {
    try {
      storage.putIfAbsent(entry(extent.from()), JSON.writeValueAsBytes(extent));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  /** Writes the objects of an extent that was decided, where they are missing. */
  public void complete(Storage storage, Extent extent, Source source) throws IOException {
    if (isMissing(storage, extent.values(), VALUES, extent.gzip())
        || isMissing(storage, extent.lines(), LINES, extent.gzip())) {
      ExtentContent content = new ExtentContent(extent.gzip());
      source.read(
          new TopicRange(
              partition.topic(), partition.partition(), extent.from(), extent.archived().to()),
          content);
      write(storage, extent, content);
    }
  }

  private boolean isMissing(Storage storage, Extent.Part part, String ending, boolean gzip)
      throws IOException {
    return part.records() > 0 && !storage.exists(object(part, ending, gzip));
  }

  /** Writes the objects of an extent that was decided. */
  public void write(Storage storage, Extent extent, ExtentContent content) throws IOException {
    boolean gzip = extent.gzip();
    if (extent.values().records() > 0) {
      write(storage, object(extent.values(), VALUES, gzip), content.values(), gzip);
    }
    if (extent.lines().records() > 0) {
      write(storage, object(extent.lines(), LINES, gzip), content.lines(), gzip);
    }
  }

  private static void write(Storage storage, Location object, byte[] content, boolean gzip)
      throws IOException {
    try {
      storage.putIfAbsent(object, content);
    } catch (FileAlreadyExistsException e) {
      // whoever wrote it has written the same
      if (!Arrays.equals(plain(storage.readAll(object), gzip), plain(content, gzip))) {
        throw new IOException(
            object
                + " holds other records than those that belong there: another program writes to"
                + " this archive, or the topic was compacted meanwhile. See to it that none does,"
                + " and start the archive again.",
            e);
      }
    }
  }

  private static byte[] plain(byte[] content, boolean gzip) throws IOException {
    if (!gzip) {
      return content;
    }
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(content))) {
      return in.readAllBytes();
    }
  }

  private Location object(Extent.Part part, String ending, boolean gzip) {
    return folder.resolve(
        String.format(
            Locale.ROOT,
            "%s+%d+%010d.%s%s",
            partition.topic(),
            partition.partition(),
            part.first(),
            ending,
            gzip ? ".gz" : ""));
  }

  private static <T> T read(Storage storage, Location location, Class<T> type) throws IOException {
    byte[] json = storage.readAll(location);
    try {
      return JSON.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IOException(
          location
              + " is not what the archive wrote there: "
              + e.getOriginalMessage()
              + ". Restore it, or archive to another --output.",
          e);
    }
  }
}
