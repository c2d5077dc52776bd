package io.pinpipeline.gateway.emulate;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinpipeline.gateway.emulate.Database.Login;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.h2.tools.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database of which nothing is known here: it writes its names in capitals. */
class H2Test extends DatabaseContract {

  @TempDir Path folder;
  private Server server;

  @BeforeEach
  @Override
  void makeTables() throws SQLException {
    server = start("0");
    super.makeTables();
  }

  private Server start(String port) throws SQLException {
    return Server.createTcpServer("-tcpPort", port, "-ifNotExists", "-baseDir", folder.toString())
        .start();
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  @Override
  Login login() {
    return new Login(
        "jdbc:h2:tcp://127.0.0.1:" + server.getPort() + "/./posts", "sa", "secret", null);
  }

  @Override
  String quoted(String name) {
    return "\"" + name.toUpperCase(Locale.ROOT) + "\"";
  }

  @Override
  void loseConnections() throws SQLException {
    int port = server.getPort();
    server.stop();
    server = start(String.valueOf(port));
  }

  @Test
  void tellsThatThereIsNoDriver() {
    assertThatThrownBy(
            () -> Database.open(new Login("jdbc:nodb://host/db?password=x", null, null, null)))
        .hasMessageContaining("No driver knows the URL jdbc:nodb://host/db.")
        .hasMessageContaining("--driver=FILE.jar")
        .hasMessageNotContaining("password=x");
  }

  @Test
  void tellsThatADriverCannotBeLoaded() throws Exception {
    Path jar = folder.resolve("driver.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("META-INF/services/java.sql.Driver"));
      out.write("no.such.Driver".getBytes(StandardCharsets.UTF_8));
    }
    assertThatThrownBy(() -> Database.open(new Login("jdbc:nodb:x", null, null, jar)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("A driver cannot be loaded: ")
        .hasMessageContaining("no.such.Driver");
  }
}
