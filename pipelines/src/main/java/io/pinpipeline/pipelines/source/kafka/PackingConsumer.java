package io.pinpipeline.pipelines.source.kafka;

import io.pinpipeline.core.batch.TopicRange;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.pipelines.source.Gathering;
import io.pinpipeline.pipelines.source.PackedRecords;
import io.pinpipeline.pipelines.source.PackedRecords.Packer;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * A consumer whose polls give few large records instead of many small ones: all that it gathered of
 * a partition as {@link PackedRecords}, at the offset of the last. So Beam's reader, whose cost is
 * by the record, goes from one packed record to the next; its positions and checkpoints are right,
 * for what comes behind a packed record is what comes behind its last.
 *
 * <p>Offsets that hold no record, such as the markers of transactions, are part of what is packed,
 * also where nothing else is left of a partition: who waits for its end would wait without end.
 *
 * <p>It begins where it is told as soon as it is assigned its partitions; a reader that continues
 * from a checkpoint seeks to that afterwards. It ends where it is told: nothing behind that comes.
 */
final class PackingConsumer implements InvocationHandler {

  /** Of streams that have ended: what is left of their readers has no one to read for. */
  private static final Set<RunId> ENDED = ConcurrentHashMap.newKeySet();

  private final Consumer<ByteBuffer, ByteBuffer> consumer;
  private final RunId launch;
  private final Map<TopicPartition, Long> begin;
  private final Map<TopicPartition, Long> ends;
  private final Gathering gathering;

  /** Of each partition the offset behind all that was given out. */
  private final Map<TopicPartition, Long> next = new HashMap<>();

  private final Map<TopicPartition, Packer> packers = new HashMap<>();

  /** The last answer. */
  private @Nullable Object endOffsets;

  private PackingConsumer(
      Consumer<ByteBuffer, ByteBuffer> consumer,
      RunId launch,
      Map<TopicPartition, Long> begin,
      Map<TopicPartition, Long> ends,
      Gathering gathering) {
    this.consumer = consumer;
    this.launch = launch;
    this.begin = begin;
    this.ends = ends;
    this.gathering = gathering;
  }

  /**
   * A packing consumer around another one, which gives values as parts of what it has fetched: they
   * are copied once, into what is packed.
   *
   * @param begin the first offset of each partition
   * @param ends the offset behind the last of each partition; without one it has no end
   */
  @SuppressWarnings("unchecked")
  static Consumer<byte[], byte[]> around(
      Consumer<ByteBuffer, ByteBuffer> consumer,
      RunId launch,
      Map<TopicPartition, Long> begin,
      Map<TopicPartition, Long> ends,
      Gathering gathering) {
    return (Consumer<byte[], byte[]>)
        Proxy.newProxyInstance(
            PackingConsumer.class.getClassLoader(),
            new Class<?>[] {Consumer.class},
            new PackingConsumer(consumer, launch, begin, ends, gathering));
  }

  static void end(RunId launch) {
    ENDED.add(launch);
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (ENDED.contains(launch)) {
      switch (method.getName()) {
        case "close" -> {}
        // from a thread that waits for the one that polls
        case "wakeup" -> {
          consumer.wakeup();
          return null;
        }
        // asked again and again by a thread of its own, which would log each failure
        case "endOffsets" -> {
          return endOffsets;
        }
        default -> throw new WakeupException();
      }
    }
    if (method.getName().equals("poll") && arguments != null) {
      return poll(
          arguments[0] instanceof Duration timeout
              ? timeout
              : Duration.ofMillis((Long) arguments[0]));
    }
    if (method.getName().equals("close")) {
      // to say goodbye it would wait for the answer to what it has asked last, and nobody needs it
      consumer.close(Duration.ZERO);
      return null;
    }
    try {
      Object result = method.invoke(consumer, arguments);
      switch (method.getName()) {
        case "assign" -> seekToBegin();
        case "seek", "seekToBeginning", "seekToEnd" -> {
          next.clear();
          consumer.resume(consumer.paused());
        }
        case "endOffsets" -> endOffsets = result;
        default -> {}
      }
      return result;
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  private void seekToBegin() {
    for (TopicPartition partition : consumer.assignment()) {
      Long offset = begin.get(partition);
      if (offset != null) {
        consumer.seek(partition, offset);
      }
    }
  }

  private ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    for (TopicPartition partition : consumer.assignment()) {
      if (next.computeIfAbsent(partition, consumer::position) >= end(partition)) {
        consumer.pause(List.of(partition));
      }
    }
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> packed = new LinkedHashMap<>();
    long begun = System.nanoTime();
    long gather = gathering.time().toNanos();
    long bytes = 0;
    Duration wait = timeout;
    do {
      ConsumerRecords<ByteBuffer, ByteBuffer> polled = consumer.poll(wait);
      for (TopicPartition partition : polled.partitions()) {
        bytes += add(partition, polled.records(partition), packed);
      }
      wait = Duration.ofNanos(Math.max(0, gather - (System.nanoTime() - begun)));
    } while (bytes < gathering.bytes() && !wait.isZero() && !isAtEnd());
    for (TopicPartition partition : consumer.assignment()) {
      // not behind the last record: what comes then may be offsets that hold none
      flush(partition, Math.min(consumer.position(partition), end(partition)), packed);
    }
    return new ConsumerRecords<>(packed);
  }

  private long end(TopicPartition partition) {
    return ends.getOrDefault(partition, Long.MAX_VALUE);
  }

  private boolean isAtEnd() {
    return consumer.assignment().stream()
        .allMatch(partition -> consumer.position(partition) >= end(partition));
  }

  /** Adds records of a partition, up to its end; returns the bytes of their values. */
  private long add(
      TopicPartition partition,
      List<ConsumerRecord<ByteBuffer, ByteBuffer>> records,
      Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> packed) {
    Packer packer = packer(partition);
    long end = end(partition);
    long bytes = 0;
    for (ConsumerRecord<ByteBuffer, ByteBuffer> record : records) {
      if (record.offset() >= end) {
        break;
      }
      boolean alone = packer.standsAlone(record.value());
      if (!packer.isEmpty() && (alone || packer.bytes() >= gathering.blockBytes())) {
        flush(partition, packer.lastOffset() + 1, packed);
      }
      int before = packer.bytes();
      packer.add(record.value(), record.offset());
      bytes += packer.bytes() - before;
      if (alone) {
        flush(partition, record.offset() + 1, packed);
      }
    }
    return bytes;
  }

  private Packer packer(TopicPartition partition) {
    return packers.computeIfAbsent(partition, any -> new Packer(gathering));
  }

  /** Packs what there is up to an offset; if it is no record, that is told as well. */
  private void flush(
      TopicPartition partition,
      long to,
      Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> packed) {
    long from = next.getOrDefault(partition, 0L);
    if (to <= from) {
      return;
    }
    next.put(partition, to);
    TopicRange range = new TopicRange(partition.topic(), partition.partition(), from, to);
    packed
        .computeIfAbsent(partition, any -> new ArrayList<>())
        .add(
            new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                to - 1,
                null,
                packer(partition).pack(range)));
  }
}
