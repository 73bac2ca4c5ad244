package io.octant.pipeline.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.pipeline.data.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The page {@code report.html}. One file: styles, scripts, the charting library and the data are in
 * it, and its content security policy lets it load nothing and run no other script than its own.
 */
public final class ReportPage {
  private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ReportPage() {}

  /**
   * Makes the page.
   *
   * @param sources one result, or several to show side by side; a table of candidates stands alone
   * @return UTF-8
   * @throws DataException if there are none, one is damaged, or a table is not the only one
   */
  public static byte[] of(List<ReportSource> sources) {
    if (sources.isEmpty()) {
      throw new DataException("Cannot report: no results, expected at least one");
    }
    Optional<ReportSource> table = sources.stream().filter(ReportSource::isTable).findFirst();
    if (table.isPresent() && sources.size() > 1) {
      throw new DataException(
          "Cannot report "
              + table.get().name()
              + " beside others: a table of candidates, expected it alone");
    }
    ObjectNode data = MAPPER.createObjectNode();
    if (table.isPresent()) {
      data.set("run", named(table.get()));
      return page("board", data);
    }
    ArrayNode runs = data.putArray("runs");
    sources.forEach(source -> runs.add(run(source)));
    return page("run", data);
  }

  /**
   * A page of its kind.
   *
   * @param kind what it is made of: {@code kind.html}, {@code kind.js}
   */
  private static byte[] page(String kind, ObjectNode data) {
    String uplot = resource(UPLOT + "dist/uPlot.iife.min.js");
    String common = resource("common.js");
    String script = resource(kind + ".js");
    return fill(
            resource("page.html"),
            Map.of(
                "licence", resource(UPLOT + "LICENSE"),
                "hashes", String.join(" ", hash(uplot), hash(common), hash(script)),
                "uplotStyle", resource(UPLOT + "dist/uPlot.min.css"),
                "style", resource("page.css"),
                "main", resource(kind + ".html"),
                "uplot", uplot,
                "common", common,
                "script", script,
                "data", embedded(data)))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static ObjectNode named(ReportSource source) {
    ObjectNode run = MAPPER.createObjectNode().put("name", source.name());
    run.putObject("result").setAll((ObjectNode) source.result());
    return run;
  }

  private static ObjectNode run(ReportSource source) {
    ObjectNode run = named(source);
    ArrayNode tensors = TensorTable.of(source);
    ArrayNode weights = WeightTable.of(source);
    run.set("rows", NodeTable.of(source.result(), tensors));
    run.set("tensors", tensors);
    run.set("weights", weights);
    source.promoted().ifPresent(p -> run.set("drift", DriftTable.of(source, p)));
    return run;
  }

  /**
   * JSON that may stand in a script element: nothing in it ends the element or begins a comment or
   * another one, as {@code <} is written by its number.
   */
  private static String embedded(ObjectNode data) {
    try {
      return MAPPER.writeValueAsString(data).replace("<", "\\u003c");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Puts texts where their names stand; what is put in is not looked through again. */
  private static String fill(String template, Map<String, String> texts) {
    StringBuilder page = new StringBuilder();
    int at = 0;
    while (at < template.length()) {
      int open = template.indexOf('{', at);
      int close = template.indexOf('}', open);
      if (open < 0 || close < 0) {
        break;
      }
      String text = texts.get(template.substring(open + 1, close));
      if (text == null) {
        throw new IllegalStateException("No text for " + template.substring(open, close + 1));
      }
      page.append(template, at, open).append(text);
      at = close + 1;
    }
    return page.append(template, at, template.length()).toString();
  }

  /** As content security policies name a script. */
  private static String hash(String script) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("Missing on the class path: " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
