package io.pinpipeline.gateway.cli;

import com.linecorp.armeria.common.TlsKeyPair;
import io.pinpipeline.gateway.http.ApiKeys;
import io.pinpipeline.gateway.http.Certificates;
import io.pinpipeline.gateway.http.Gateway;
import io.pinpipeline.gateway.http.GatewaySettings;
import io.pinpipeline.gateway.http.Limits;
import io.pinpipeline.gateway.http.Reloaded;
import io.pinpipeline.gateway.http.Topic;
import io.pinpipeline.gateway.kafka.PostProducer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the gateway until it is stopped. */
@Command(
    name = "gateway",
    description = {
      "Takes user posts over HTTP and puts them into Kafka, until it is stopped. A post is answered"
          + " with 200 only when Kafka has it."
    })
final class GatewayCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--bootstrapServers",
      required = true,
      paramLabel = "HOST:PORT,...",
      description = "Where Kafka is.")
  private String bootstrapServers;

  @Option(
      names = "--topicPrefix",
      paramLabel = "NAME",
      description = "Posts may go to the topics <NAME>.pin, <NAME>.geo and <NAME>.user.")
  private @Nullable String topicPrefix;

  @Option(
      names = "--topics",
      paramLabel = "TOPIC,...",
      split = ",",
      description = "Posts may go to these topics, besides those of the prefix.")
  private List<String> topics = new ArrayList<>();

  @Option(
      names = "--kafkaProperties",
      paramLabel = "FILE",
      description = "More properties for Kafka's clients, such as how to log in.")
  private @Nullable Path kafkaProperties;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Where to listen (default: ${DEFAULT-VALUE}, this machine only).")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8082",
      description = "The port for posts; 0 takes a free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--managementHost",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Where to tell of health and metrics (default: ${DEFAULT-VALUE}).")
  private String managementHost;

  @Option(
      names = "--managementPort",
      paramLabel = "N",
      defaultValue = "8083",
      description =
          "The port of /health, /ready and /metrics; 0 takes a free one (default:"
              + " ${DEFAULT-VALUE}).")
  private int managementPort;

  @Option(
      names = "--apiKeys",
      paramLabel = "FILE",
      description = {
        "Only who has a key may send. Lines: name, SHA-256 of the key in hexadecimal, and if it is"
            + " not for all topics, topic,topic."
      })
  private @Nullable Path apiKeys;

  @Option(
      names = "--tlsCertificate",
      paramLabel = "FILE",
      description = "Speaks HTTPS with this certificate, a PEM file.")
  private @Nullable Path tlsCertificate;

  @Option(
      names = "--tlsKey",
      paramLabel = "FILE",
      description = "The certificate's private key, PKCS#8 in a PEM file.")
  private @Nullable Path tlsKey;

  @Option(
      names = "--rateLimit",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "The most records a second of one API key, or of one address without keys; 0: no limit"
              + " (default: ${DEFAULT-VALUE}).")
  private int rateLimit;

  @Option(
      names = "--maxBodyBytes",
      paramLabel = "N",
      defaultValue = "4194304",
      description = "The largest body of a request (default: ${DEFAULT-VALUE}).")
  private int maxBodyBytes;

  @Option(
      names = "--maxRecords",
      paramLabel = "N",
      defaultValue = "1000",
      description = "The most records of a request (default: ${DEFAULT-VALUE}).")
  private int maxRecords;

  @Option(
      names = "--maxRecordBytes",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "The largest record; Kafka must allow it as well (default: ${DEFAULT-VALUE}).")
  private int maxRecordBytes;

  @Option(
      names = "--maxHeaderBytes",
      paramLabel = "N",
      defaultValue = "8192",
      description = "The largest headers of a request (default: ${DEFAULT-VALUE}).")
  private int maxHeaderBytes;

  @Option(
      names = "--maxConnections",
      paramLabel = "N",
      defaultValue = "1024",
      description = "The most connections at a time (default: ${DEFAULT-VALUE}).")
  private int maxConnections;

  @Option(
      names = "--maxBytesInFlight",
      paramLabel = "N",
      description =
          "The memory for requests that are not answered yet; more are refused with 503 (default:"
              + " an eighth of the JVM's).")
  private @Nullable Long maxBytesInFlight;

  @Option(
      names = "--kafkaTimeout",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description =
          "How long a record may wait for Kafka before it is answered with 503 (default:"
              + " ${DEFAULT-VALUE}).")
  private int kafkaTimeout;

  @Option(
      names = "--clientTimeout",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description =
          "How long the headers, and how long the body of a request may take to arrive (default:"
              + " ${DEFAULT-VALUE}).")
  private int clientTimeout;

  @Option(
      names = "--shutdownTimeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description =
          "How long requests that were accepted have when the gateway is stopped (default:"
              + " ${DEFAULT-VALUE}).")
  private int shutdownTimeout;

  @Override
  public Integer call() throws IOException, InterruptedException {
    GatewaySettings settings = settings();
    Gateway gateway = Gateway.start(settings);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  gateway.close();
                  stopped.countDown();
                },
                "shutdown"));
    tell(settings, gateway);
    stopped.await();
    return 0;
  }

  private void tell(GatewaySettings settings, Gateway gateway) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "gateway  %s://%s:%d%n",
        settings.tls().isPresent() ? "https" : "http", host, gateway.port());
    out.printf(
        "health, readiness, metrics  http://%s:%d/{health,ready,metrics}%n",
        managementHost, gateway.managementPort());
    out.printf(
        "topics  %s%n",
        settings.topics().stream().map(Topic::name).collect(Collectors.joining(", ")));
    out.flush();
    if (!settings.address().getAddress().isLoopbackAddress()) {
      if (settings.apiKeys().isEmpty()) {
        warn("Whoever reaches " + host + " may send posts: give --apiKeys.");
      }
      if (settings.tls().isEmpty()) {
        warn("Posts and keys can be read on their way: give --tlsCertificate and --tlsKey.");
      }
    }
  }

  private void warn(String words) {
    spec.commandLine().getErr().println("pinpipeline: " + words);
  }

  /** What the options ask for; throws with all that is wrong with them. */
  private GatewaySettings settings() {
    Faults faults = new Faults(spec);
    Limits limits = limits(faults);
    GatewaySettings settings =
        new GatewaySettings(
            kafka(faults),
            topics(faults),
            address("--host", host, "--port", port, faults),
            address("--managementHost", managementHost, "--managementPort", managementPort, faults),
            keys(faults),
            tls(faults),
            limits);
    faults.requireNone();
    return settings;
  }

  private Limits limits(Faults faults) {
    long inFlight =
        maxBytesInFlight == null ? Runtime.getRuntime().maxMemory() / 8 : maxBytesInFlight;
    faults.requireAtLeast("--maxBodyBytes", 1, maxBodyBytes);
    faults.requireAtLeast("--maxRecords", 1, maxRecords);
    faults.requireAtLeast("--maxRecordBytes", 1, maxRecordBytes);
    faults.requireAtLeast("--maxHeaderBytes", 1, maxHeaderBytes);
    faults.requireAtLeast("--maxConnections", 1, maxConnections);
    faults.requireAtLeast("--kafkaTimeout", 1, kafkaTimeout);
    faults.requireAtLeast("--clientTimeout", 1, clientTimeout);
    faults.requireAtLeast("--shutdownTimeout", 1, shutdownTimeout);
    faults.requireAtLeast("--rateLimit", 0, rateLimit);
    if (maxBodyBytes > 0 && inFlight < Limits.bytesOfRequest(maxBodyBytes, maxRecords)) {
      faults.add(
          "--maxBytesInFlight: %d is too little for one request of --maxBodyBytes=%d and --maxRecords=%d, which takes %d"
              .formatted(
                  inFlight,
                  maxBodyBytes,
                  maxRecords,
                  Limits.bytesOfRequest(maxBodyBytes, maxRecords)));
    }
    return new Limits(
        maxBodyBytes,
        maxRecords,
        maxRecordBytes,
        maxHeaderBytes,
        maxConnections,
        inFlight,
        rateLimit,
        Duration.ofSeconds(kafkaTimeout),
        Duration.ofSeconds(clientTimeout),
        Duration.ofSeconds(shutdownTimeout));
  }

  private Map<String, Object> kafka(Faults faults) {
    Map<String, Object> properties = new HashMap<>();
    if (kafkaProperties != null) {
      Properties read = new Properties();
      try (Reader reader = Files.newBufferedReader(kafkaProperties)) {
        read.load(reader);
      } catch (IOException | IllegalArgumentException e) {
        faults.addUnreadable("--kafkaProperties", kafkaProperties);
      }
      for (String name : read.stringPropertyNames()) {
        if (PostProducer.OWN_PROPERTIES.contains(name)) {
          faults.add("--kafkaProperties: " + name + " is the gateway's own; leave it out");
        }
        properties.put(name, read.getProperty(name));
      }
    }
    if (bootstrapServers != null) { // else it was said already
      List<String> servers = List.of(bootstrapServers.split(",", -1));
      try {
        ClientUtils.parseAndValidateAddresses(servers, "use_all_dns_ips");
      } catch (ConfigException e) {
        faults.add(
            "--bootstrapServers: '%s' names no server that is known; write it like 127.0.0.1:9092"
                .formatted(bootstrapServers));
      }
      properties.put("bootstrap.servers", servers);
    }
    return properties;
  }

  private List<Topic> topics(Faults faults) {
    List<Topic> all = new ArrayList<>();
    if (topicPrefix != null) {
      all.addAll(Topic.ofPrefix(topicPrefix));
    }
    topics.forEach(name -> all.add(Topic.of(name)));
    if (all.isEmpty()) {
      faults.add("--topicPrefix or --topics: there is no topic that posts may go to");
    }
    for (Topic topic : all) {
      if (!Faults.isTopic(topic.name())) {
        faults.add(
            "'%s' can be no topic's name: letters, digits, '.', '_' and '-' can be in it, 249 at most"
                .formatted(topic.name()));
      }
    }
    List<Topic> distinct = all.stream().distinct().toList();
    Set<String> streams = new HashSet<>();
    distinct.stream()
        .flatMap(topic -> topic.streams().stream())
        .filter(stream -> !streams.add(stream))
        .forEach(
            stream ->
                faults.add("the stream '%s' would be two topics; leave one out".formatted(stream)));
    return distinct;
  }

  private static InetSocketAddress address(
      String hostOption, String host, String portOption, int port, Faults faults) {
    if (port < 0 || port > 65535) {
      faults.add(portOption + ": " + port + " is no port; ports are from 0 to 65535");
      return new InetSocketAddress(0);
    }
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      faults.add(hostOption + ": nobody knows the address of '" + host + "'");
    }
    return address;
  }

  private Optional<Reloaded<ApiKeys>> keys(Faults faults) {
    Path file = apiKeys;
    if (file == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Reloaded.read("The API keys in " + file, List.of(file), () -> ApiKeys.read(file)));
    } catch (IOException e) {
      faults.addUnreadable("--apiKeys", file);
    } catch (IllegalArgumentException e) {
      faults.add("--apiKeys: " + file + ": " + e.getMessage());
    }
    return Optional.empty();
  }

  private Optional<Reloaded<TlsKeyPair>> tls(Faults faults) {
    Path certificate = tlsCertificate;
    Path key = tlsKey;
    if (certificate == null && key == null) {
      return Optional.empty();
    }
    if (certificate == null || key == null) {
      faults.add("--tlsCertificate and --tlsKey: give both, or none");
      return Optional.empty();
    }
    try {
      return Optional.of(
          Reloaded.read(
              "The certificate and the key in %s and %s".formatted(certificate, key),
              List.of(certificate, key),
              () -> Certificates.read(certificate, key)));
    } catch (IOException e) {
      if (!Files.isReadable(certificate)) {
        faults.addUnreadable("--tlsCertificate", certificate);
      }
      if (!Files.isReadable(key)) {
        faults.addUnreadable("--tlsKey", key);
      }
    } catch (IllegalArgumentException e) {
      faults.add("--tlsCertificate and --tlsKey: " + e.getMessage());
    }
    return Optional.empty();
  }
}
