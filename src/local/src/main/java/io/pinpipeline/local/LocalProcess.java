package io.pinpipeline.local;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process on this machine, whose output is kept in files. */
public final class LocalProcess implements AutoCloseable {

  private static final int SHOWN_CHARACTERS = 4000;

  private final String name;
  private final Path out;
  private final Path err;
  private final Process process;

  private LocalProcess(String name, Path out, Path err, Process process) {
    this.name = name;
    this.out = out;
    this.err = err;
    this.process = process;
  }

  /**
   * Starts a process.
   *
   * @param folder where its output is kept; made if it is missing
   * @param name what it is called in messages and in the names of files; no two of a folder the
   *     same
   * @param environment added to that of this process
   * @param command the program and its arguments
   * @throws IOException if there is no such folder, or no process can be started
   */
  public static LocalProcess start(
      Path folder, String name, Map<String, String> environment, List<String> command)
      throws IOException {
    Files.createDirectories(folder);
    Path out = folder.resolve(name + ".out");
    Path err = folder.resolve(name + ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().putAll(environment);
    return new LocalProcess(name, out, err, builder.start());
  }

  /** The command that starts a JVM of the kind that this process runs in. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /**
   * Starts a JVM that ends with this process, at the latest, however this one ends.
   *
   * @param jvmArguments of the JVM
   * @param classPath as {@code -cp} takes it
   * @param mainClass the class to run
   * @param arguments of that class
   */
  static LocalProcess companion(
      Path folder,
      String name,
      Map<String, String> environment,
      List<String> jvmArguments,
      String classPath,
      String mainClass,
      List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(java()));
    command.addAll(jvmArguments);
    command.add("-cp");
    command.add(guard(folder) + File.pathSeparator + classPath);
    command.add(EndsWithParent.class.getName());
    command.add(String.valueOf(ProcessHandle.current().pid()));
    command.add(mainClass);
    command.addAll(arguments);
    return start(folder, name, environment, command);
  }

  /** Lays out the one class of ours that companions have; its folder. */
  private static Path guard(Path folder) throws IOException {
    Path classes = folder.resolve("guard");
    String name = EndsWithParent.class.getSimpleName() + ".class";
    Path file =
        classes.resolve(EndsWithParent.class.getPackageName().replace('.', '/')).resolve(name);
    if (!Files.exists(file)) {
      Files.createDirectories(file.getParent());
      try (InputStream in = LocalProcess.class.getResourceAsStream(name)) {
        if (in == null) {
          throw new IOException("there is no " + name + "; build the module src/local again");
        }
        Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return classes;
  }

  public String name() {
    return name;
  }

  /** The process as the operating system has it. */
  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** What it has printed until now. */
  public String out() throws IOException {
    return Files.readString(out);
  }

  /** What it has printed on standard error until now. */
  public String err() throws IOException {
    return Files.readString(err);
  }

  /**
   * Waits for its end; its exit code.
   *
   * @throws IOException if it takes longer than it may; it is killed then, with all that it started
   */
  public int await(Duration longest) throws IOException {
    if (!ended(longest)) {
      close();
      throw new IOException(name + " did not end within " + longest + " " + said());
    }
    return process.exitValue();
  }

  /** Whether it has ended, for which it has some time. */
  boolean ended(Duration within) throws InterruptedIOException {
    try {
      return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for " + name);
    }
  }

  /** The end of what it has printed, to be quoted in a message. */
  public String said() throws IOException {
    return "and said:\n" + end(out()) + end(err());
  }

  private static String end(String text) {
    return text.substring(Math.max(0, text.length() - SHOWN_CHARACTERS));
  }

  /** Kills it as {@code kill -9} does, and nothing that it has started; it is gone then. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Kills it and all that it has started; they are gone then. */
  @Override
  public void close() {
    List<ProcessHandle> all =
        Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(handle -> handle.onExit().join());
  }
}
