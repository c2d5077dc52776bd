package io.pinpipeline.runners.flink;

import java.io.IOException;
import java.lang.reflect.Field;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.beam.runners.flink.FlinkDetachedRunnerResult;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricResults;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.client.JobCancellationException;
import org.apache.flink.runtime.client.JobExecutionException;
import org.apache.flink.util.ExceptionUtils;
import org.joda.time.Duration;

/**
 * A stream as Flink itself knows it. Beam's own result tells neither why a job has failed nor, once
 * an embedded Flink has ended with it, that it has.
 */
final class FollowedStream implements PipelineResult {

  private static final long SECONDS_TO_CANCEL = 30;

  private final PipelineResult result;
  private final JobClient job;
  private final CompletableFuture<JobExecutionResult> end;

  FollowedStream(PipelineResult result, JobClient job) {
    this.result = result;
    this.job = job;
    this.end = job.getJobExecutionResult();
  }

  /** Follows the job of a result. */
  static PipelineResult of(FlinkDetachedRunnerResult result) {
    try {
      Field job = FlinkDetachedRunnerResult.class.getDeclaredField("jobClient");
      job.setAccessible(true);
      return new FollowedStream(result, (JobClient) job.get(result));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Beam keeps the job of a result in another way by now", e);
    }
  }

  @Override
  public State waitUntilFinish(Duration longest) {
    try {
      end.get(longest.getMillis(), TimeUnit.MILLISECONDS);
      return State.DONE;
    } catch (TimeoutException e) {
      return State.RUNNING;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return State.UNKNOWN;
    } catch (ExecutionException e) {
      if (ExceptionUtils.findThrowable(e, JobCancellationException.class).isPresent()) {
        return State.CANCELLED;
      }
      // a cluster's client wraps it once more
      Optional<JobExecutionException> failed =
          ExceptionUtils.findThrowable(e, JobExecutionException.class);
      if (failed.isPresent()) {
        throw new PipelineExecutionException(failed.get());
      }
      Throwable failure = e.getCause() == null ? e : e.getCause();
      throw new PipelineExecutionException(
          new IOException(
              "Flink does not tell any more what has become of the job "
                  + job.getJobID()
                  + ": "
                  + failure.getMessage()
                  + ". If it does not run on ('flink list' tells), start the stream again.",
              failure));
    }
  }

  @Override
  public State waitUntilFinish() {
    State state;
    do {
      state = waitUntilFinish(Duration.standardHours(1));
    } while (!state.isTerminal());
    return state;
  }

  @Override
  public State getState() {
    return waitUntilFinish(Duration.ZERO);
  }

  @Override
  public State cancel() throws IOException {
    Duration longest = Duration.standardSeconds(SECONDS_TO_CANCEL);
    try {
      job.cancel().get(SECONDS_TO_CANCEL, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException | IllegalStateException e) {
      // it may have ended meanwhile, and with it the embedded Flink that was asked
      State state = waitUntilFinish(longest);
      if (state.isTerminal()) {
        return state;
      }
      throw new IOException("Flink did not cancel the job " + job.getJobID(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return waitUntilFinish(longest);
  }

  @Override
  public MetricResults metrics() {
    return result.metrics();
  }
}
