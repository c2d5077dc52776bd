package io.pinpipeline.bench;

import io.pinpipeline.bench.ScaleMeasurement.Sweep;
import io.pinpipeline.bench.job.Folders;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.S3Storage;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StorageOutput;
import io.pinpipeline.local.S3Server;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** {@code clean} as users start it, with more and more posts, cores and objects. */
final class ScaleBenchmark {

  /** A run that is all start and end. */
  private static final long FEW_POSTS = 1000;

  /** So often the largest input is halved. */
  private static final int HALVINGS = 5;

  /** Cores are compared on the input that is left after so many. */
  private static final int HALVINGS_FOR_CORES = 3;

  private static final int[] OBJECTS = {3, 1000, 10_000, 100_000};
  private static final int[] DISTANT_OBJECTS = {3, 1000, 10_000};

  /** Of util-linux. */
  private static final Path TASKSET = Path.of("/usr/bin/taskset");

  private static final String BUCKET = "posts";
  private static final String ACCESS_KEY = "bench";
  private static final String SECRET_KEY = "bench-secret";

  /**
   * What runs on the same posts have in common.
   *
   * @param rows what the first of them wrote
   */
  private record Series(
      Race race, BenchData data, Path input, Map<Contestant, Rows> rows, ScaleReport report) {}

  private final Plan plan;
  private final PrintWriter out;

  ScaleBenchmark(Plan plan, PrintWriter out) {
    this.plan = plan;
    this.out = out;
  }

  /** Whether all runs wrote the right rows. */
  boolean run() throws IOException {
    try {
      Path work = plan.newWork();
      Race race = new Race(plan.home(), work, work, plan.jvmArguments());
      for (Contestant contestant : plan.contestants()) {
        out.println("preparing " + contestant.label() + " ...");
        race.archiveClasses(contestant, work);
      }
      ScaleReport report = new ScaleReport(Machine.here(), plan.rounds());
      Path input = work.resolve("posts");
      SortedSet<Long> sizes = new TreeSet<>();
      sizes.add(Math.min(FEW_POSTS, plan.posts()));
      for (int halvings = HALVINGS; halvings >= 0; halvings--) {
        sizes.add(Math.max(1, plan.posts() >> halvings));
      }
      for (long posts : sizes) {
        out.printf(Locale.ROOT, "inventing %,d posts ...%n", posts);
        BenchData data = BenchData.generate(posts, Plan.oneDamagedIn(posts), input);
        Series series = new Series(race, data, input, new LinkedHashMap<>(), report);
        measure(series, Sweep.POSTS, posts, List.of(), at(input));
        if (posts == plan.posts() >> HALVINGS_FOR_CORES) {
          measureCores(series);
        }
        if (posts == plan.posts() >> HALVINGS) {
          measureObjects(series, work.resolve("objects"));
          measureDistantObjects(series, work.resolve("s3"));
        }
        Folders.delete(input);
      }
      report.print(out);
      report.write(plan.output());
      out.println("See also " + plan.output().resolve(ScaleReport.TABLE) + ".");
      return report.verdict().allRight();
    } finally {
      plan.deleteWork();
    }
  }

  private static List<String> at(Path input) {
    return List.of("--input=" + input);
  }

  private void measureCores(Series series) throws IOException {
    List<Integer> cores = Files.isExecutable(TASKSET) ? ProcessTimes.cores() : List.of();
    for (int count = 1; count < cores.size(); count *= 2) {
      String some =
          String.join(",", cores.subList(0, count).stream().map(String::valueOf).toList());
      measure(
          series, Sweep.CORES, count, List.of(TASKSET.toString(), "-c", some), at(series.input));
    }
    if (cores.size() > 1) {
      measure(series, Sweep.CORES, cores.size(), List.of(), at(series.input));
    }
  }

  private void measureObjects(Series series, Path folder) throws IOException {
    for (int objects : OBJECTS) {
      if (objects <= series.data.records()) {
        long made = cut(series.input, objects, folder);
        measure(series, Sweep.OBJECTS, made, List.of(), at(folder));
        Folders.delete(folder);
      }
    }
  }

  private void measureDistantObjects(Series series, Path folder) throws IOException {
    try (S3Server server = S3Server.start(folder, ACCESS_KEY, SECRET_KEY);
        Storage storage = new S3Storage(client(server));
        Distance distance = new Distance(server.endpoint())) {
      server.createBucket(BUCKET);
      for (int objects : DISTANT_OBJECTS) {
        if (objects <= series.data.records()) {
          Location location = new Location("s3://" + BUCKET + "/" + objects);
          Path cut = folder.resolveSibling("cut");
          long made = cut(series.input, objects, cut);
          upload(cut, storage, location);
          Folders.delete(cut);
          List<String> from =
              List.of(
                  "--input=" + location.uri(),
                  "--endpoint=" + distance.endpoint(),
                  "--awsRegion=" + Region.US_EAST_1,
                  "--awsCredentialsProvider={\"@type\":\"StaticCredentialsProvider\","
                      + "\"accessKeyId\":\""
                      + ACCESS_KEY
                      + "\",\"secretAccessKey\":\""
                      + SECRET_KEY
                      + "\"}");
          measure(series, Sweep.DISTANT, made, List.of(), from);
        }
      }
    }
  }

  private static S3Client client(S3Server server) {
    return S3Client.builder()
        .endpointOverride(server.endpoint())
        .forcePathStyle(true)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)))
        .build();
  }

  private static void upload(Path folder, Storage storage, Location location) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      try (StorageOutput out =
          storage.create(location.resolve(folder.relativize(file).toString()))) {
        Files.copy(file, out);
        out.finish();
      }
    }
  }

  /** Runs each contestant in turn, and looks at the rows each time. */
  private void measure(
      Series series, Sweep sweep, long amount, List<String> prefix, List<String> arguments)
      throws IOException {
    for (int round = 1; round <= plan.rounds(); round++) {
      for (Contestant contestant : plan.contestants()) {
        Path lake = series.race.output(contestant);
        List<String> command = new ArrayList<>(prefix);
        command.add(plan.home().launcher().toString());
        command.add("clean");
        command.add("--runner=" + contestant.label());
        command.add("--lake=" + lake);
        command.addAll(arguments);
        Race.Finished finished = series.race.run(contestant, command);
        series.report.add(
            new ScaleMeasurement(
                sweep,
                contestant,
                series.data,
                amount,
                round,
                finished.seconds(),
                finished.cpuSeconds(),
                finished.peakBytes()));
        out.printf(
            Locale.ROOT,
            "round %d, %,d %s, %s: %.2f s%n",
            round,
            amount,
            sweep.title(),
            contestant.label(),
            finished.seconds());
        Rows written = Rows.of(contestant, lake);
        Folders.delete(lake);
        List<String> faults = new ArrayList<>(written.faults(series.data));
        faults.addAll(written.differencesFromFirst(contestant, series.rows));
        series.report.verdict().add(contestant, faults);
      }
    }
  }

  /**
   * Cuts posts into objects of about the same number of records.
   *
   * @param objects about how many, of all datasets
   * @return how many they are
   */
  private static long cut(Path input, int objects, Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(input)) {
      files = all.sorted().toList();
    }
    long made = 0;
    for (Path file : files) {
      String dataset = file.getFileName().toString().replace(".jsonl", "");
      Path target = Files.createDirectories(folder.resolve(dataset));
      byte[] bytes = Files.readAllBytes(file);
      int each = (bytes.length + objects / files.size() - 1) / (objects / files.size());
      for (int from = 0; from < bytes.length; ) {
        int to = Math.min(bytes.length, from + each);
        while (bytes[to - 1] != '\n') {
          to++; // the posts' last byte ends a line
        }
        // their order is the order of arrival
        Path object = target.resolve("%s-%08d.jsonl".formatted(dataset, made++));
        Files.write(object, Arrays.copyOfRange(bytes, from, to));
        from = to;
      }
    }
    return made;
  }
}
