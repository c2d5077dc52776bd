package io.pinpipeline.gateway.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection on which something began to arrive, and did not become a request in time. The
 * server's own timeouts begin with the end of the headers, or anew with each byte.
 *
 * <p>One belongs to one connection, and is used by the thread of its event loop only.
 */
final class ArrivalDeadline extends ChannelInboundHandlerAdapter {

  static final AttributeKey<ArrivalDeadline> KEY = AttributeKey.valueOf(ArrivalDeadline.class, "");

  private final Duration timeout;
  private int requests;
  private @Nullable Future<?> deadline;

  ArrivalDeadline(Duration timeout) {
    this.timeout = timeout;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    context.channel().attr(KEY).set(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    if (requests == 0 && deadline == null) {
      deadline =
          context
              .executor()
              .schedule(() -> close(context), timeout.toMillis(), TimeUnit.MILLISECONDS);
    }
    super.channelRead(context, message);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    cancel();
    super.channelInactive(context);
  }

  private static void close(ChannelHandlerContext context) {
    Future<?> unused = context.close();
  }

  /** The headers of a request are there. */
  void begin() {
    requests++;
    cancel();
  }

  /** A request is answered. */
  void end() {
    requests--;
  }

  private void cancel() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }
}
