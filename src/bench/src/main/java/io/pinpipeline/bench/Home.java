package io.pinpipeline.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Where the jars of a built checkout are. */
record Home(Path launcher) {

  private Path resolve(String path) {
    return launcher.resolveSibling(path);
  }

  /** The questions as SQL, one a file, and beside them what each engine needs first. */
  Path queries() {
    return resolve("src/sql/src/main/resources/queries");
  }

  /** What a contestant's class path is made of. Jars alone, as a class-data archive wants them. */
  String classPath(Contestant contestant) throws IOException {
    Path bench = resolve("src/bench/target/pinpipeline-bench.jar");
    List<Path> jars = new ArrayList<>();
    switch (contestant) {
      case DIRECT, FLINK, SPARK -> {
        String engine = contestant.label();
        jars.add(resolve("runners/" + engine + "/target/pinpipeline-" + engine + ".jar"));
        jars.add(bench);
      }
      case SPARK_NATIVE -> {
        jars.add(bench);
        jars.addAll(in("src/distributions/spark/target/jars", ""));
      }
      case FLINK_NATIVE -> {
        jars.add(bench);
        jars.addAll(in("src/distributions/flink/target/lib", ""));
        jars.addAll(in("src/bench/target/flink", ""));
        jars.addAll(in("src/bench/target/lib", ""));
      }
      case DUCKDB -> {
        jars.add(bench);
        jars.addAll(in("src/bench/target/lib", "duckdb"));
      }
      case LIMIT, PARSE, PARQUET -> {
        jars.add(bench);
        jars.addAll(in("src/bench/target/lib", ""));
      }
    }
    for (Path jar : jars) {
      if (!Files.exists(jar)) {
        throw new IOException(
            jar
                + " is missing, which "
                + contestant.label()
                + " needs. ./pinpipeline bench builds it; ./mvnw package does too.");
      }
    }
    return String.join(File.pathSeparator, jars.stream().map(Path::toString).toList());
  }

  private List<Path> in(String folder, String beginning) throws IOException {
    Path place = resolve(folder);
    if (!Files.isDirectory(place)) {
      return List.of(place);
    }
    try (Stream<Path> files = Files.list(place)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(beginning))
          .sorted()
          .toList();
    }
  }
}
