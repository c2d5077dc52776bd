package io.pinpipeline.sql;

import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A lake that the bundle made in two runs.
 *
 * @param inputs what was cleaned, in the folders {@code first} and {@code second}
 * @param folder where the tables are
 */
record TestLake(Path inputs, Path folder) {

  /** Written by hand, so that the test knows what they must become. */
  private static final Map<String, String> KNOWN =
      Map.of(
          "pin",
          """
          {"index":3000000001,"unique_id":"fbe53c66-3442-4773-b19e-d3ec6f54dddf",\
          "title":"No Title Data Available","description":"Grün \\uD83D\\uDE0D \\"x\\" \\u0000",\
          "poster_name":"User Info Error","follower_count":"1.5k","tag_list":"a,b",\
          "is_image_or_video":"image","image_src":"  ","downloaded":1,\
          "save_location":"Local save in /data/art","category":"art","board":{"id":7}}
          {"index":3000000002,"follower_count":"many"}
          """,
          "geo",
          """
          {"ind":3000000001,"timestamp":"2018-03-31 02:30:00.123456+01:00","latitude":-0.5,\
          "longitude":180,"country":"Åland"}
          {"ind":3000000002,"timestamp":"1969-12-31T23:59:59.5"}
          {"ind":3000000003,"timestamp":"0001-01-01T00:00:00","latitude":1e-3}
          {"ind":3000000004,"timestamp":"9999-12-31T23:59:59.999999"}
          """,
          "user",
          """
          {"ind":3000000001,"first_name":"Ada","last_name":"Lovelace","age":36,\
          "date_joined":"1852-11-27T00:00:00"}
          {"ind":3000000002,"last_name":"K.","age":0}
          """);

  /**
   * Generates posts and cleans them in two runs. The second run finds some new posts, and all of
   * the first's again.
   */
  static TestLake make(Path parent) throws IOException {
    TestLake lake = new TestLake(parent.resolve("inputs"), parent.resolve("lake"));
    Path first = lake.inputs.resolve("first");
    Path second = lake.inputs.resolve("second");
    Bundle.run("generate", "--posts=3000", "--files=2", "--seed=1", "--output=" + first);
    Bundle.run("generate", "--posts=1000", "--seed=2", "--output=" + second);
    for (Map.Entry<String, String> known : KNOWN.entrySet()) {
      Files.writeString(first.resolve(known.getKey() + "-known.jsonl"), known.getValue());
    }
    lake.clean(first);
    copy(first, second.resolve("again"));
    lake.clean(second);
    return lake;
  }

  /** Another lake with the same tables, to be changed. */
  TestLake copyTo(Path other) throws IOException {
    copy(folder, other);
    return new TestLake(inputs, other);
  }

  /** Copies all inputs, so that they are new objects of old content. */
  Path inputsAgain(Path other) throws IOException {
    copy(inputs, other);
    return other;
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> found;
    try (Stream<Path> paths = Files.walk(from)) {
      found = paths.toList();
    }
    for (Path path : found) {
      Files.copy(path, to.resolve(from.relativize(path).toString()));
    }
  }

  /** Cleans everything in a folder that is not in the tables yet. */
  void clean(Path input) {
    Bundle.run("clean", "--input=" + input.resolve("**"), "--lake=" + folder);
  }

  /** Builds the tables anew from all inputs. */
  void cleanAnew() {
    Bundle.run("clean", "--input=" + inputs.resolve("**"), "--lake=" + folder, "--fullRefresh");
  }

  /** The table's folder. */
  Path path(LakeTable table) {
    return folder.resolve(table.folder());
  }

  /** What the command {@code digest} prints, by table. */
  Map<String, String> digests() {
    return Bundle.run("digest", "--lake=" + folder)
        .lines()
        .map(line -> line.split(" ", 2))
        .collect(toMap(words -> words[0], words -> words[1]));
  }

  /** How many rows the command {@code tables} counts, by table. */
  Map<String, Long> rows() {
    return Bundle.run("tables", "--lake=" + folder)
        .lines()
        .skip(1)
        .map(line -> line.trim().split(" +", -1))
        .collect(toMap(cells -> cells[0], cells -> Long.parseLong(cells[2].replace(",", ""))));
  }

  /** What the books of all runs say, summed: records of a dataset that became this. */
  long booked(String dataset, String column) throws IOException {
    long sum = 0;
    try (Stream<Path> files = Files.list(folder.resolve("books"))) {
      for (Path file : files.toList()) {
        JsonNode report = new ObjectMapper().readTree(file.toFile());
        if (report.get("dataset").asText().equals(dataset)) {
          sum += report.get("books").get(column).asLong();
        }
      }
    }
    return sum;
  }

  /** The data files that the log of a table without checkpoints says are in it. */
  List<Path> dataFiles(LakeTable table) throws IOException {
    List<Path> versions;
    try (Stream<Path> files = Files.list(path(table).resolve("_delta_log"))) {
      versions = files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
    Set<String> active = new LinkedHashSet<>();
    for (Path version : versions) {
      // A file whose deleted rows changed is removed and added in one version, in any order.
      Set<String> added = new LinkedHashSet<>();
      for (String action : Files.readAllLines(version)) {
        JsonNode parsed = new ObjectMapper().readTree(action);
        if (parsed.has("add")) {
          added.add(parsed.at("/add/path").asText());
        }
        active.remove(parsed.at("/remove/path").asText());
      }
      active.addAll(added);
    }
    List<Path> paths = new ArrayList<>();
    active.forEach(name -> paths.add(path(table).resolve(name)));
    return paths;
  }
}
