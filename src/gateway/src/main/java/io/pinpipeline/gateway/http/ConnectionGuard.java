package io.pinpipeline.gateway.http;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.logging.RequestLogAccess;
import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections whose other side would cost memory or time without end. The server's own
 * timeouts leave these open:
 *
 * <ul>
 *   <li>something arrived, and does not become a request;
 *   <li>an answer was written, and is not read;
 *   <li>requests come on and on, and none of their answers is read.
 * </ul>
 *
 * <p>One belongs to one connection, and is used by the thread of its event loop only.
 */
final class ConnectionGuard extends ChannelInboundHandlerAdapter {

  /** More requests than clients have under way on one connection, whatever the protocol. */
  private static final int MAX_REQUESTS = 100;

  private static final AttributeKey<ConnectionGuard> KEY =
      AttributeKey.valueOf(ConnectionGuard.class, "");

  private final Duration timeout;
  private int requests;
  private @Nullable Future<?> deadline;
  private @Nullable ChannelHandlerContext connection;

  private ConnectionGuard(Duration timeout) {
    this.timeout = timeout;
  }

  /**
   * Has each connection of a server guarded.
   *
   * @param timeout how long the other side may take to send the headers of a request, and to read
   *     an answer
   */
  static ServerBuilder guard(ServerBuilder server, Duration timeout) {
    return server
        .childChannelPipelineCustomizer(pipeline -> pipeline.addFirst(new ConnectionGuard(timeout)))
        .http2MaxStreamsPerConnection(MAX_REQUESTS)
        .decorator(ConnectionGuard::serve);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    context.channel().attr(KEY).set(this);
    connection = context;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    if (requests == 0 && deadline == null) {
      deadline = closeLater(context.channel());
    }
    super.channelRead(context, message);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    cancelDeadline();
    super.channelInactive(context);
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  private Future<?> closeLater(Channel channel) {
    return channel.eventLoop().schedule(this::close, timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Closes at once: with HTTP/2 the channel's own way would be to wait for all answers. */
  private void close() {
    if (connection != null) {
      Future<?> unused = connection.close();
    }
  }

  /** Serves what became a request. */
  private static HttpResponse serve(
      HttpService next, ServiceRequestContext context, HttpRequest request) throws Exception {
    RequestLogAccess log = context.log();
    Channel channel = log.ensureAvailable(RequestLogProperty.SESSION).channel();
    ConnectionGuard guard = channel == null ? null : channel.attr(KEY).get();
    if (channel == null || guard == null) {
      return next.serve(context, request);
    }
    guard.cancelDeadline();
    guard.requests++;
    CompletableFuture<Void> end =
        log.whenComplete().thenAccept(read -> channel.eventLoop().execute(() -> guard.requests--));
    CompletableFuture<Void> unused =
        log.whenAvailable(RequestLogProperty.RESPONSE_HEADERS)
            .thenAccept(headers -> guard.closeUnlessRead(channel, end));
    if (guard.requests > MAX_REQUESTS) {
      guard.close();
      return HttpResponse.of(HttpStatus.TOO_MANY_REQUESTS); // nobody will see it
    }
    return next.serve(context, request);
  }

  /** An answer is written as a whole: what is left of it waits for the other side. */
  private void closeUnlessRead(Channel channel, CompletableFuture<Void> end) {
    if (!end.isDone()) {
      Future<?> late = closeLater(channel);
      CompletableFuture<Void> unused = end.thenAccept(read -> late.cancel(false));
    }
  }
}
