package io.pinpipeline.pipelines.source.kinesis;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.apache.beam.sdk.io.aws2.common.ClientBuilderFactory;
import org.apache.beam.sdk.io.aws2.common.ClientConfiguration;
import org.apache.beam.sdk.io.aws2.options.AwsOptions;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.KinesisClientBuilder;

/** Makes the clients of AWS that Beam asks for; those of Kinesis pack what they read. */
public final class PackingClients implements ClientBuilderFactory {

  @Override
  @SuppressWarnings("unchecked") // a builder of what the other one builds
  public <BuilderT extends AwsClientBuilder<BuilderT, ClientT>, ClientT> BuilderT create(
      BuilderT builder, ClientConfiguration config, @Nullable AwsOptions options) {
    BuilderT plain = ClientBuilderFactory.defaultFactory().create(builder, config, options);
    return plain instanceof KinesisClientBuilder kinesis && options != null
        ? (BuilderT) packing(kinesis, KinesisPlan.of(options))
        : plain;
  }

  private static KinesisClientBuilder packing(KinesisClientBuilder builder, KinesisPlan plan) {
    return (KinesisClientBuilder)
        Proxy.newProxyInstance(
            PackingClients.class.getClassLoader(),
            new Class<?>[] {KinesisClientBuilder.class},
            (proxy, method, arguments) -> {
              try {
                Object result = method.invoke(builder, arguments);
                return result instanceof KinesisClient client
                    ? PackingClient.around(client, plan)
                    : result;
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }

  @Override
  public void checkConfiguration(ClientConfiguration config, @Nullable AwsOptions options) {
    ClientBuilderFactory.defaultFactory().checkConfiguration(config, options);
  }
}
