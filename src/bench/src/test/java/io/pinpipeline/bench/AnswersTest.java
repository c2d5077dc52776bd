package io.pinpipeline.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswersTest {

  @TempDir private Path folder;

  private Answers answers(String json) throws IOException {
    return Answers.ofFile(Files.writeString(folder.resolve("all"), json));
  }

  @Test
  void agreeWhateverTheOrderOfRowsAndHoweverTheyAreStored() throws IOException {
    Path parts = Files.createDirectory(folder.resolve("parts"));
    Files.writeString(parts.resolve("one.json"), "[{\"a\":2,\"b\":\"y\"},{\"a\":1,\"b\":\"x\"}]");

    Answers other = answers("{\"one\":[{\"a\":1,\"b\":\"x\"},{\"a\":2,\"b\":\"y\"}]}");

    assertThat(Answers.ofFolder(parts).differences(other)).isEmpty();
    assertThat(other.size()).isEqualTo(2);
  }

  @Test
  void tellWhereTheyDiffer() throws IOException {
    Answers right = answers("{\"one\":[{\"a\":1},{\"a\":2}],\"two\":[]}");

    assertThat(answers("{\"one\":[{\"a\":1},{\"a\":3}],\"two\":[]}").differences(right))
        .containsExactly("one: 2 rows and not 2, among them {\"a\":3}");
    assertThat(answers("{\"one\":[{\"a\":1}],\"two\":[]}").differences(right))
        .containsExactly("one: 1 rows and not 2");
    assertThat(answers("{\"one\":[{\"a\":1},{\"a\":2}]}").differences(right))
        .containsExactly("two: no answer");
    assertThat(answers("{\"one\":[{\"a\":1},{\"a\":1},{\"a\":2}],\"two\":[]}").differences(right))
        .containsExactly("one: 3 rows and not 2, among them {\"a\":1}");
  }
}
