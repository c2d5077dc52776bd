package io.pinpipeline.gateway.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Who may send. The gateway knows only the SHA-256 of each key, and compares all of them in
 * constant time. Keys should be long and random, 32 bytes say: they are hashed without salt.
 */
public final class ApiKeys {

  private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{64}");

  private final List<Client> clients;

  private ApiKeys(List<Client> clients) {
    this.clients = List.copyOf(clients);
  }

  /** The owner of a key. */
  public static final class Client {

    private final String name;
    private final byte[] hash;
    private final Set<String> topics;

    private Client(String name, byte[] hash, Set<String> topics) {
      this.name = name;
      this.hash = hash;
      this.topics = topics;
    }

    String name() {
      return name;
    }

    boolean mayWrite(String topic) {
      return topics.isEmpty() || topics.contains(topic);
    }
  }

  /**
   * Reads a file of lines {@code name sha256}, or {@code name sha256 topic,topic} for a key that is
   * good for these topics only. Lines that begin with {@code #} are remarks.
   *
   * @throws IllegalArgumentException if some line is none of these; the message names all of them
   * @throws IOException if the file cannot be read
   */
  public static ApiKeys read(Path file) throws IOException {
    List<Client> clients = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    Set<String> names = new HashSet<>();
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] parts = line.strip().split("\\s+", -1);
      if (parts.length < 2 || parts.length > 3 || !HASH.matcher(parts[1]).matches()) {
        faults.add("line " + number + " is not 'name sha256' or 'name sha256 topic,topic'");
      } else if (!names.add(parts[0])) {
        faults.add("line " + number + " has the name '" + parts[0] + "' again");
      } else {
        clients.add(
            new Client(
                parts[0],
                HexFormat.of().parseHex(parts[1]),
                parts.length == 2 ? Set.of() : Set.of(parts[2].split(",", -1))));
      }
    }
    if (clients.isEmpty() && faults.isEmpty()) {
      faults.add("there is no key in it");
    }
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", faults));
    }
    return new ApiKeys(clients);
  }

  /** The owner of a key; looks at all of them, whichever it is. */
  Optional<Client> owner(String key) {
    byte[] hash = sha256(key);
    Client owner = null;
    for (Client client : clients) {
      if (MessageDigest.isEqual(client.hash, hash)) {
        owner = client;
      }
    }
    return Optional.ofNullable(owner);
  }

  private static byte[] sha256(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
