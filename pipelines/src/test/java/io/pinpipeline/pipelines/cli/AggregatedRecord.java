package io.pinpipeline.pipelines.cli;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import software.amazon.kinesis.retrieval.AggregatorUtil;
import software.amazon.kinesis.retrieval.kpl.Messages;

/** Several values as one record of Kinesis, as its Producer Library sends them. */
public final class AggregatedRecord {

  private AggregatedRecord() {}

  public static byte[] of(byte[]... values) {
    Messages.AggregatedRecord.Builder all =
        Messages.AggregatedRecord.newBuilder().addPartitionKeyTable("1");
    for (byte[] value : values) {
      all.addRecords(
          Messages.Record.newBuilder().setPartitionKeyIndex(0).setData(ByteString.copyFrom(value)));
    }
    byte[] message = all.build().toByteArray();
    byte[] digest;
    try {
      digest = MessageDigest.getInstance("MD5").digest(message);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    return ByteBuffer.allocate(
            AggregatorUtil.AGGREGATED_RECORD_MAGIC.length + message.length + digest.length)
        .put(AggregatorUtil.AGGREGATED_RECORD_MAGIC)
        .put(message)
        .put(digest)
        .array();
  }
}
