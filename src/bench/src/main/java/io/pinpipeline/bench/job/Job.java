package io.pinpipeline.bench.job;

import java.io.IOException;
import java.nio.file.Path;

/** What a contestant does in a round. One job does all rounds of its process, one at a time. */
public interface Job extends AutoCloseable {

  /** What the job needs that no round is to pay for. */
  default void prepare(Path input) throws Exception {}

  /**
   * Does the job once.
   *
   * @param input a folder with {@code pin.jsonl}, {@code geo.jsonl} and {@code user.jsonl}
   * @param output a folder that is not there yet
   */
  void run(Path input, Path output) throws Exception;

  @Override
  default void close() throws IOException {}
}
