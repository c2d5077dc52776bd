package io.pinpipeline.pipelines.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InputPatternTest {

  @TempDir Path folder;

  @BeforeEach
  void makeFiles() throws IOException {
    for (String file :
        List.of(
            "pin.jsonl",
            "geo.jsonl",
            "a/pin-1.json",
            "a/pin-2.json",
            "a/b/pin-3.json",
            "a/_SUCCESS",
            "a/.hidden/pin.json",
            "_temporary/pin.json",
            "odd name+%41.json")) {
      Path path = folder.resolve(file);
      Files.createDirectories(path.getParent());
      Files.createFile(path);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0007',
      value = {
        "pin.jsonl             | pin.jsonl",
        "a                     | a/b/pin-3.json a/pin-1.json a/pin-2.json",
        "a/                    | a/b/pin-3.json a/pin-1.json a/pin-2.json",
        "*.jsonl               | geo.jsonl pin.jsonl",
        "*                     | geo.jsonl odd name+%41.json pin.jsonl",
        "a/*                   | a/pin-1.json a/pin-2.json",
        "a/**                  | a/b/pin-3.json a/pin-1.json a/pin-2.json",
        "**/pin-*              | a/b/pin-3.json a/pin-1.json a/pin-2.json",
        "**/pin.jsonl          | pin.jsonl",
        "a/**/pin-1.json       | a/pin-1.json",
        "a/pin-[1].json        | a/pin-1.json",
        "a/pin-?.json          | a/pin-1.json a/pin-2.json",
        "{a,none}/{pin-2,b/*}* | a/b/pin-3.json a/pin-2.json",
        "a/_*                  | a/_SUCCESS",
        "a/.hidden/*           | a/.hidden/pin.json",
        "a/.hidden             | a/.hidden/pin.json",
        "a/_SUCCESS            | a/_SUCCESS",
        "odd name+%41.json     | odd name+%41.json",
        "odd*+%41.json         | odd name+%41.json",
        "none*                 | ''",
        "none/*                | ''",
        "none                  | ''",
      })
  void lists(String pattern, String names) throws IOException {
    assertThat(list(folder + "/" + pattern)).isEqualTo(names.equals("''") ? "" : names);
  }

  private String list(String pattern) throws IOException {
    try (Storage storage = new LocalStorage()) {
      List<String> names =
          InputPattern.parse(pattern).list(storage).stream()
              .map(object -> folder.relativize(object.location().path()).toString())
              .toList();
      return String.join(" ", names);
    }
  }

  @Test
  void listsBelowWhatItSpellsOut() {
    assertThat(InputPattern.parse("s3://bucket/topics/*.pin/**").below())
        .isEqualTo(new Location("s3://bucket/topics"));
    assertThat(InputPattern.parse("s3://bucket/*").below()).isEqualTo(new Location("s3://bucket"));
    assertThat(InputPattern.parse("/*").below()).isEqualTo(new Location("file:///"));
    assertThat(InputPattern.parse("file:/*").below()).isEqualTo(new Location("file:///"));
    assertThat(InputPattern.parse("file:///tmp/*").below()).isEqualTo(new Location("file:///tmp"));
    assertThat(InputPattern.parse("*.json").below()).isEqualTo(Location.parse("."));
    assertThat(InputPattern.parse("s3://bucket/a b/c").glob()).isFalse();
  }

  @Test
  void parts() {
    assertThat(InputPattern.split("a, b/{c,{d,e}}*,,s3://f/g ,"))
        .containsExactly("a", "b/{c,{d,e}}*", "s3://f/g");
    assertThat(InputPattern.split(" , ")).isEmpty();
    assertThat(InputPattern.split("a},b")).containsExactly("a}", "b");
  }

  @ParameterizedTest
  @CsvSource({"a/[b", "s3://*/x", "s3://*", "s3://b?c/x", "http://x/*", "s3:///*"})
  void refuses(String pattern) {
    assertThatThrownBy(() -> InputPattern.parse(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'");
  }

  @Test
  void refusesAnOpenBrace() {
    assertThatThrownBy(() -> Inputs.check("a/{b,c"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'a/{b,c' is no valid glob");
  }
}
