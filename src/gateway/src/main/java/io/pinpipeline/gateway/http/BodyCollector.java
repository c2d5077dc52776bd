package io.pinpipeline.gateway.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import io.pinpipeline.gateway.wire.Refusal;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Gathers the body of a request, and counts its memory as it arrives. Armeria's own aggregation
 * lets nobody see the parts before the whole is there.
 */
final class BodyCollector implements Subscriber<HttpObject> {

  private final InFlight.Share share;
  private final CompletableFuture<byte[]> body = new CompletableFuture<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private @Nullable Subscription subscription;

  private BodyCollector(InFlight.Share share) {
    this.share = share;
  }

  /** The body; fails with a {@link Refusal} where there is no room for it. */
  static CompletableFuture<byte[]> collect(HttpRequest request, InFlight.Share share) {
    BodyCollector collector = new BodyCollector(share);
    request.subscribe(collector);
    return collector.body;
  }

  @Override
  public void onSubscribe(Subscription newSubscription) {
    subscription = newSubscription;
    newSubscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(HttpObject part) {
    if (part instanceof HttpData data && !body.isDone()) {
      try {
        share.hold((long) data.length() * Limits.COPIES);
        bytes.writeBytes(data.array());
      } catch (Refusal refusal) {
        body.completeExceptionally(refusal);
        if (subscription != null) {
          subscription.cancel();
        }
      }
    }
  }

  @Override
  public void onError(Throwable failure) {
    body.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    body.complete(bytes.toByteArray());
  }
}
