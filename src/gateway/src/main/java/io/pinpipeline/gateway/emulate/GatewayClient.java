package io.pinpipeline.gateway.emulate;

import io.pinpipeline.gateway.emulate.Answer.Acknowledged;
import io.pinpipeline.gateway.emulate.Answer.Later;
import io.pinpipeline.gateway.emulate.Answer.Never;
import io.pinpipeline.gateway.emulate.Answer.Unfit;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sends records to a gateway until it has them. It is thread-safe. */
final class GatewayClient {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** Longer than the gateway takes to answer at all. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();
  private final Destination destination;
  private final Tally tally;
  private final CountDownLatch stop;

  /**
   * A client.
   *
   * @param tally counts what becomes of the records
   * @param stop ends waits
   */
  GatewayClient(Destination destination, Tally tally, CountDownLatch stop) {
    this.destination = destination;
    this.tally = tally;
    this.stop = stop;
  }

  /**
   * Requires that something answers.
   *
   * @throws IOException if nothing does
   */
  void requireThere() throws IOException, InterruptedException {
    try {
      HttpResponse<Void> unused =
          http.send(request("/openapi.json").build(), BodyHandlers.discarding());
    } catch (IOException e) {
      throw new IOException(
          "No gateway answers at %s: %s. Start one with './pinpipeline gateway', or give its address with --gateway."
              .formatted(destination.gateway(), told(e)),
          e);
    }
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(destination.gateway() + path)).timeout(ANSWER_TIMEOUT);
    if (destination.apiKey() != null) {
      request.header("X-API-Key", destination.apiKey());
    }
    return request;
  }

  /**
   * Sends records until the gateway has each, or has refused it for good.
   *
   * @throws IOException if the gateway does not take them in the time that it has, or never will
   * @throws InterruptedException if it was stopped
   */
  void send(String dataset, List<Post> posts) throws IOException, InterruptedException {
    PostForm form = destination.form();
    HttpRequest request =
        request(form.path(destination.topicPrefix(), dataset, posts.size()))
            .header("Content-Type", form.contentType())
            .method(
                form.method(),
                BodyPublishers.ofByteArray(form.body(destination.topicPrefix(), dataset, posts)))
            .build();
    long begun = System.nanoTime();
    for (int attempts = 1; ; attempts++) {
      Answer answer = exchange(request);
      if (answer instanceof Acknowledged) {
        tally.acknowledged(dataset, posts.size(), System.nanoTime() - begun);
        return;
      } else if (answer instanceof Unfit unfit) {
        if (posts.size() == 1) {
          tally.refused(dataset, posts.get(0).key(), unfit.reason());
          return;
        }
        int half = posts.size() / 2;
        send(dataset, posts.subList(0, half));
        send(dataset, posts.subList(half, posts.size()));
        return;
      } else if (answer instanceof Never never) {
        throw new IOException(
            "%s does not take posts: %s".formatted(request.uri(), never.reason()));
      } else if (answer instanceof Later later) {
        await(request.uri(), later, attempts, begun);
      }
    }
  }

  private Answer exchange(HttpRequest request) throws InterruptedException {
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      return Answer.of(
          response.statusCode(), response.headers().firstValue("Retry-After"), response.body());
    } catch (IOException e) {
      return new Later(told(e), Duration.ZERO);
    }
  }

  private void await(URI uri, Later later, int attempts, long begun)
      throws IOException, InterruptedException {
    Duration wait = Backoff.before(attempts, later.atLeast(), ThreadLocalRandom.current());
    Duration spent = Duration.ofNanos(System.nanoTime() - begun);
    if (spent.plus(wait).compareTo(destination.patience()) > 0) {
      throw new IOException(
          "%s has not taken a request in %d s and %d attempts: %s"
              .formatted(uri, spent.toSeconds(), attempts, later.reason()));
    }
    tally.retried(later.reason());
    if (stop.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new InterruptedException("stopped");
    }
  }

  private static String told(IOException failure) {
    String message = message(failure);
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  /** The JDK's exceptions for connections have no words of their own. */
  private static @Nullable String message(Throwable failure) {
    if (failure instanceof ConnectException) {
      return "nothing listens there, or the connection was refused";
    }
    String message = failure.getMessage();
    return message == null && failure.getCause() != null ? message(failure.getCause()) : message;
  }
}
