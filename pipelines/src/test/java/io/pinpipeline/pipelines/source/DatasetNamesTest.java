package io.pinpipeline.pipelines.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.Dataset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetNamesTest {

  @ParameterizedTest
  @CsvSource({
    "file:///data/pin.jsonl, pin",
    "file:///data/pin, pin",
    "file:///data/geo-0001.json.gz, geo",
    "file:///data/user_2.json, user",
    "s3://bucket/topics/0123.pin/partition=0/0123.pin+0+0000000000.json, pin",
    "s3://bucket/topics/mine.user/partition=0/0.json, user",
    "s3://bucket/topics/user.pin/partition=0/user.pin+0+0000000000.json, pin",
    "file:///home/ann.user/data/geo.jsonl, geo",
    "s3://bucket/x.pin/x.geo/0.json, geo",
    "s3://bucket/a.pin.b/user.json, user",
    "s3://bucket/pinned.json, ''",
    "s3://bucket/users/1.json, ''",
    "s3://bucket/geo2.json, ''",
    "s3://bucket/pin/1.json, ''",
    "s3://my.pin/1.json, pin",
    "s3://bucket/0123.pin+0+0000000000.json, pin",
    "s3://bucket/0123.geo+0+0000000000.values, geo",
    "s3://bucket/0123.geo+0+0000000000.values.gz, geo",
    "user.json, user",
    "'', ''"
  })
  void tells(String path, String dataset) {
    assertThat(DatasetNames.of(path).map(Dataset::name).orElse("")).isEqualTo(dataset);
  }
}
