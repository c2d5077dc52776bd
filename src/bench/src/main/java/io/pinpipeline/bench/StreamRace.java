package io.pinpipeline.bench;

import io.pinpipeline.bench.Contestant.Group;
import io.pinpipeline.bench.job.Broker;
import io.pinpipeline.bench.job.BundleStream;
import io.pinpipeline.bench.job.Folders;
import io.pinpipeline.bench.job.Job;
import io.pinpipeline.bench.job.LimitStream;
import io.pinpipeline.bench.job.Rounds;
import io.pinpipeline.core.generate.RecordKind;
import io.pinpipeline.local.KafkaServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/** Runs streams over the same pins of a broker, each round in a process of its own. */
final class StreamRace {

  private static final int PARTITIONS = 4;
  private static final String PREFIX = "bench";

  private final Race race;
  private final Path work;
  private final Path broker;
  private final BenchData data;

  private StreamRace(Race race, Path work, Path broker, BenchData data) {
    this.race = race;
    this.work = work;
    this.broker = broker;
    this.data = data;
  }

  /** Makes the topics, and sends pins to one of them. */
  static StreamRace prepare(Race race, Path work, KafkaServer kafka, long posts, int oneDamagedIn)
      throws IOException {
    createTopics(kafka, PREFIX);
    BenchData data;
    try (PinSender sender = new PinSender(kafka, PREFIX)) {
      data = BenchData.generate(posts, oneDamagedIn, EnumSet.of(RecordKind.PIN), sender);
    }
    Path file = work.resolve("broker.properties");
    new Broker(kafka.bootstrapServers(), PREFIX).write(file);
    return new StreamRace(race, work, file, data);
  }

  static void createTopics(KafkaServer kafka, String prefix) throws IOException {
    for (RecordKind kind : RecordKind.values()) {
      kafka.createTopic(prefix + "." + kind.dataset(), PARTITIONS);
    }
  }

  /** What the pins are. */
  BenchData data() {
    return data;
  }

  /** All pins, in a process that has done the same a few times. */
  Measurement run(Contestant contestant, int round, int warmups) throws IOException {
    Folders.delete(output(contestant));
    List<String> command = race.java(contestant, List.of());
    command.addAll(
        List.of(
            Rounds.class.getName(),
            job(contestant).getName(),
            broker.toString(),
            output(contestant).toString(),
            String.valueOf(warmups + 1)));
    if (contestant.group() == Group.OURS) {
      command.add(contestant.label());
    }
    return race.run(contestant, command).lastRound(contestant, round);
  }

  private static Class<? extends Job> job(Contestant contestant) {
    return switch (contestant.group()) {
      case OURS -> BundleStream.class;
      case LIMIT -> LimitStream.class;
      case PEER, FLOOR -> contestant.job();
    };
  }

  private Path output(Contestant contestant) {
    return work.resolve(contestant.label()).resolve("lake");
  }

  /**
   * What is wrong with the rows of a contestant's last round, which are removed.
   *
   * @param rows those of the first; these are added where there are none yet
   */
  List<String> faults(Contestant contestant, Map<Contestant, Rows> rows) throws IOException {
    List<String> faults = new ArrayList<>();
    if (contestant.group() == Group.PEER) {
      long damaged =
          data.damaged().values().stream()
              .flatMap(codes -> codes.values().stream())
              .mapToLong(Long::longValue)
              .sum();
      long expected = data.records() - damaged;
      long written = rows(output(contestant));
      if (written != expected) {
        faults.add("there are " + written + " rows in place of " + expected);
      }
    } else {
      Rows written = Rows.of(contestant, output(contestant));
      faults.addAll(written.faults(data));
      faults.addAll(written.differencesFromFirst(contestant, rows));
    }
    Folders.delete(output(contestant));
    return faults;
  }

  private static long rows(Path folder) throws IOException {
    List<Path> files = Folders.parquetFiles(folder);
    if (files.isEmpty()) {
      return 0;
    }
    try (Connection database = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = database.createStatement();
        ResultSet result =
            statement.executeQuery("SELECT count(*) FROM '" + folder + "/**/*.parquet'")) {
      result.next();
      return result.getLong(1);
    } catch (SQLException e) {
      throw new IOException("The rows in " + folder + " cannot be counted: " + e, e);
    }
  }
}
