package io.pinpipeline.pipelines.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A headless Chromium of its own with one page, driven over its remote debugging protocol. It keeps
 * what the page asks the network for, and what it complains of.
 */
final class Browser implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String LISTENING = "DevTools listening on ";

  private final Process process;
  private final WebSocket socket;
  private final String session;
  private final AtomicInteger commands = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private volatile CompletableFuture<Void> loaded = new CompletableFuture<>();

  private Browser(Process process, String address) throws Exception {
    this.process = process;
    this.socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(address), new Listener())
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    String target =
        send("", "Target.createTarget", Map.of("url", "about:blank")).get("targetId").asText();
    this.session =
        send("", "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
            .get("sessionId")
            .asText();
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      send(domain + ".enable", Map.of());
    }
  }

  /** Starts one; its profile is below the folder. */
  static Browser start(String executable, Path folder) throws Exception {
    Path profile = folder.resolve("profile");
    Process process =
        new ProcessBuilder(
                executable,
                "--headless",
                "--no-sandbox", // it shows our own page only, and tests may run as root
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--hide-scrollbars",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .start();
    BufferedReader said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    StringBuilder all = new StringBuilder();
    CompletableFuture<String> address = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                for (String line = said.readLine(); line != null; line = said.readLine()) {
                  all.append(line).append('\n');
                  if (line.startsWith(LISTENING)) {
                    address.complete(line.substring(LISTENING.length()));
                  }
                }
                address.completeExceptionally(new IOException("The browser ended: " + all));
              } catch (IOException e) {
                address.completeExceptionally(e);
              }
            },
            "browser");
    reader.setDaemon(true);
    reader.start();
    try {
      return new Browser(process, address.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    } catch (Exception e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private final class Listener implements WebSocket.Listener {

    private final StringBuilder message = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      message.append(data);
      if (last) {
        try {
          receive(JSON.readTree(message.toString()));
        } catch (IOException e) {
          complaints.add("The browser said what is no JSON: " + e.getMessage());
        }
        message.setLength(0);
      }
      from.request(1);
      return CompletableFuture.completedFuture(null);
    }
  }

  private void receive(JsonNode message) {
    if (message.has("id")) {
      CompletableFuture<JsonNode> answer = waiting.remove(message.get("id").asInt());
      if (message.has("error")) {
        answer.completeExceptionally(new IOException(message.get("error").toString()));
      } else {
        answer.complete(message.get("result"));
      }
      return;
    }
    JsonNode what = message.path("params");
    switch (message.path("method").asText()) {
      case "Page.loadEventFired" -> loaded.complete(null);
      case "Network.requestWillBeSent" ->
          requests.add(what.at("/request/url").asText().replaceFirst("^(data:.{0,40}).*", "$1"));
      case "Runtime.exceptionThrown" -> complaints.add(what.get("exceptionDetails").toString());
      case "Runtime.consoleAPICalled", "Log.entryAdded" -> {
        JsonNode caller = what.findPath("callFrames").path(0);
        if (!caller.path("url").asText("none").isEmpty()) { // scripts of tests have no address
          complaints.add(what.toString());
        }
      }
      default -> {}
    }
  }

  private JsonNode send(String method, Map<String, ?> parameters) throws IOException {
    return send(session, method, parameters);
  }

  private JsonNode send(String to, String method, Map<String, ?> parameters) throws IOException {
    int id = commands.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    var command = JSON.createObjectNode().put("id", id).put("method", method);
    command.set("params", JSON.valueToTree(parameters));
    if (!to.isEmpty()) {
      command.put("sessionId", to);
    }
    await(socket.sendText(command.toString(), true), method);
    return await(answer, method);
  }

  private static <T> T await(CompletableFuture<T> future, String what) throws IOException {
    try {
      return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(what + " failed in the browser", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Opens a page as wide as this, and waits until it is loaded and painted. */
  void open(URI page, int width, int height, boolean dark) throws IOException {
    load(page, width, height, dark);
    evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
  }

  private void load(URI page, int width, int height, boolean dark) throws IOException {
    resize(width, height);
    send(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    loaded = new CompletableFuture<>();
    JsonNode answer = send("Page.navigate", Map.of("url", page.toString()));
    if (answer.has("errorText")) {
      throw new IOException(page + ": " + answer.get("errorText").asText());
    }
    await(loaded, "Loading " + page);
  }

  /** Makes the window as wide as this. */
  void resize(int width, int height) throws IOException {
    send(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
  }

  /** Shows the page as if on paper, or no longer. */
  void print(boolean paper) throws IOException {
    send("Emulation.setEmulatedMedia", Map.of("media", paper ? "print" : ""));
  }

  /** A check of a page. */
  @FunctionalInterface
  interface Check {

    void run() throws IOException;
  }

  /** Opens a page whose scripts do not run, and looks at it. */
  void withoutScripts(URI page, Check check) throws IOException {
    send("Emulation.setScriptExecutionDisabled", Map.of("value", true));
    try {
      load(page, 1000, 900, false);
      check.run();
    } finally {
      send("Emulation.setScriptExecutionDisabled", Map.of("value", false));
    }
  }

  /** What an expression, or the promise that it is, comes to. */
  JsonNode evaluate(String expression) throws IOException {
    JsonNode answer =
        send(
            "Runtime.evaluate",
            Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
    if (answer.has("exceptionDetails")) {
      throw new IOException(answer.get("exceptionDetails").toString());
    }
    return answer.get("result").path("value");
  }

  /** The whole page as it is painted, as PNG. */
  byte[] picture() throws IOException {
    return Base64.getDecoder()
        .decode(
            send("Page.captureScreenshot", Map.of("captureBeyondViewport", true))
                .get("data")
                .asText());
  }

  /** The page on paper. */
  byte[] pdf() throws IOException {
    return Base64.getDecoder()
        .decode(
            send("Page.printToPDF", Map.of("preferCSSPageSize", true, "printBackground", false))
                .get("data")
                .asText());
  }

  /** The addresses that were asked for, the page's own among them. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  /** What was written to the console, thrown, or refused by the page's policy. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  @Override
  public void close() throws IOException {
    socket.abort();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
