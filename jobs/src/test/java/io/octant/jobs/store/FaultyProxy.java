package io.octant.jobs.store;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands before an S3 endpoint on loopback and makes faults. It also does what S3 does and S3Proxy
 * 2.6.0 does not: it refuses a request that is signed with another key, and a conditional write
 * ({@code If-None-Match: *}) of an object that is there, in one step.
 */
public final class FaultyProxy implements AutoCloseable {
  private static final int SLOW_MILLIS = 400;

  private final ServerSocket server;
  private final int backend;
  private final String accessKey;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Object writing = new Object();
  private volatile RequestFaults faults = RequestFaults.NEVER;

  private FaultyProxy(ServerSocket server, int backend, String accessKey) {
    this.server = server;
    this.backend = backend;
    this.accessKey = accessKey;
  }

  /**
   * @param backend port of the endpoint
   * @param accessKey that requests must be signed with
   */
  static FaultyProxy start(int backend, String accessKey) throws IOException {
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    FaultyProxy proxy = new FaultyProxy(server, backend, accessKey);
    proxy.threads.execute(proxy::accept);
    return proxy;
  }

  int port() {
    return server.getLocalPort();
  }

  /** What goes wrong from now on. */
  public void make(RequestFaults more) {
    faults = more;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        threads.execute(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      OutputStream out = client.getOutputStream();
      Optional<HttpMessage> request = HttpMessage.read(in, out);
      if (request.isPresent()) {
        answer(request.get(), out);
      }
    } catch (IOException | InterruptedException e) {
      // The client or the test has gone.
    }
  }

  private void answer(HttpMessage request, OutputStream out)
      throws IOException, InterruptedException {
    RequestFaults.Kind fault = faults.next();
    if (fault == RequestFaults.Kind.BUSY) {
      out.write(error("503 Slow Down", "SlowDown"));
      return;
    }
    if (fault == RequestFaults.Kind.SLOW) {
      Thread.sleep(SLOW_MILLIS);
    }
    byte[] answer = done(request);
    switch (fault) {
      case CUT -> out.write(answer, 0, half(answer));
      case LOST -> {}
      default -> out.write(answer);
    }
  }

  /** Up to the middle of the body; of an answer without one, nothing. */
  private static int half(byte[] answer) {
    int body = new String(answer, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
    return body == answer.length ? 0 : body + (answer.length - body) / 2;
  }

  private byte[] done(HttpMessage request) throws IOException {
    boolean signed =
        request.header("authorization").filter(a -> a.contains("=" + accessKey + "/")).isPresent();
    if (!signed) {
      return error("403 Forbidden", "AccessDenied");
    }
    if (request.header("if-none-match").filter("*"::equals).isEmpty()) {
      return forward(request.toBytes());
    }
    synchronized (writing) {
      String path = request.target().split("\\?")[0];
      String head = "HEAD " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      boolean exists =
          new String(
                  forward(head.getBytes(StandardCharsets.ISO_8859_1)), StandardCharsets.ISO_8859_1)
              .startsWith("HTTP/1.1 200");
      return exists
          ? error("412 Precondition Failed", "PreconditionFailed")
          : forward(request.toBytes());
    }
  }

  private byte[] forward(byte[] request) throws IOException {
    try (Socket store = new Socket(InetAddress.getLoopbackAddress(), backend)) {
      store.getOutputStream().write(request);
      return store.getInputStream().readAllBytes();
    }
  }

  private static byte[] error(String status, String code) {
    String body = "<Error><Code>" + code + "</Code><Message>" + code + "</Message></Error>";
    return ("HTTP/1.1 "
            + status
            + "\r\nContent-Type: application/xml\r\nConnection: close\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    server.close();
    threads.shutdownNow();
  }
}
