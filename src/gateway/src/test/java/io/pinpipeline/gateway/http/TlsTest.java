package io.pinpipeline.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TlsTest {

  private static final char[] PASSWORD = "password".toCharArray();

  @TempDir Path folder;

  @Test
  void speaksHttpsWithACertificateOfPemFiles() throws Exception {
    KeyStore keys = certificate();
    Path certificate = pem("CERTIFICATE", keys.getCertificate("gateway").getEncoded());
    Path key = pem("PRIVATE KEY", keys.getKey("gateway", PASSWORD).getEncoded());
    try (TestKafka kafka = new TestKafka(folder.resolve("kafka"));
        GatewayProcess gateway =
            GatewayProcess.start(kafka, 0, "--tlsCertificate=" + certificate, "--tlsKey=" + key)) {
      HttpResponse<String> response =
          client(keys)
              .send(
                  HttpRequest.newBuilder(
                          URI.create("https://127.0.0.1:" + gateway.port + "/topics/demo.geo"))
                      .header("Content-Type", TestGateway.KAFKA_JSON)
                      .POST(BodyPublishers.ofString("{\"records\":[{\"value\":{\"ind\":1}}]}"))
                      .build(),
                  BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(kafka.values(TestKafka.GEO)).containsExactly("{\"ind\":1}");
      assertThat(RawHttp.send(gateway.port, RawHttp.head(0))).doesNotContain("HTTP/1.1 200");
    }
  }

  private KeyStore certificate() throws Exception {
    Path store = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "gateway",
                "-keyalg",
                "EC",
                "-dname",
                "CN=gateway",
                "-ext",
                "SAN=IP:127.0.0.1",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD))
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    return keys;
  }

  private Path pem(String what, byte[] content) throws Exception {
    return Files.writeString(
        folder.resolve(what + ".pem"),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(what, Base64.getMimeEncoder().encodeToString(content), what));
  }

  private static HttpClient client(KeyStore keys) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("gateway", keys.getCertificate("gateway"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }
}
