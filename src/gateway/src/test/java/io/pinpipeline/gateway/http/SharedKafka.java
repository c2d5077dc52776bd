package io.pinpipeline.gateway.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands the broker that all tests share to a class or to a test: a broker of its own would take
 * each of them seconds. What came before seems not to be there.
 */
public final class SharedKafka implements ParameterResolver {

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestKafka.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    TestKafka kafka =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.GLOBAL)
            .getOrComputeIfAbsent(TestKafka.class, type -> start(), TestKafka.class);
    try {
      kafka.startOver();
    } catch (Exception e) {
      throw new ParameterResolutionException("the broker does not begin anew", e);
    }
    return kafka;
  }

  /** Started for the first who asks, and closed behind the last test. */
  private static TestKafka start() {
    try {
      return new TestKafka(Files.createTempDirectory("kafka"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
