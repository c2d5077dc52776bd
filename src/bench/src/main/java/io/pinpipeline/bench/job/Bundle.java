package io.pinpipeline.bench.job;

import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;

/** Our own commands, as the bundle on the class path has them. */
final class Bundle {

  private static final String MAIN = "io.pinpipeline.pipelines.cli.Main";

  private final Method run;

  Bundle() throws ReflectiveOperationException {
    run =
        Class.forName(MAIN).getMethod("run", PrintWriter.class, PrintWriter.class, String[].class);
  }

  /** Runs a command, which has to end well. */
  void run(String... arguments) throws ReflectiveOperationException {
    PrintWriter out =
        new PrintWriter(
            new OutputStreamWriter(OutputStream.nullOutputStream(), StandardCharsets.UTF_8));
    StringWriter err = new StringWriter();
    Object exitCode = run.invoke(null, out, new PrintWriter(err), arguments);
    if (!Integer.valueOf(0).equals(exitCode)) {
      throw new IllegalStateException(
          String.join(" ", arguments) + " ended with " + exitCode + " and said:\n" + err);
    }
  }
}
