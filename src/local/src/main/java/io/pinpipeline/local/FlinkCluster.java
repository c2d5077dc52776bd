package io.pinpipeline.local;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A Flink session cluster of real processes on this machine: a JobManager and TaskManagers of two
 * slots each, on free ports of the loopback address.
 *
 * <p>It is fit for losing processes: they are missed within seconds, and jobs are started again. A
 * TaskManager's id in Flink's own REST interface is its {@link LocalProcess#name}.
 */
public final class FlinkCluster implements AutoCloseable {

  private static final String MODULE = "src/distributions/flink";
  private static final String CLIENT = "org.apache.flink.client.cli.CliFrontend";

  private final ClusterSettings settings;
  private final String classPath;
  private final Path conf;
  private final int restPort;
  private final List<LocalProcess> taskManagers = new ArrayList<>();
  private LocalProcess jobManager;
  private int started;

  /**
   * Starts a cluster; it is up then, with all its slots.
   *
   * @throws IOException if a process does not come up; the message has the end of its log
   */
  public static FlinkCluster start(ClusterSettings settings) throws IOException {
    FlinkCluster cluster = new FlinkCluster(settings);
    try {
      cluster.awaitJobManager();
      for (int i = 0; i < settings.workers(); i++) {
        cluster.launchTaskManager();
      }
      for (LocalProcess taskManager : cluster.taskManagers()) {
        cluster.awaitTaskManager(taskManager);
      }
      return cluster;
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private FlinkCluster(ClusterSettings settings) throws IOException {
    this.settings = settings;
    classPath = Loopback.jars(settings.jars(), MODULE);
    conf = Files.createDirectories(settings.folder().resolve("conf"));
    restPort = Loopback.freePort();
    writeConf();
    jobManager = launchJobManager();
  }

  private void writeConf() throws IOException {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("jobmanager.rpc.address", Loopback.ADDRESS);
    all.put("jobmanager.rpc.port", String.valueOf(Loopback.freePort()));
    all.put("jobmanager.bind-host", Loopback.ADDRESS);
    all.put("rest.address", Loopback.ADDRESS);
    all.put("rest.bind-address", Loopback.ADDRESS);
    all.put("rest.port", String.valueOf(restPort));
    all.put("rest.bind-port", String.valueOf(restPort));
    all.put("taskmanager.host", Loopback.ADDRESS);
    all.put("taskmanager.bind-host", Loopback.ADDRESS);
    all.put("io.tmp.dirs", Files.createDirectories(settings.folder().resolve("tmp")).toString());
    all.put("taskmanager.numberOfTaskSlots", "2");
    // What Flink's scripts work out from the size of a process; see the arguments of the JVM.
    all.put("taskmanager.cpu.cores", "2");
    all.put("taskmanager.memory.framework.heap.size", "128m");
    all.put("taskmanager.memory.task.heap.size", "640m");
    all.put("taskmanager.memory.task.off-heap.size", "0");
    all.put("taskmanager.memory.framework.off-heap.size", "128m");
    all.put("taskmanager.memory.network.min", "64m");
    all.put("taskmanager.memory.network.max", "64m");
    all.put("taskmanager.memory.managed.size", "128m");
    all.put("taskmanager.memory.jvm-metaspace.size", "256m");
    all.put("taskmanager.memory.jvm-overhead.min", "128m");
    all.put("taskmanager.memory.jvm-overhead.max", "128m");
    // by default a shuffle wants more buffers than a small process has
    all.put("taskmanager.network.sort-shuffle.min-buffers", "16");
    // A process that is gone is missed after two calls in vain, one that hangs after the timeout.
    all.put("heartbeat.interval", "500");
    all.put("heartbeat.rpc-failure-threshold", "2");
    all.put("heartbeat.timeout", "20000");
    all.put("restart-strategy.type", "fixed-delay");
    all.put("restart-strategy.fixed-delay.attempts", "10");
    all.put("restart-strategy.fixed-delay.delay", "1 s");
    all.putAll(settings.settings());
    Files.writeString(
        conf.resolve("config.yaml"),
        all.entrySet().stream()
            .map(entry -> entry.getKey() + ": '" + entry.getValue().replace("'", "''") + "'\n")
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

  /** Where its REST interface is, as {@code --flinkMaster} and {@code flink run -m} take it. */
  public String master() {
    return Loopback.ADDRESS + ":" + restPort;
  }

  /**
   * What its REST interface answers.
   *
   * @param path such as {@code /jobs/overview}
   * @return JSON
   */
  public String rest(String path) throws IOException {
    return Loopback.get(URI.create("http://" + master() + path));
  }

  /**
   * Starts Flink's own command, {@code flink}.
   *
   * @param name of the process, not used in this cluster before
   * @param arguments such as {@code run job.jar}
   */
  public LocalProcess flink(String name, List<String> arguments) throws IOException {
    List<String> jvm = new ArrayList<>(List.of("-Xmx512m"));
    jvm.addAll(jvmArguments());
    return launch(name, jvm, CLIENT, arguments);
  }

  /** The TaskManagers that were started and not killed by {@link LocalProcess#kill}. */
  public List<LocalProcess> taskManagers() {
    return taskManagers.stream().filter(process -> process.handle().isAlive()).toList();
  }

  /** Starts one more TaskManager; the cluster has its slots then. */
  public LocalProcess startTaskManager() throws IOException {
    LocalProcess process = launchTaskManager();
    awaitTaskManager(process);
    return process;
  }

  private LocalProcess launchTaskManager() throws IOException {
    String name = "taskmanager-" + ++started;
    // heap: framework and task; direct memory: network and off-heap
    List<String> jvm =
        new ArrayList<>(List.of("-Xmx768m", "-XX:MaxDirectMemorySize=192m", "-XX:+UseParallelGC"));
    jvm.addAll(jvmArguments());
    LocalProcess process =
        launch(
            name,
            jvm,
            "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
            List.of("--configDir", conf.toString(), "-Dtaskmanager.resource-id=" + name));
    taskManagers.add(process);
    return process;
  }

  private void awaitTaskManager(LocalProcess process) throws IOException {
    Loopback.awaitUp(
        process,
        URI.create("http://" + master() + "/taskmanagers"),
        answer -> answer.contains("\"id\":\"" + process.name() + "\""));
  }

  /** The JobManager that was started last. */
  public LocalProcess jobManager() {
    return jobManager;
  }

  /**
   * Kills the JobManager and starts another one in its place; it is up then. The TaskManagers come
   * back to it by themselves.
   */
  public void restartJobManager() throws IOException {
    jobManager.kill();
    jobManager = launchJobManager();
    awaitJobManager();
  }

  private LocalProcess launchJobManager() throws IOException {
    List<String> jvm = new ArrayList<>(List.of("-Xmx512m", "-XX:+UseSerialGC"));
    jvm.addAll(jvmArguments());
    return launch(
        "jobmanager-" + ++started,
        jvm,
        "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
        List.of("--configDir", conf.toString(), "--executionMode", "cluster"));
  }

  private static final Pattern OVERVIEW = Pattern.compile("\"slots-total\":\\d+");

  private void awaitJobManager() throws IOException {
    Loopback.awaitUp(
        jobManager,
        URI.create("http://" + master() + "/overview"),
        answer -> OVERVIEW.matcher(answer).find());
  }

  private List<String> jvmArguments() {
    List<String> all = new ArrayList<>(Loopback.JVM_ARGUMENTS);
    all.add("-Dlog4j.configurationFile=" + conf.resolve("log4j2.properties"));
    return all;
  }

  private LocalProcess launch(String name, List<String> jvm, String main, List<String> arguments)
      throws IOException {
    return LocalProcess.companion(
        settings.folder(),
        name,
        ClusterSettings.joined(
            Map.of(
                "FLINK_CONF_DIR", conf.toString(),
                "FLINK_LIB_DIR", settings.jars().toString(),
                "FLINK_PLUGINS_DIR", settings.folder().resolve("plugins").toString()),
            settings.environment()),
        jvm,
        classPath,
        main,
        arguments);
  }

  /** Ends all of its processes. */
  @Override
  public void close() {
    taskManagers.forEach(LocalProcess::close);
    jobManager.close();
  }
}
