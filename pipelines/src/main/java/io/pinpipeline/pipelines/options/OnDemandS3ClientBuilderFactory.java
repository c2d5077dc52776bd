package io.pinpipeline.pipelines.options;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.apache.beam.sdk.io.aws2.options.S3ClientBuilderFactory;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.beam.sdk.io.aws2.s3.DefaultS3ClientBuilderFactory;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * Configures clients of S3 once one is needed.
 *
 * <p>Beam asks for a builder in every process, whether or not anything is on S3, and its own
 * factory looks for the region at once: where neither the environment nor a profile names one, it
 * asks the metadata service of EC2, and waits for an answer that does not come elsewhere.
 */
public final class OnDemandS3ClientBuilderFactory implements S3ClientBuilderFactory {

  @Override
  public S3ClientBuilder createBuilder(S3Options options) {
    return (S3ClientBuilder)
        Proxy.newProxyInstance(
            S3ClientBuilder.class.getClassLoader(),
            new Class<?>[] {S3ClientBuilder.class},
            new OnDemand(options));
  }

  /** A builder with what the options say. */
  static S3ClientBuilder configured(S3Options options) {
    return new DefaultS3ClientBuilderFactory()
        .createBuilder(options)
        // other servers than AWS know buckets by path; AWS by host name
        .forcePathStyle(options.getEndpoint() != null);
  }

  /** A builder that is made when it is first asked for anything. */
  private static final class OnDemand implements InvocationHandler {

    private final S3Options options;
    private @Nullable S3ClientBuilder builder;

    OnDemand(S3Options options) {
      this.options = options;
    }

    @Override
    public @Nullable Object invoke(
        Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
      try {
        return method.invoke(builder(), arguments);
      } catch (InvocationTargetException e) {
        throw e.getTargetException();
      }
    }

    private synchronized S3ClientBuilder builder() {
      if (builder == null) {
        builder = configured(options);
      }
      return builder;
    }
  }
}
