package io.pinpipeline.pipelines.source.kinesis;

import io.pinpipeline.core.batch.TopicPartition;
import io.pinpipeline.lake.run.RunId;
import io.pinpipeline.pipelines.source.Gathering;
import java.io.Serializable;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.io.aws2.options.AwsOptions;
import org.apache.beam.sdk.options.Hidden;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.util.SerializableUtils;

/**
 * What the readers of a stream have to know.
 *
 * @param launch tells this start of the pipeline from all others
 * @param first the shards to begin with
 * @param begin where to begin in each shard; those that are not named are read from the oldest
 *     record on, which is at offset 0
 * @param gathering how many records go together
 */
record KinesisPlan(
    RunId launch,
    List<TopicPartition> first,
    Map<TopicPartition, ShardMark.At> begin,
    Gathering gathering)
    implements Serializable {

  /** How it gets to the clients that Beam makes, which are told the options and nothing else. */
  public interface Options extends PipelineOptions {

    @Hidden
    String getKinesisPlan();

    void setKinesisPlan(String value);
  }

  KinesisPlan {
    begin = Map.copyOf(begin);
  }

  /** Has Beam's clients of Kinesis follow it. */
  void set(PipelineOptions options) {
    options
        .as(Options.class)
        .setKinesisPlan(
            Base64.getEncoder().encodeToString(SerializableUtils.serializeToByteArray(this)));
    options.as(AwsOptions.class).setClientBuilderFactory(PackingClients.class);
  }

  static KinesisPlan of(PipelineOptions options) {
    byte[] plan = Base64.getDecoder().decode(options.as(Options.class).getKinesisPlan());
    return (KinesisPlan) SerializableUtils.deserializeFromByteArray(plan, "the plan of a stream");
  }
}
