package io.pinpipeline.local;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A Spark standalone cluster of real processes on this machine: a master and workers of two cores
 * and one executor each, on free ports of the loopback address.
 */
public final class SparkCluster implements AutoCloseable {

  private static final String MODULE = "src/distributions/spark";
  private static final String PACKAGE = "org.apache.spark.deploy.";

  private final ClusterSettings settings;
  private final String classPath;
  private final Path conf;
  private final int port;
  private final int pagePort;
  private final LocalProcess master;
  private final Map<LocalProcess, Integer> workerPages = new LinkedHashMap<>();
  private int started;

  /**
   * Starts a cluster; it is up then, with all its workers.
   *
   * @throws IOException if a process does not come up; the message has the end of its log
   */
  public static SparkCluster start(ClusterSettings settings) throws IOException {
    SparkCluster cluster = new SparkCluster(settings);
    try {
      Loopback.awaitUp(
          cluster.master, cluster.page("/json/"), answer -> answer.contains("\"ALIVE\""));
      for (int i = 0; i < settings.workers(); i++) {
        cluster.launchWorker();
      }
      for (LocalProcess worker : cluster.workers()) {
        cluster.awaitWorker(worker);
      }
      return cluster;
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private SparkCluster(ClusterSettings settings) throws IOException {
    this.settings = settings;
    conf = Files.createDirectories(settings.folder().resolve("conf"));
    classPath = conf + File.pathSeparator + Loopback.jars(settings.jars(), MODULE);
    writeConf();
    port = Loopback.freePort();
    pagePort = Loopback.freePort();
    master =
        launch(
            "master",
            List.of("-Xmx512m", "-XX:+UseSerialGC"),
            PACKAGE + "master.Master",
            List.of(
                "--host",
                Loopback.ADDRESS,
                "--port",
                String.valueOf(port),
                "--webui-port",
                String.valueOf(pagePort)));
  }

  private void writeConf() throws IOException {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1");
    all.putAll(settings.settings());
    Files.writeString(
        conf.resolve("spark-defaults.conf"),
        all.entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue() + "\n")
            .collect(Collectors.joining()));
    Files.writeString(
        conf.resolve("log4j2.properties"),
        """
        rootLogger.level = INFO
        rootLogger.appenderRef.console.ref = console
        appender.console.name = console
        appender.console.type = CONSOLE
        appender.console.target = SYSTEM_ERR
        appender.console.layout.type = PatternLayout
        appender.console.layout.pattern = %d{HH:mm:ss,SSS} %-5p %c{1} %m%n
        """);
  }

  /** Where it takes applications, as {@code --sparkMaster} and {@code --master} take it. */
  public String master() {
    return "spark://" + Loopback.ADDRESS + ":" + port;
  }

  /** What the master tells of the cluster, as JSON. */
  public String status() throws IOException {
    return Loopback.get(page("/json/"));
  }

  private URI page(String path) {
    return URI.create("http://" + Loopback.ADDRESS + ":" + pagePort + path);
  }

  /**
   * Starts Spark's own command, {@code spark-submit}, whose driver runs in that process.
   *
   * @param name of the process, not used in this cluster before
   * @param arguments such as {@code --master spark://... job.jar}
   */
  public LocalProcess submit(String name, List<String> arguments) throws IOException {
    return launch(name, List.of("-Xmx1g"), PACKAGE + "SparkSubmit", arguments);
  }

  /** What a driver of this cluster needs in its environment: to be found at the same address. */
  public Map<String, String> driverEnvironment() {
    return Map.of("SPARK_LOCAL_IP", Loopback.ADDRESS);
  }

  /** The workers that run. */
  public List<LocalProcess> workers() {
    return workerPages.keySet().stream().filter(worker -> worker.handle().isAlive()).toList();
  }

  /** The executors that run; each is a child of its worker. */
  public List<ProcessHandle> executors() {
    return workerPages.keySet().stream().flatMap(worker -> worker.handle().children()).toList();
  }

  /** Starts one more worker; the cluster has its cores then. */
  public LocalProcess startWorker() throws IOException {
    LocalProcess worker = launchWorker();
    awaitWorker(worker);
    return worker;
  }

  private LocalProcess launchWorker() throws IOException {
    int workerPage = Loopback.freePort();
    String name = "worker-" + ++started;
    LocalProcess worker =
        launch(
            name,
            List.of("-Xmx512m", "-XX:+UseSerialGC"),
            PACKAGE + "worker.Worker",
            List.of(
                "--host",
                Loopback.ADDRESS,
                "--webui-port",
                String.valueOf(workerPage),
                "--cores",
                "2",
                "--memory",
                "1g",
                "--work-dir",
                settings.folder().resolve(name).toString(),
                master()));
    workerPages.put(worker, workerPage);
    return worker;
  }

  private void awaitWorker(LocalProcess worker) throws IOException {
    String address = "\"http://" + Loopback.ADDRESS + ":" + workerPages.get(worker) + "\"";
    Loopback.awaitUp(worker, page("/json/"), answer -> answer.contains(address));
  }

  private LocalProcess launch(String name, List<String> jvm, String main, List<String> arguments)
      throws IOException {
    List<String> jvmArguments = new ArrayList<>(jvm);
    jvmArguments.addAll(Loopback.JVM_ARGUMENTS);
    Path folder = settings.folder();
    return LocalProcess.companion(
        folder,
        name,
        ClusterSettings.joined(
            Map.of(
                "SPARK_HOME", settings.jars().toAbsolutePath().resolveSibling("").toString(),
                "SPARK_CONF_DIR", conf.toString(),
                "SPARK_LOCAL_DIRS", Files.createDirectories(folder.resolve("tmp")).toString(),
                "SPARK_LOCAL_IP", Loopback.ADDRESS,
                // what the worker takes for the version of what it starts
                "SPARK_SCALA_VERSION", "2.12"),
            settings.environment()),
        jvmArguments,
        classPath,
        main,
        arguments);
  }

  /** Ends all of its processes. */
  @Override
  public void close() {
    workerPages.keySet().forEach(LocalProcess::close);
    master.close();
  }
}
