package io.pinpipeline.local.kafka;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.IntSupplier;
import java.util.function.ObjIntConsumer;
import java.util.function.ToIntFunction;
import javax.management.InstanceNotFoundException;
import javax.management.ObjectName;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Features;
import org.apache.kafka.server.common.MetadataVersion;
import org.apache.kafka.server.fault.LoggingFaultHandler;
import org.apache.kafka.server.metrics.KafkaYammerMetrics;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * The half of the embedded Kafka broker that sees Kafka. It is loaded by that broker's own class
 * loader, so the two halves talk through types of the JDK only.
 */
final class KafkaBroker
    implements IntSupplier, ToIntFunction<String>, ObjIntConsumer<String>, Closeable {

  private static final int NODE = 1;
  private static final String CLIENTS = "CLIENTS";
  private static final String CONTROLLER = "CONTROLLER";
  private static final String SECURED = "SECURED";

  private static final String SETTINGS =
      """
      process.roles=broker,controller
      node.id=1
      inter.broker.listener.name=CLIENTS
      controller.listener.names=CONTROLLER
      listener.security.protocol.map=CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURED:SASL_SSL
      # The real port is told when it is known.
      controller.quorum.voters=1@127.0.0.1:1
      auto.create.topics.enable=false
      offsets.topic.replication.factor=1
      transaction.state.log.replication.factor=1
      transaction.state.log.min.isr=1
      # Records that are too large to be cleaned have to arrive too.
      message.max.bytes=8388608
      # Records may bear times of long ago: age is no reason to delete them.
      log.retention.ms=-1
      # A quick start.
      offsets.topic.num.partitions=1
      transaction.state.log.num.partitions=1
      group.initial.rebalance.delay.ms=0
      # Little memory and few threads; sizes in bytes.
      log.cleaner.dedupe.buffer.size=2097152
      log.index.size.max.bytes=1048576
      log.segment.bytes=67108864
      num.network.threads=1
      num.io.threads=2
      background.threads=2
      """;

  private static final String WITHOUT_JMX =
      """
      metric.reporters=
      auto.include.jmx.reporter=false
      """;

  private final Metrics metrics;
  private final ControllerServer controller;
  private final BrokerServer broker;

  KafkaBroker(String folder, int port, Map<String, String> secured) throws Exception {
    leaveTheProcessAlone();
    format(folder);
    KafkaConfig config = new KafkaConfig(settings(folder, port, secured));
    try { // which was registered by the first class that logs
      ManagementFactory.getPlatformMBeanServer()
          .unregisterMBean(new ObjectName("kafka:type=kafka.Log4jController"));
    } catch (InstanceNotFoundException e) {
      // by another broker that starts now
    }
    Tuple2<MetaPropertiesEnsemble, BootstrapMetadata> log =
        KafkaRaftServer.initializeLogDirs(config, LoggerFactory.getLogger(KafkaBroker.class), "");
    metrics = Server.initializeMetrics(config, Time.SYSTEM, log._1().clusterId().orElseThrow());
    // Its port is known when it listens: no port can be lost to others in between.
    CompletableFuture<Map<Integer, InetSocketAddress>> voters = new CompletableFuture<>();
    SharedServer shared =
        new SharedServer(
            config,
            log._1(),
            Time.SYSTEM,
            metrics,
            voters,
            List.of(),
            (name, fatal, action) -> new LoggingFaultHandler(name, action));
    controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), log._2());
    InetAddress host = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    CompletableFuture<?> listens =
        controller
            .socketServerFirstBoundPortFuture()
            .thenAccept(bound -> voters.complete(Map.of(NODE, new InetSocketAddress(host, bound))));
    broker = new BrokerServer(shared);
    try {
      controller.startup();
      listens.join();
      broker.startup();
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** The port it listens on. */
  @Override
  public int getAsInt() {
    return broker.boundPort(new ListenerName(CLIENTS));
  }

  /** The port that a listener is bound to. */
  @Override
  public int applyAsInt(String listener) {
    return broker.boundPort(new ListenerName(listener));
  }

  /** Makes a topic. */
  @Override
  public void accept(String topic, int partitions) {
    try (Admin admin = Admin.create(adminSettings())) {
      try {
        admin
            .createTopics(List.of(new NewTopic(topic, Optional.of(partitions), Optional.empty())))
            .all()
            .get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        }
      }
      int there = partitions(admin, topic);
      if (there != partitions) {
        throw new UncheckedIOException(
            new IOException(
                "the topic %s has %d partitions, not %d; delete it or choose another name"
                    .formatted(topic, there, partitions)));
      }
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new UncheckedIOException(
          new IOException(
              "cannot make the topic %s: %s".formatted(topic, cause.getMessage()), cause));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(
          new InterruptedIOException("interrupted while the topic " + topic + " was made"));
    }
  }

  @Override
  public void close() {
    broker.shutdown();
    controller.shutdown();
    metrics.close();
    KafkaYammerMetrics.defaultRegistry().shutdown();
  }

  /** Waits until the broker has heard from its controller of a topic that was just made. */
  private static int partitions(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    while (true) {
      try {
        return admin
            .describeTopics(List.of(topic))
            .topicNameValues()
            .values()
            .iterator()
            .next()
            .get()
            .partitions()
            .size();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
      }
    }
  }

  /** A broker in a process of its own may end it and shows itself as JMX beans; ours may not. */
  private static void leaveTheProcessAlone() {
    Exit.setExitProcedure(KafkaBroker::refuseExit);
    Exit.setHaltProcedure(KafkaBroker::refuseExit);
    List<Runnable> hooks = new ArrayList<>();
    Exit.setShutdownHookAdder((name, hook) -> hooks.add(hook));
    KafkaYammerMetrics.defaultRegistry(); // begins to report, and would end as the process does
    hooks.forEach(Runnable::run);
  }

  private static void refuseExit(int status, String message) {
    throw new KafkaException("the embedded Kafka broker failed: " + message);
  }

  /** Makes the folder the log of a cluster of its own, once. */
  private static void format(String folder) throws Exception {
    if (Files.exists(Path.of(folder, MetaPropertiesEnsemble.META_PROPERTIES_NAME))) {
      return;
    }
    new Formatter()
        .setNodeId(NODE)
        .setClusterId(Uuid.randomUuid().toString())
        .setControllerListenerName(CONTROLLER)
        .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
        .setSupportedFeatures(Features.PRODUCTION_FEATURES)
        .setMetadataLogDirectory(folder)
        .addDirectory(folder)
        .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
        .run();
  }

  private static Properties settings(String folder, int port, Map<String, String> secured) {
    Properties settings = properties(SETTINGS + WITHOUT_JMX);
    settings.setProperty("log.dirs", folder);
    String listeners = CLIENTS + "://127.0.0.1:" + port + "," + CONTROLLER + "://127.0.0.1:0";
    if (!secured.isEmpty()) {
      listeners += "," + SECURED + "://127.0.0.1:0";
      String prefix = new ListenerName(SECURED).configPrefix();
      secured.forEach((name, value) -> settings.setProperty(prefix + name, value));
    }
    settings.setProperty("listeners", listeners);
    return settings;
  }

  private Properties adminSettings() {
    Properties settings = properties(WITHOUT_JMX);
    settings.setProperty("bootstrap.servers", "127.0.0.1:" + getAsInt());
    settings.setProperty("client.id", "pinpipeline-" + getAsInt()); // names a JMX bean
    return settings;
  }

  private static Properties properties(String text) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }
}
