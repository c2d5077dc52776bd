package io.pinpipeline.gateway.http;

import com.linecorp.armeria.common.TlsKeyPair;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a gateway is set up.
 *
 * @param kafka the properties of Kafka's clients: where the brokers are, and how to log in there
 * @param topics the topics that posts may go to, and no others
 * @param address where posts are taken; port 0 takes a free one
 * @param management where health, readiness and metrics are told
 * @param apiKeys who may send; empty where all may
 * @param tls what the gateway proves itself with; empty where it speaks plain HTTP
 * @param limits what it takes at most
 */
public record GatewaySettings(
    Map<String, Object> kafka,
    List<Topic> topics,
    InetSocketAddress address,
    InetSocketAddress management,
    Optional<Reloaded<ApiKeys>> apiKeys,
    Optional<Reloaded<TlsKeyPair>> tls,
    Limits limits) {}
