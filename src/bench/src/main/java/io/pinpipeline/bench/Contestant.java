package io.pinpipeline.bench;

import io.pinpipeline.bench.BenchCommand.Subject;
import io.pinpipeline.bench.job.BundleJob;
import io.pinpipeline.bench.job.DuckDbJob;
import io.pinpipeline.bench.job.Job;
import io.pinpipeline.bench.job.LimitJob;
import io.pinpipeline.bench.job.NativeFlinkJob;
import io.pinpipeline.bench.job.ParquetFloor;
import io.pinpipeline.bench.job.ParseFloor;
import io.pinpipeline.bench.job.SparkJob;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Who takes part. */
enum Contestant {
  DIRECT(Group.OURS, "pinpipeline on Direct", BundleJob.class),
  FLINK(Group.OURS, "pinpipeline on Flink", BundleJob.class),
  SPARK(Group.OURS, "pinpipeline on Spark", BundleJob.class),
  SPARK_NATIVE(Group.PEER, "native Spark", SparkJob.class, "4g"),
  FLINK_NATIVE(Group.PEER, "native Flink", NativeFlinkJob.class, "1g"),
  DUCKDB(Group.PEER, "DuckDB", DuckDbJob.class, "256m"),
  LIMIT(Group.LIMIT, "hand-written limit", LimitJob.class, "1g"),
  PARSE(Group.FLOOR, "floor: parse only", ParseFloor.class, "1g"),
  PARQUET(Group.FLOOR, "floor: Parquet only", ParquetFloor.class, "2g");

  /** What a contestant is compared as. */
  enum Group {
    OURS,
    PEER,
    LIMIT,
    /** Does a part of the job, so that there is nothing to compare its rows with. */
    FLOOR
  }

  private static final List<String> MODULES_OPENED =
      List.of(
          "java.base/java.lang",
          "java.base/java.lang.invoke",
          "java.base/java.lang.reflect",
          "java.base/java.io",
          "java.base/java.net",
          "java.base/java.nio",
          "java.base/java.util",
          "java.base/java.util.concurrent",
          "java.base/java.util.concurrent.atomic",
          "java.base/jdk.internal.ref",
          "java.base/sun.nio.ch",
          "java.base/sun.nio.cs",
          "java.base/sun.security.action",
          "java.base/sun.util.calendar",
          "java.security.jgss/sun.security.krb5");

  private final Group group;
  private final String title;
  private final Class<? extends Job> job;
  private final String heap;

  /** One of ours, with the heap that the launcher gives. */
  Contestant(Group group, String title, Class<? extends Job> job) {
    this(group, title, job, "");
  }

  Contestant(Group group, String title, Class<? extends Job> job, String heap) {
    this.group = group;
    this.title = title;
    this.job = job;
    this.heap = heap;
  }

  /** Who can take part, in the order in which they do. */
  static Set<Contestant> of(Subject subject) {
    return switch (subject) {
      case CLEAN -> EnumSet.complementOf(EnumSet.of(FLINK_NATIVE));
      case STREAM -> EnumSet.of(DIRECT, FLINK, SPARK, FLINK_NATIVE, LIMIT);
      case QUERY -> EnumSet.of(DIRECT, FLINK, SPARK, DUCKDB);
      case SCALE -> EnumSet.of(DIRECT, FLINK, SPARK);
      case CLEANER -> EnumSet.noneOf(Contestant.class);
    };
  }

  static Optional<Contestant> named(String label) {
    return Arrays.stream(values()).filter(one -> one.label().equals(label)).findFirst();
  }

  /** What it is called on the command line. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What it is called in tables. */
  String title() {
    return title;
  }

  Group group() {
    return group;
  }

  Class<? extends Job> job() {
    return job;
  }

  /** Arguments of the JVM: those of our launcher for ours, what suits them best for others. */
  List<String> jvmArguments() {
    List<String> arguments = new ArrayList<>(List.of("-XX:+UseParallelGC"));
    // this process has what the launcher gives; large pages suit all
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(
            one ->
                one.equals("-XX:+UseTransparentHugePages")
                    || (group == Group.OURS
                        && (one.startsWith("-Xmx") || one.startsWith("-XX:Tier4"))))
        .forEach(arguments::add);
    if (group != Group.OURS) {
      arguments.add("-Xmx" + heap);
    }
    if (this == FLINK || this == FLINK_NATIVE || this == SPARK || this == SPARK_NATIVE) {
      MODULES_OPENED.forEach(module -> arguments.add("--add-opens=" + module + "=ALL-UNNAMED"));
      arguments.add("-Djdk.reflect.useDirectMethodHandle=false");
    }
    if (this == SPARK) {
      arguments.add("-Dspark.driver.host=127.0.0.1");
      arguments.add("-Dspark.driver.bindAddress=127.0.0.1");
      arguments.add("-Dspark.ui.enabled=false");
    }
    return arguments;
  }
}
