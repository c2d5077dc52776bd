package io.pinpipeline.transforms;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.batch.HeldBatch;
import io.pinpipeline.core.batch.Repeats;
import io.pinpipeline.core.clean.CleanBatch;
import org.junit.jupiter.api.Test;

class CleanBatchCoderTest {

  @Test
  void bringsBackTheBatchThatItIsTheCleanFormOf() throws Exception {
    HeldBatch raw =
        Batches.marked(
            Batches.batch("geo", 7, "{\"ind\":1}", "{\"ind\":1}"),
            new Repeats(new int[] {1}, new boolean[] {false}));

    CleanBatch read = Batches.travelled(CleanBatchCoder.of(), new CleanBatch(raw));

    assertThat(Batches.contents(read.raw())).isEqualTo(Batches.contents(raw));
  }
}
