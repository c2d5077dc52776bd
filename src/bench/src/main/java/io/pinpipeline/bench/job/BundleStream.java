package io.pinpipeline.bench.job;

import java.nio.file.Path;

/** Our own {@code stream}, as the bundle on the class path has it. */
public final class BundleStream implements Job {

  private final String engine;
  private final Bundle bundle;

  /**
   * A stream of a bundle.
   *
   * @param engine as {@code --runner} takes it
   */
  public BundleStream(String engine) throws ReflectiveOperationException {
    this.engine = engine;
    bundle = new Bundle();
  }

  @Override
  public void run(Path input, Path output) throws Exception {
    Broker broker = Broker.read(input);
    bundle.run(
        "stream",
        "--runner=" + engine,
        "--bootstrapServers=" + broker.bootstrapServers(),
        "--topicPrefix=" + broker.topicPrefix(),
        "--lake=" + output,
        "--commitInterval=" + Broker.COMMIT_SECONDS + "s",
        "--untilCaughtUp");
  }
}
