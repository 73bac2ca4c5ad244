package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page as its readers have it: in a browser. */
class ReportBrowserTest extends BrowserPages {
  private static final String HOSTILE =
      "</script><img src=x onerror=throw(1)><!--{data}\u2028\"'&<b id=broken>";

  private static Path file(String name, byte[] bytes) throws Exception {
    return Files.write(folder.resolve(name + ".html"), bytes);
  }

  private static Path many(int nodes) throws Exception {
    return file("many" + nodes, ManyNodes.page(nodes, "layer"));
  }

  private static JsonNode js(String expression) {
    return browser.evaluate(expression);
  }

  private static List<String> column(int column) {
    return page.column("nodes", column);
  }

  private static List<Double> numbers(int column) {
    return column(column).stream().map(Double::valueOf).toList();
  }

  @Test
  void aResultIsDrawnAtBothWidthsInBothSchemes() throws Exception {
    Path output = folder.resolve("digits-resnet");
    RecordedConsole console = new RecordedConsole();
    CommandLineRun run =
        CommandLineRun.of(
            console.console(),
            "quantize",
            "../conf/examples/digits-resnet.conf",
            "--set",
            "data.calibration.limit=64",
            "--set",
            "data.evaluation.limit=100",
            "--set",
            "output.path=" + output);
    assertThat(run.exitCode()).as(console.err()).isZero();
    Path made = output.resolve("report.html");
    for (int width : new int[] {WIDE, NARROW}) {
      for (String scheme : List.of("light", "dark")) {
        browser.open(made, width, 900, scheme);
        for (String part : List.of("along", "tensors", "weights")) {
          page.assertDrawn(part);
        }
        page.assertSound(made);
        page.assertAccessible();
        for (String part : List.of("summary", "along", "nodes", "tensors", "made")) {
          page.assertRead(part);
        }
        assertThat(
                js("document.querySelector('#nodes .scroll').scrollWidth <= innerWidth")
                    .asBoolean())
            .as("a node is read without scrolling sideways")
            .isTrue();
        assertThat(js("getComputedStyle(document.documentElement).backgroundColor").asText())
            .isEqualTo(scheme.equals("dark") ? "rgb(20, 23, 27)" : "rgb(255, 255, 255)");
      }
    }
    assertThat(js("document.title").asText()).isEqualTo("Octant: digits-resnet");
    assertThat(js("document.querySelector('.badge').textContent").asText())
        .isEqualTo("gates passed");
    assertThat(js("document.querySelectorAll('#nodes tbody tr').length").asInt())
        .isEqualTo(
            js("JSON.parse(document.querySelector('#data').textContent).runs[0].rows.length")
                .asInt())
        .isGreaterThan(15);
    assertThat(js("document.querySelector('#made').textContent").asText())
        .contains(
            "train.parquet", "spark 4", "octant quantize ../conf/examples/digits-resnet.conf");
  }

  @Test
  void aRunTellsWhatHasMovedAndHowItWasAskedFor() throws Exception {
    String current = folder.resolve("current").toString();
    RecordedConsole console = new RecordedConsole();
    for (String limit : List.of("64", "100")) {
      String output = folder.resolve("limit" + limit).toString();
      assertThat(
              CommandLineRun.of(
                      console.console(),
                      "calibrate",
                      "../conf/examples/digits-resnet.conf",
                      "--set",
                      "data.calibration.limit=" + limit,
                      "--set",
                      "output.current=" + current,
                      "-o",
                      output)
                  .exitCode())
          .as(console.err())
          .isZero();
      if (limit.equals("64")) {
        browser.open(folder.resolve("limit64/report.html"), WIDE, 900, "light");
        assertThat(page.text("#drift .empty")).contains(current, "nothing was promoted there yet");
        promote(console, output, current);
      }
    }
    Path made = folder.resolve("limit100/report.html");
    browser.open(made, NARROW, 900, "light");
    page.assertDrawn("drift");
    page.assertSound(made);
    page.assertRead("drift");
    page.assertAccessible();
    assertThat(page.text("#drift .say"))
        .contains("in 100 samples", "64 samples behind what was current", "int8");
    assertThat(page.text("#made pre"))
        .startsWith("octant calibrate ../conf/examples/digits-resnet.conf --set")
        .contains("data.calibration.limit=100");
    assertThat(page.text("#made details"))
        .contains("\"limit\": \"100\"", "examples/models/digits-resnet/model.onnx");
    // octant report makes the same bytes, also when another result is current.
    promote(console, folder.resolve("limit100").toString(), current);
    JsonNode converted = json(folder.resolve("limit100-int8/result.json")).path("drift");
    assertThat(converted.path("laterSamples").asInt()).as("of convert").isEqualTo(100);
    assertThat(converted.path("tensors"))
        .hasSameSizeAs(json(folder.resolve("limit100/result.json")).at("/drift/tensors"))
        .isNotEmpty();
    Path again = folder.resolve("again.html");
    assertThat(
            CommandLineRun.of(
                    console.console(),
                    "report",
                    folder.resolve("limit100").toString(),
                    "-o",
                    again.toString())
                .exitCode())
        .as(console.err())
        .isZero();
    assertThat(again).hasSameBinaryContentAs(made);
  }

  private static JsonNode json(Path file) throws Exception {
    return new ObjectMapper().readTree(file.toFile());
  }

  /** Converts a state, and makes it current. */
  private static void promote(RecordedConsole console, String state, String current) {
    String int8 = state + "-int8";
    String figures = state + "-figures";
    String conf = "../conf/examples/digits-resnet.conf";
    String few = "data.evaluation.limit=100";
    for (String[] step :
        new String[][] {
          {"convert", conf, "--state", state, "-o", int8, "--set", "output.current=" + current},
          {"validate", conf, "--model", int8, "-o", figures, "--set", few},
          {"promote", int8, "--state", state, "--validation", figures, "--current", current}
        }) {
      assertThat(CommandLineRun.of(console.console(), step).exitCode()).as(console.err()).isZero();
    }
  }

  @Test
  void nodesSortByMouseAndByKeyboard() throws Exception {
    browser.open(many(60), WIDE, 900, "light");
    assertThat(numbers(0)).hasSize(60).isSorted();
    js("document.querySelector('[data-key=sqnr]').click()");
    assertThat(numbers(4)).hasSize(60).isSorted();
    assertThat(js("document.querySelector('[aria-sort=ascending]').textContent").asText())
        .isEqualTo("SQNR, dB");
    assertThat(js("document.activeElement.dataset.key").asText()).isEqualTo("sqnr");
    browser.press("Enter");
    browser.await("document.querySelector('[aria-sort=descending]')");
    assertThat(numbers(4)).isSortedAccordingTo(Collections.reverseOrder());
    browser.press("Tab");
    assertThat(js("document.activeElement.dataset.key").asText()).isEqualTo("saturated");
    browser.press("Enter");
    // What was not measured comes last.
    assertThat(column(5).subList(0, 20)).containsOnly("0.10 %");
    assertThat(column(5).subList(40, 60)).containsOnly("–");
    js("document.querySelector('[data-key=node]').click()");
    assertThat(column(1).get(2)).as("numbers in names count as numbers").startsWith("layer_2");
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void nodesAreFoundByTextAndKind() throws Exception {
    browser.open(many(60), WIDE, 900, "light");
    page.enter("find", "LAYER_1");
    assertThat(column(1)).hasSize(11).allMatch(name -> name.startsWith("layer_1"));
    assertThat(js("document.querySelector('#count').textContent").asText())
        .isEqualTo("11 of 60 nodes");
    page.enter("show", "float");
    assertThat(column(3)).hasSize(3).containsOnly("float");
    page.enter("find", "nothing like it");
    assertThat(js("document.querySelector('#nodes .empty').textContent").asText())
        .isEqualTo("No node is like that.");
    page.enter("find", "");
    page.enter("show", "saturated");
    assertThat(column(5)).hasSize(20).containsOnly("0.10 %");
    // A node leads to its histogram.
    js("document.querySelector('#nodes [data-tensor]').click()");
    assertThat(js("document.querySelector('#tensor').selectedOptions[0].textContent").asText())
        .isEqualTo("layer_1");
    page.assertDrawn("tensors");
  }

  @Test
  void twoThousandNodesOpenWithoutDrawingWhatIsOutOfView() throws Exception {
    Path made = many(2000);
    browser.open(made, WIDE, 900, "light");
    System.out.printf(
        "2,000 nodes, %,d bytes: %s ms%n",
        Files.size(made), js("document.documentElement.dataset.readyMillis").asText());
    assertThat(column(0)).hasSize(2000);
    assertThat(js("document.querySelectorAll('canvas').length").asInt()).isLessThanOrEqualTo(1);
    for (String part : List.of("along", "tensors", "weights")) {
      page.assertDrawn(part);
    }
    page.enter("find", "1999");
    assertThat(column(1)).hasSize(1);
    browser.open(made, NARROW, 700, "light");
    page.assertSound(made);
  }

  @Test
  void namesAreTextWhateverIsInThem() throws Exception {
    Path made = file("hostile", ManyNodes.page(6, HOSTILE));
    browser.open(made, NARROW, 900, "light");
    for (String part : List.of("along", "tensors", "weights")) {
      page.assertDrawn(part);
    }
    page.assertSound(made);
    assertThat(js("document.querySelectorAll('img, #broken').length").asInt()).isZero();
    assertThat(column(1).get(0)).startsWith(HOSTILE + "_0");
    assertThat(js("document.querySelector('#tensor').options[1].textContent").asText())
        .isEqualTo(HOSTILE + "_1");
    assertThat(js("document.querySelector('h1').textContent + document.title").asText())
        .contains("<b id=broken>");
    // The policy stops even what would get through.
    js("document.querySelector('#summary').innerHTML = '<img src=x onerror=\"window.hurt = 1\">'");
    browser.await("document.querySelector('#summary img').complete");
    assertThat(js("window.hurt === undefined").asBoolean()).isTrue();
  }

  @Test
  void resultsStandSideBySideAndOneByOne() throws Exception {
    Path one = result("one", "{\"status\": \"ok\", \"step\": \"calibrate\"}");
    Path two =
        result(
            "two",
            "{\"status\": \"failed\", \"step\": \"validate\", \"error\": {\"class\":"
                + " \"a.GateException\", \"message\": \"too far\"}}");
    Path made = folder.resolve("both.html");
    RecordedConsole console = new RecordedConsole();
    CommandLineRun run =
        CommandLineRun.of(
            console.console(), "report", one.toString(), two.toString(), "-o", made.toString());
    assertThat(run.exitCode()).as(console.err()).isZero();

    browser.open(made, WIDE, 900, "light");
    // Names are told apart by what they do not share.
    assertThat(page.column("comparison", 0)).containsExactly("one", "two");
    assertThat(page.column("comparison", 1)).containsExactly("done", "✗ failed");
    assertThat(js("document.querySelector('.badge').textContent").asText()).isEqualTo("done");
    page.enter("run", "1");
    assertThat(js("document.querySelector('.badge').textContent").asText()).isEqualTo("failed");
    assertThat(js("document.querySelector('.error').textContent").asText())
        .isEqualTo("GateException too far");
    js("document.querySelector('[data-run=\"0\"]').click()");
    assertThat(page.text(".badge")).isEqualTo("done");
    page.assertAccessible();
    browser.open(made, NARROW, 900, "dark");
    page.assertSound(made);
    page.assertAccessible();
  }

  @Test
  void aResultOfAnotherFormatLeavesTheOthersAsTheyAre() throws Exception {
    List<String> args = new ArrayList<>(List.of("report"));
    for (int i = 0; i < 17; i++) {
      args.add(
          result(
                  "many" + i,
                  "{\"status\": \"ok\", \"step\": \"quantize\", \"sqnrDb\": 30." + i + "}")
              .toString());
    }
    args.add(result("nothing", "{}").toString());
    args.add(
        result("\u202e\u05d0 '\"<b>&amp;" + "x".repeat(200), "{\"status\": \"ok\"}").toString());
    args.add(
        result(
                "other",
                """
                {"status": 1, "step": 5, "model": {"path": 5}, "accuracy": 3, "gates": {}, "nodes": [], "layers": [],
                 "executors": {"a": 1}, "versions": "1", "seconds": 4, "error": "boom", "outputs": "x",
                 "sqnrDb": "3", "drift": {"tensors": 1}, "command": "x", "data": {"calibration": "x"}}
                """)
            .toString());
    Path made = folder.resolve("twenty.html");
    args.addAll(List.of("-o", made.toString()));
    RecordedConsole console = new RecordedConsole();
    CommandLineRun run = CommandLineRun.of(console.console(), args.toArray(String[]::new));
    assertThat(run.exitCode()).as(console.err()).isZero();
    for (int width : new int[] {WIDE, NARROW}) {
      browser.open(made, width, 900, "light");
      assertThat(page.column("comparison", 0)).hasSize(20);
      page.assertSound(made);
      for (int i = 0; i < 20; i++) {
        page.enter("run", String.valueOf(i));
        page.assertSound(made);
        assertThat(page.texts(".broken")).as("result %d", i).hasSize(i == 19 ? 2 : 0);
      }
    }
    page.enter("run", "0");
    js("document.querySelector('[data-key=sqnr]').click()");
    assertThat(page.column("comparison", 0).get(0)).as("largest first").isEqualTo("many9");
  }

  @Test
  void aTrainingIsDrawnEpochByEpoch() throws Exception {
    Path trained =
        result(
            "trained",
            """
            {"status": "ok", "step": "train", "data": {"training": {"path": "/digits", "samples": 4000, "files": 1,
              "damagedRows": {"count": 3, "named": ["a.parquet row 7: no <b>picture"]}}},
             "training": {"steps": 186, "resumedFrom": "/kept/step-100", "epochs": [
              {"epoch": 1, "steps": 62, "loss": 1.25, "learningRate": 0.01, "accuracy": 0.71, "evaluationAccuracy": 0.9},
              {"epoch": 2, "steps": 62, "loss": 0.5, "learningRate": 0.005, "accuracy": 0.9, "evaluationAccuracy": 0.96},
              {"epoch": 3, "steps": 62, "loss": 0.25, "learningRate": 0.001, "accuracy": 0.95, "evaluationAccuracy": 0.979}]}}
            """);
    Path unlabelled =
        result(
            "unlabelled",
            """
            {"status": "ok", "step": "train", "training": {"steps": 62, "resumedFrom": null, "epochs": [
              {"epoch": 1, "steps": 62, "loss": 1.25, "learningRate": 0.01, "accuracy": null, "evaluationAccuracy": null}]}}
            """);
    Path made = folder.resolve("trainings.html");
    RecordedConsole console = new RecordedConsole();
    CommandLineRun run =
        CommandLineRun.of(
            console.console(),
            "report",
            trained.toString(),
            unlabelled.toString(),
            result("other-step", "{\"status\": \"ok\"}").toString(),
            "-o",
            made.toString());
    assertThat(run.exitCode()).as(console.err()).isZero();
    for (int width : new int[] {WIDE, NARROW}) {
      browser.open(made, width, 900, "light");
      page.assertDrawn("training");
      browser.await("document.querySelector('#training .right canvas')");
      page.assertSound(made);
      page.assertRead("training");
      page.assertRead("made");
      assertThat(page.column("training", 4)).containsExactly("90.00 %", "96.00 %", "97.90 %");
      assertThat(page.text("#training .say"))
          .contains("0.2500 after 3 epochs", "97.90 % of them", "/kept/step-100");
      assertThat(page.text("#made"))
          .contains("3 damaged rows left out: a.parquet row 7: no <b>picture; …");
      page.enter("run", "1");
      page.assertDrawn("training");
      assertThat(js("document.querySelector('#training .right').hidden").asBoolean()).isTrue();
      assertThat(page.column("training", 4)).containsExactly("–");
      page.assertSound(made);
      page.enter("run", "2");
      assertThat(js("document.querySelector('#training').hidden").asBoolean()).isTrue();
      page.enter("run", "0");
      page.assertAccessible();
    }
  }

  private static Path result(String name, String report) throws Exception {
    Path result = Files.createDirectories(folder.resolve(name));
    Files.writeString(result.resolve("result.json"), report);
    return result;
  }

  @Test
  void paperHasAllRowsAndCharts() throws Exception {
    browser.open(many(60), WIDE, 900, "dark");
    byte[] paper = browser.print();
    assertThat(new String(paper, 0, 5, StandardCharsets.US_ASCII)).isEqualTo("%PDF-");
    assertThat(js("document.querySelectorAll('canvas').length").asInt()).isEqualTo(3);
    browser.paper();
    assertThat(js("getComputedStyle(document.querySelector('#nodes .scroll')).maxHeight").asText())
        .isEqualTo("none");
    assertThat(js("getComputedStyle(document.documentElement).backgroundColor").asText())
        .isEqualTo("rgb(255, 255, 255)");
  }

  @Test
  void everythingThatIsUsedHasANameAndIsReachedByTab() throws Exception {
    browser.open(many(9), WIDE, 900, "light");
    assertThat(
            js("document.querySelectorAll('input:not(label *), select:not(label *)').length")
                .asInt())
        .isZero();
    assertThat(js("document.querySelectorAll('[role=img]:not([aria-label])').length").asInt())
        .isZero();
    assertThat(js("document.querySelectorAll('[tabindex]:not([tabindex=\"0\"])').length").asInt())
        .isZero();
    assertThat(js("document.documentElement.lang").asText()).isEqualTo("en");
    List<String> reached = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      browser.press("Tab");
      reached.add(
          js("document.activeElement.id || document.activeElement.dataset.key || ''").asText());
    }
    assertThat(reached)
        .containsSubsequence("find", "show", "at", "node", "reason", "tensor", "weight");
  }
}
