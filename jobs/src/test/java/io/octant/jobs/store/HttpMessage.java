package io.octant.jobs.store;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A request of HTTP/1.1 as it came in: lines of the head and the bytes of a body. */
record HttpMessage(List<String> head, byte[] body) {

  /** Reads one, or nothing at the end of the stream; answers clients that wait to be asked. */
  static Optional<HttpMessage> read(InputStream in, OutputStream out) throws IOException {
    List<String> head = new ArrayList<>();
    for (String line = line(in); !line.isEmpty() || head.isEmpty(); line = line(in)) {
      if (line.isEmpty()) {
        return Optional.empty();
      }
      head.add(line);
    }
    HttpMessage message = new HttpMessage(List.copyOf(head), new byte[0]);
    if (message.header("expect").isPresent()) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }
    int length = message.header("content-length").map(Integer::parseInt).orElse(0);
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException();
    }
    return Optional.of(new HttpMessage(message.head, body));
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.write(c);
    }
    return line.toString(StandardCharsets.ISO_8859_1).strip();
  }

  String method() {
    return head.get(0).split(" ")[0];
  }

  /** Path and query. */
  String target() {
    return head.get(0).split(" ")[1];
  }

  Optional<String> header(String name) {
    return head.stream()
        .skip(1)
        .filter(h -> h.toLowerCase(Locale.ROOT).startsWith(name + ":"))
        .map(h -> h.substring(name.length() + 1).strip())
        .findFirst();
  }

  /** The bytes to send on, for a connection that ends with the answer. */
  byte[] toBytes() {
    StringBuilder text = new StringBuilder(head.get(0)).append("\r\n");
    head.stream()
        .skip(1)
        .filter(h -> !h.toLowerCase(Locale.ROOT).matches("(expect|connection):.*"))
        .forEach(h -> text.append(h).append("\r\n"));
    text.append("Connection: close\r\n\r\n");
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(text.toString().getBytes(StandardCharsets.ISO_8859_1));
    all.writeBytes(body);
    return all.toByteArray();
  }
}
