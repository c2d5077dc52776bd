package io.pinpipeline.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that speaks HTTPS. */
@Timeout(120)
@ExtendWith(SharedKafka.class)
class TlsTest {

  private static final String ALIAS = "gateway";
  private static final char[] PASSWORD = "password".toCharArray();

  @TempDir Path folder;

  @Test
  void speaksHttpsAndTakesANewCertificateWithoutARestart(TestKafka kafka) throws Exception {
    KeyStore first = keys("first");
    Path certificate = folder.resolve("certificate.pem");
    Path key = folder.resolve("key.pem");
    write(certificate, "CERTIFICATE", first.getCertificate(ALIAS));
    write(key, "PRIVATE KEY", first.getKey(ALIAS, PASSWORD));
    try (GatewayProcess gateway =
        GatewayProcess.start(kafka, 0, "--tlsCertificate=" + certificate, "--tlsKey=" + key)) {
      HttpResponse<String> response = post(gateway, first);
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(kafka.values(TestKafka.GEO)).containsExactly("{\"ind\":1}");
      assertThat(RawHttp.send(gateway.port, RawHttp.head(0))).doesNotContain("HTTP/1.1 200");

      KeyStore second = keys("second");
      write(certificate, "CERTIFICATE", second.getCertificate(ALIAS));
      // until the other file is there too, what was read first holds
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> gateway.errors().contains("the key is not that of the certificate"));
      assertThat(post(gateway, first).statusCode()).isEqualTo(200);
      write(key, "PRIVATE KEY", second.getKey(ALIAS, PASSWORD));
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptionsInstanceOf(SSLException.class)
          .until(() -> post(gateway, second).statusCode() == 200);
      assertThatThrownBy(() -> post(gateway, first)).isInstanceOf(SSLException.class);
    }
  }

  private static HttpResponse<String> post(GatewayProcess gateway, KeyStore trusted)
      throws Exception {
    return client(trusted)
        .send(
            HttpRequest.newBuilder(
                    URI.create("https://127.0.0.1:" + gateway.port + "/topics/demo.geo"))
                .header("Content-Type", TestGateway.KAFKA_JSON)
                .POST(BodyPublishers.ofString("{\"records\":[{\"value\":{\"ind\":1}}]}"))
                .build(),
            BodyHandlers.ofString());
  }

  private KeyStore keys(String name) throws Exception {
    Path store = folder.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
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

  private static void write(Path file, String what, Certificate certificate) throws Exception {
    write(file, what, certificate.getEncoded());
  }

  private static void write(Path file, String what, Key key) throws Exception {
    write(file, what, key.getEncoded());
  }

  private static void write(Path file, String what, byte[] content) throws Exception {
    Files.writeString(
        file,
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(what, Base64.getMimeEncoder().encodeToString(content), what));
  }

  private static HttpClient client(KeyStore keys) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("gateway", keys.getCertificate(ALIAS));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }
}
