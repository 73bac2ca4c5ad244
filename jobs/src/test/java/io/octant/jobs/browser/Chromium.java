package io.octant.jobs.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A headless Chromium with one page, driven over its DevTools protocol. */
public final class Chromium implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String LISTENING = "DevTools listening on ";

  private final Process process;
  private final WebSocket socket;
  private final String session;
  private final AtomicInteger id = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private final List<String> errors = Collections.synchronizedList(new ArrayList<>());
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  private Chromium(Process process) throws Exception {
    this.process = process;
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(address()), new Listener())
            .get(30, TimeUnit.SECONDS);
    String target =
        send("Target.createTarget", "", MAPPER.createObjectNode().put("url", "about:blank"))
            .get("targetId")
            .asText();
    session =
        send(
                "Target.attachToTarget",
                "",
                MAPPER.createObjectNode().put("targetId", target).put("flatten", true))
            .get("sessionId")
            .asText();
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      call(domain + ".enable", MAPPER.createObjectNode());
    }
  }

  /**
   * Starts one.
   *
   * @param profile a folder that it may fill
   */
  public static Chromium start(Path profile) throws Exception {
    Process process =
        new ProcessBuilder(
                binary(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    try {
      return new Chromium(process);
    } catch (Exception | Error e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** Where it is, or an error with the command that installs it. */
  private static String binary() {
    Optional<Path> found =
        Stream.of(System.getenv("PATH").split(":", -1))
            .flatMap(
                folder ->
                    Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(n -> Path.of(folder, n)))
            .filter(Files::isExecutable)
            .findFirst();
    return found
        .orElseThrow(
            () ->
                new AssertionError(
                    "Cannot test report.html: missing chromium, expected it on the PATH.\nInstall"
                        + " with: apt-get update && apt-get install -y chromium"))
        .toString();
  }

  /** Where it listens, which it says in its log; the rest of that is read and forgotten. */
  private String address() throws Exception {
    CompletableFuture<String> address = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader log = process.errorReader(StandardCharsets.UTF_8)) {
                for (String line = log.readLine(); line != null; line = log.readLine()) {
                  if (line.startsWith(LISTENING)) {
                    address.complete(line.substring(LISTENING.length()));
                  }
                }
              } catch (IOException e) {
                // It has ended.
              }
              address.completeExceptionally(
                  new AssertionError("Chromium ended before it listened"));
            });
    reader.setDaemon(true);
    reader.start();
    return address.get(60, TimeUnit.SECONDS);
  }

  /** Opens a page in a window of a size, and waits until it says that it is ready. */
  public void open(Path page, int width, int height, String scheme) throws Exception {
    errors.clear();
    requests.clear();
    call(
        "Emulation.setDeviceMetricsOverride",
        MAPPER
            .createObjectNode()
            .put("width", width)
            .put("height", height)
            .put("deviceScaleFactor", 1)
            .put("mobile", width < 600));
    ObjectNode media = MAPPER.createObjectNode().put("media", "");
    media.putArray("features").addObject().put("name", "prefers-color-scheme").put("value", scheme);
    call("Emulation.setEmulatedMedia", media);
    evaluate("window.before = true");
    call("Page.navigate", MAPPER.createObjectNode().put("url", page.toUri().toString()));
    await("!window.before && document.documentElement?.dataset.readyMillis");
  }

  /** Waits until an expression is true. */
  public void await(String expression) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!evaluate("Boolean(" + expression + ")").asBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("Never true: " + expression + "; errors " + errors);
      }
      Thread.sleep(50);
    }
  }

  public JsonNode evaluate(String expression) {
    JsonNode answer =
        call(
            "Runtime.evaluate",
            MAPPER
                .createObjectNode()
                .put("expression", expression)
                .put("returnByValue", true)
                .put("awaitPromise", true));
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + answer.get("exceptionDetails"));
    }
    return answer.path("result").path("value");
  }

  /** Presses a key on what has the focus. */
  public void press(String key) {
    for (String type : List.of("rawKeyDown", "keyUp")) {
      ObjectNode event = MAPPER.createObjectNode().put("type", type).put("key", key);
      if (key.equals("Enter")) {
        event.put("windowsVirtualKeyCode", 13).put("code", "Enter").put("text", "\r");
        event.put("type", type.equals("rawKeyDown") ? "keyDown" : type);
      } else if (key.equals("Tab")) {
        event.put("windowsVirtualKeyCode", 9).put("code", "Tab");
      }
      call("Input.dispatchKeyEvent", event);
    }
  }

  /** Lays the page out as for paper, until another is opened. */
  public void paper() {
    call("Emulation.setEmulatedMedia", MAPPER.createObjectNode().put("media", "print"));
  }

  /** The page as it prints, as PDF. */
  public byte[] print() {
    return Base64.getDecoder()
        .decode(call("Page.printToPDF", MAPPER.createObjectNode()).get("data").asText());
  }

  /** Messages of the console that are errors, exceptions and what a policy refused. */
  public List<String> errors() {
    return List.copyOf(errors);
  }

  /** What the page asked for, itself included. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  private JsonNode call(String method, ObjectNode params) {
    return send(method, session, params);
  }

  private JsonNode send(String method, String to, ObjectNode params) {
    int number = id.incrementAndGet();
    ObjectNode message = MAPPER.createObjectNode().put("id", number).put("method", method);
    message.set("params", params);
    if (!to.isEmpty()) {
      message.put("sessionId", to);
    }
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(number, answer);
    try {
      socket.sendText(message.toString(), true).get(30, TimeUnit.SECONDS);
      JsonNode whole = answer.get(60, TimeUnit.SECONDS);
      if (whole.has("error")) {
        throw new AssertionError(method + ": " + whole.get("error"));
      }
      return whole.get("result");
    } catch (Exception e) {
      throw new AssertionError(method + " failed", e);
    }
  }

  private void hear(JsonNode message) {
    if (message.has("id")) {
      CompletableFuture<JsonNode> answer = answers.remove(message.get("id").asInt());
      if (answer != null) {
        answer.complete(message);
      }
      return;
    }
    JsonNode params = message.path("params");
    switch (message.path("method").asText()) {
      case "Runtime.exceptionThrown" -> errors.add(params.path("exceptionDetails").toString());
      case "Runtime.consoleAPICalled" -> {
        if (List.of("error", "warning").contains(params.path("type").asText())) {
          errors.add(params.toString());
        }
      }
      case "Log.entryAdded" -> errors.add(params.path("entry").toString());
      case "Network.requestWillBeSent" -> requests.add(params.path("request").path("url").asText());
      default -> {}
    }
  }

  @Override
  public void close() throws Exception {
    socket.abort();
    process.destroy();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        try {
          hear(MAPPER.readTree(text.toString()));
        } catch (IOException e) {
          errors.add(e.toString());
        }
        text.setLength(0);
      }
      from.request(1);
      return CompletableFuture.completedFuture(null);
    }
  }
}
