package io.pinpipeline.runners.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import org.apache.beam.sdk.PipelineResult;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.joda.time.Duration;
import org.junit.jupiter.api.Test;

class FollowedStreamTest {

  /** Its own end, and a command that sees at the same time that all is done, may meet. */
  @Test
  void aJobThatHasEndedWithItsFlinkCanBeCancelled() throws Exception {
    StreamExecutionEnvironment embedded = StreamExecutionEnvironment.createLocalEnvironment(1);
    embedded.fromSequence(1, 3).sinkTo(new DiscardingSink<>());
    JobClient job = embedded.executeAsync();
    PipelineResult stream = new FollowedStream(unasked(), job);
    assertThat(stream.waitUntilFinish(Duration.standardSeconds(60)))
        .isEqualTo(PipelineResult.State.DONE);
    assertThat(stream.cancel()).isEqualTo(PipelineResult.State.DONE);
    assertThat(stream.getState()).isEqualTo(PipelineResult.State.DONE);
  }

  /** Beam's own result, which is asked for metrics alone. */
  private static PipelineResult unasked() {
    return (PipelineResult)
        Proxy.newProxyInstance(
            PipelineResult.class.getClassLoader(),
            new Class<?>[] {PipelineResult.class},
            (proxy, method, arguments) -> {
              throw new UnsupportedOperationException(method.getName());
            });
  }
}
