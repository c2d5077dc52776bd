package io.pinpipeline.bench.job;

import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Our own {@code clean}, as the bundle on the class path has it. */
public final class BundleJob implements Job {

  private static final String MAIN = "io.pinpipeline.pipelines.cli.Main";

  private final String engine;
  private final Method run;

  /**
   * A job of a bundle.
   *
   * @param engine as {@code --runner} takes it
   */
  public BundleJob(String engine) throws ReflectiveOperationException {
    this.engine = engine;
    run =
        Class.forName(MAIN).getMethod("run", PrintWriter.class, PrintWriter.class, String[].class);
  }

  @Override
  public void run(Path input, Path output) throws Exception {
    PrintWriter out =
        new PrintWriter(
            new OutputStreamWriter(OutputStream.nullOutputStream(), StandardCharsets.UTF_8));
    StringWriter err = new StringWriter();
    String[] arguments = {"clean", "--runner=" + engine, "--input=" + input, "--lake=" + output};
    Object exitCode = run.invoke(null, out, new PrintWriter(err), arguments);
    if (!Integer.valueOf(0).equals(exitCode)) {
      throw new IllegalStateException(
          String.join(" ", arguments) + " ended with " + exitCode + " and said:\n" + err);
    }
  }
}
