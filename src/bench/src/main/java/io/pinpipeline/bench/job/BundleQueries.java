package io.pinpipeline.bench.job;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;

/** Our own {@code query}, as the bundle on the class path has it: all questions at once. */
public final class BundleQueries implements Job {

  private static final String MAIN = "io.pinpipeline.pipelines.cli.Main";

  private final String engine;
  private final Method run;

  /**
   * A job of a bundle.
   *
   * @param engine as {@code --runner} takes it
   */
  public BundleQueries(String engine) throws ReflectiveOperationException {
    this.engine = engine;
    run =
        Class.forName(MAIN).getMethod("run", PrintWriter.class, PrintWriter.class, String[].class);
  }

  /**
   * Asks all questions.
   *
   * @param input a lake
   * @param output where {@code answers.json} is to be, an object with the rows of each question
   */
  @Override
  public void run(Path input, Path output) throws Exception {
    Files.createDirectories(output);
    String[] arguments = {"query", "--runner=" + engine, "--lake=" + input, "--format=json"};
    StringWriter err = new StringWriter();
    Object exitCode;
    try (Writer file = Files.newBufferedWriter(output.resolve("answers.json"));
        PrintWriter out = new PrintWriter(file)) {
      exitCode = run.invoke(null, out, new PrintWriter(err), arguments);
    }
    if (!Integer.valueOf(0).equals(exitCode)) {
      throw new IllegalStateException(
          String.join(" ", arguments) + " ended with " + exitCode + " and said:\n" + err);
    }
  }
}
