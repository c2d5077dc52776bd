package io.pinpipeline.gateway.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.common.util.TimeoutMode;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.pinpipeline.gateway.wire.Answers;
import io.pinpipeline.gateway.wire.Delivery;
import io.pinpipeline.gateway.wire.PostedRecord;
import io.pinpipeline.gateway.wire.RecordChecker.Checked;
import io.pinpipeline.gateway.wire.Refusal;
import io.pinpipeline.gateway.wire.WireForm;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** Takes posts in one form, and answers when Kafka has them. */
final class PostService implements HttpService {

  private static final MediaType KAFKA_V2 = MediaType.parse("application/vnd.kafka.v2+json");

  private static final List<MediaType> KAFKA_TYPES =
      List.of(MediaType.parse("application/vnd.kafka.json.v2+json"), MediaType.JSON);

  private static final List<MediaType> KINESIS_TYPES =
      List.of(MediaType.JSON, MediaType.parse("application/x-amz-json-1.1"));

  private final WireForm form;
  private final Map<String, Topic> topics;
  private final PostDesk desk;

  /**
   * A service.
   *
   * @param topics the topics by what they are called in this form
   */
  PostService(WireForm form, Map<String, Topic> topics, PostDesk desk) {
    this.form = form;
    this.topics = topics;
    this.desk = desk;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    InFlight.Share share = desk.inFlight().begin();
    CompletableFuture<Void> unused = context.log().whenComplete().thenAccept(log -> share.end());
    CompletableFuture<HttpResponse> answer;
    try {
      share.hold(Limits.REQUEST_BYTES);
      answer = accept(context, request, share);
    } catch (Refusal refusal) {
      return ErrorAnswers.of(refusal);
    }
    return HttpResponse.of(answer.exceptionally(ErrorAnswers::of));
  }

  private CompletableFuture<HttpResponse> accept(
      ServiceRequestContext context, HttpRequest request, InFlight.Share share) {
    HttpMethod method = form == WireForm.KAFKA_REST ? HttpMethod.POST : HttpMethod.PUT;
    if (request.method() != method) {
      return CompletableFuture.completedFuture(notAllowed(method));
    }
    if (desk.inFlight().isClosed()) {
      throw Refusal.forNow(503, "The gateway is being stopped.", ErrorAnswers.SOON);
    }
    String target = context.pathParams().values().iterator().next();
    String sender = desk.admit(context, request.headers(), topicName(target));
    Topic topic = topics.get(target);
    if (topic == null) {
      throw Refusal.unknownTopic(
          "'%s' is none that posts may go to. There are %s."
              .formatted(
                  target, topics.keySet().stream().sorted().collect(Collectors.joining(", "))));
    }
    requireKnownType(request.headers());
    desk.requireKafka(topic);
    return BodyCollector.collect(request, share)
        .thenComposeAsync(
            body -> {
              context.setRequestTimeout(TimeoutMode.SET_FROM_NOW, desk.answerTimeout());
              return send(context, request.headers(), body, topic, target, sender, share);
            },
            context.blockingTaskExecutor());
  }

  /** The Kafka topic behind a path's topic or stream, or the same name where there is none. */
  private String topicName(String target) {
    Topic topic = topics.get(target);
    return topic == null ? target : topic.name();
  }

  private static HttpResponse notAllowed(HttpMethod method) {
    return HttpResponse.of(
        ResponseHeaders.builder(HttpStatus.METHOD_NOT_ALLOWED)
            .contentType(MediaType.JSON_UTF_8)
            .set(HttpHeaderNames.ALLOW, method.name())
            .build(),
        HttpData.wrap(Answers.refusal(405, "Posts are sent here with " + method + ".")));
  }

  private void requireKnownType(RequestHeaders headers) {
    List<MediaType> known = form == WireForm.KAFKA_REST ? KAFKA_TYPES : KINESIS_TYPES;
    MediaType type = headers.contentType();
    if (type == null || known.stream().noneMatch(one -> type.withoutParameters().is(one))) {
      throw Refusal.of(
          415,
          "Send the posts with a Content-Type of " + known.get(0) + " or " + known.get(1) + ".");
    }
    String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING, "identity");
    if (!encoding.equals("identity")) {
      throw Refusal.of(415, "Send the body as it is, without Content-Encoding.");
    }
  }

  private CompletableFuture<HttpResponse> send(
      ServiceRequestContext context,
      RequestHeaders headers,
      byte[] body,
      Topic topic,
      String target,
      String sender,
      InFlight.Share share) {
    if (body.length == 0 && !headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
      throw Refusal.of(411, "The request has no body. Send one, and its Content-Length.");
    }
    List<PostedRecord> records = desk.reader().read(form, target, body);
    share.hold((long) records.size() * Limits.RECORD_BYTES);
    desk.countRecords(sender, records.size());
    desk.requirePartitions(topic, records);
    Checked checked = desk.check(topic, records);
    if (isValidated(context, topic) && !checked.rejections().isEmpty()) {
      desk.countRejections(topic, checked.rejections());
      return CompletableFuture.completedFuture(rejected(records.size(), checked));
    }
    return desk.send(topic, checked.records()).thenApply(this::answer);
  }

  private static boolean isValidated(ServiceRequestContext context, Topic topic) {
    String validate = context.queryParam("validate");
    if (validate == null || validate.equals("false")) {
      return false;
    }
    if (!validate.equals("true")) {
      throw Refusal.of(400, "?validate should be true or false.");
    }
    if (topic.dataset().isEmpty()) {
      throw Refusal.of(
          400,
          "Records of topic " + topic.name() + " are of no dataset: they cannot be validated.");
    }
    return true;
  }

  private static HttpResponse rejected(int records, Checked checked) {
    return HttpResponse.of(
        HttpStatus.UNPROCESSABLE_ENTITY,
        MediaType.JSON_UTF_8,
        HttpData.wrap(
            Answers.rejections(
                "%d of %d records cannot be cleaned. Nothing was sent."
                    .formatted(checked.rejections().size(), records),
                checked.rejections())));
  }

  /** 200 says that every record is in Kafka, so that a sender may look at the status alone. */
  private HttpResponse answer(List<Delivery> deliveries) {
    ResponseHeadersBuilder headers =
        ResponseHeaders.builder()
            .contentType(form == WireForm.KAFKA_REST ? KAFKA_V2 : MediaType.JSON_UTF_8);
    if (deliveries.stream().anyMatch(Delivery::retriable)) {
      headers
          .status(HttpStatus.SERVICE_UNAVAILABLE)
          .set(HttpHeaderNames.RETRY_AFTER, ErrorAnswers.seconds(ErrorAnswers.SOON));
    } else {
      headers.status(
          deliveries.stream().anyMatch(delivery -> delivery.failure() != null)
              ? HttpStatus.BAD_GATEWAY
              : HttpStatus.OK);
    }
    return HttpResponse.of(headers.build(), HttpData.wrap(Answers.deliveries(form, deliveries)));
  }
}
