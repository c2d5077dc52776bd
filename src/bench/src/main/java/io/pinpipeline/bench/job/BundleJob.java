package io.pinpipeline.bench.job;

import java.nio.file.Path;

/** Our own {@code clean}, as the bundle on the class path has it. */
public final class BundleJob implements Job {

  private final String engine;
  private final Bundle bundle;

  /**
   * A job of a bundle.
   *
   * @param engine as {@code --runner} takes it
   */
  public BundleJob(String engine) throws ReflectiveOperationException {
    this.engine = engine;
    bundle = new Bundle();
  }

  @Override
  public void run(Path input, Path output) throws Exception {
    bundle.run("clean", "--runner=" + engine, "--input=" + input, "--lake=" + output);
  }
}
