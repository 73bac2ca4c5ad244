package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page of a sweep as its readers have it: in a browser. */
class SweepBrowserTest extends BrowserPages {
  private static final String HOSTILE =
      "</script><img src=x onerror=throw(1)><!--{data}\u2028\u202e\"'&<b id=broken>";

  private static Path made(int candidates, String prefix, boolean labels) throws Exception {
    return Files.write(
        folder.resolve("sweep.html"),
        ManyCandidates.page(ManyCandidates.result(candidates, prefix, labels), "out/sweep"));
  }

  @Test
  void aSweepIsDrawnAtBothWidthsInBothSchemes() throws Exception {
    Path output = folder.resolve("sweep");
    RecordedConsole console = new RecordedConsole();
    CommandLineRun run =
        CommandLineRun.of(
            console.console(),
            "sweep",
            "../conf/examples/digits-sweep.conf",
            "--set",
            "sweep.grid.method=[minmax, percentile]",
            "--set",
            "sweep.grid.activationBits=[8]",
            "--set",
            "sweep.grid.percentile=[99.9]",
            "--set",
            "data.calibration.limit=64",
            "--set",
            "output.path=" + output);
    assertThat(run.exitCode()).as(console.err()).isZero();
    Path report = output.resolve("report.html");
    for (int width : new int[] {WIDE, NARROW}) {
      for (String scheme : List.of("light", "dark")) {
        browser.open(report, width, 900, scheme);
        page.assertDrawn("front");
        page.assertSound(report);
        page.assertAccessible();
        page.assertRead("candidates");
        page.assertRead("held");
      }
    }
    assertThat(page.js("document.title").asText()).isEqualTo("Octant: sweep of digits-resnet");
    assertThat(page.text("#summary .card.wide b")).isEqualTo(page.text("tr:has(.badge) th bdi"));
    assertThat(page.text("#count")).isEqualTo("6 models");
    assertThat(page.text("#held details")).startsWith("By class, 10");
    // octant report makes the same bytes.
    Path again = folder.resolve("again.html");
    assertThat(
            CommandLineRun.of(
                    console.console(), "report", output.toString(), "-o", again.toString())
                .exitCode())
        .as(console.err())
        .isZero();
    assertThat(again).hasSameBinaryContentAs(report);
  }

  @Test
  void candidatesSortByMouseAndByKeyboard() throws Exception {
    browser.open(made(9, "c", true), WIDE, 900, "light");
    assertThat(page.column("candidates", 0)).isSortedAccordingTo((a, b) -> integer(a) - integer(b));
    assertThat(page.column("candidates", 1).get(1)).startsWith("c_0 winner");
    assertThat(page.text("tr:has(.front) th bdi")).isEqualTo("c_8");
    page.js("document.querySelector('[data-key=speed]').click()");
    assertThat(page.column("candidates", 8).subList(0, 3)).containsExactly("280", "270", "260");
    assertThat(page.column("candidates", 8).get(10)).as("what failed is last").isEqualTo("–");
    assertThat(page.js("document.activeElement.dataset.key").asText()).isEqualTo("speed");
    browser.press("Enter");
    browser.await("document.querySelector('[aria-sort=ascending] [data-key=speed]')");
    assertThat(page.column("candidates", 8).subList(0, 2)).containsExactly("100", "200");
    assertThat(page.column("candidates", 8).get(10)).isEqualTo("–");
    assertThat(browser.errors()).isEmpty();
  }

  private static int integer(String text) {
    return Integer.parseInt(text);
  }

  @Test
  void candidatesAreFoundByTagTextAndKind() throws Exception {
    browser.open(made(9, "c", true), WIDE, 900, "light");
    page.enter("tag", "=theirs");
    assertThat(page.text("#count")).isEqualTo("5 of 11 models");
    page.enter("find", "C_3");
    assertThat(page.column("candidates", 1)).hasSize(1).allMatch(name -> name.startsWith("c_3"));
    page.enter("find", "");
    page.enter("tag", "");
    page.enter("show", "failed");
    assertThat(page.column("candidates", 1))
        .hasSize(1)
        .allMatch(name -> name.contains("Cannot read c: no ONNX"));
    page.enter("show", "apart");
    assertThat(page.column("candidates", 3)).hasSize(4).allMatch(text -> text.contains("worse"));
    page.enter("show", "front");
    assertThat(page.column("candidates", 1)).hasSize(1).allMatch(name -> name.startsWith("c_8"));
    page.enter("find", "nothing like it");
    assertThat(page.text("#candidates .empty")).isEqualTo("No candidate is like that.");
  }

  @Test
  void withoutLabelsQualityIsNearness() throws Exception {
    Path made = made(4, "c", false);
    browser.open(made, NARROW, 900, "dark");
    page.assertDrawn("front");
    page.assertSound(made);
    assertThat(page.texts("#measure option").get(0)).isEqualTo("SQNR of the output");
    assertThat(page.texts("#candidates thead button"))
        .contains("cosine")
        .doesNotContain("accuracy");
    page.enter("measure", "bytes");
    page.assertDrawn("front");
  }

  @Test
  void whereNamesHaveNoRoomNumbersStandForThem() throws Exception {
    Path made = made(9, "way", true);
    browser.open(made, WIDE, 900, "light");
    String shown = "getComputedStyle(document.querySelector('#front .numbered')).display";
    assertThat(page.js(shown).asText()).isEqualTo("none");
    browser.open(made, NARROW, 900, "light");
    page.assertDrawn("front");
    assertThat(page.js(shown).asText()).isEqualTo("block");
    // By speed, as they stand from left to right.
    assertThat(page.texts("#front .numbered li")).containsExactly("float", "way_0", "way_8");
    page.assertSound(made);
    page.assertAccessible();
  }

  @Test
  void namesAreTextWhateverIsInThem() throws Exception {
    Path made = made(5, HOSTILE, true);
    browser.open(made, NARROW, 900, "light");
    page.assertDrawn("front");
    page.assertSound(made);
    page.assertRead("candidates");
    assertThat(page.js("document.querySelectorAll('img, #broken').length").asInt()).isZero();
    assertThat(page.text("#summary .card.wide b")).isEqualTo(HOSTILE + "_0");
    Path wide = made(5, "x".repeat(300), true);
    browser.open(wide, NARROW, 900, "light");
    page.assertSound(wide);
    page.assertRead("candidates");
  }

  @Test
  void paperHasAllRowsAndTheChart() throws Exception {
    browser.open(made(40, "c", true), WIDE, 900, "dark");
    assertThat(browser.print()).isNotEmpty();
    assertThat(page.js("document.querySelectorAll('canvas').length").asInt()).isEqualTo(1);
    browser.paper();
    assertThat(
            page.js("getComputedStyle(document.querySelector('#candidates .scroll')).maxHeight")
                .asText())
        .isEqualTo("none");
  }
}
