package io.octant.pipeline.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.calibration.CalibrationState;
import io.octant.pipeline.data.DataException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportPageTest {
  private static final String HOSTILE =
      "</script><script>throw 1</script><!--{data}\u2028 \"'&{script}";

  private static String page(ReportSource... sources) {
    return new String(ReportPage.of(List.of(sources)), UTF_8);
  }

  private static JsonNode data(String page) throws Exception {
    String begin = "<script type=\"application/json\" id=\"data\">";
    int at = page.indexOf(begin) + begin.length();
    return Results.MAPPER.readTree(page.substring(at, page.indexOf("</script>", at)));
  }

  @Test
  void namesCannotEndTheDataOrStandForParts() throws Exception {
    String harmless = page(Results.source(named("x")));
    String page = page(Results.source(named(HOSTILE)));
    assertThat(page.split("<script", -1)).hasSameSizeAs(harmless.split("<script", -1));
    assertThat(page.split("</script", -1)).hasSameSizeAs(harmless.split("</script", -1));
    assertThat(page.split("<!--", -1)).hasSameSizeAs(harmless.split("<!--", -1));
    JsonNode run = data(page).path("runs").path(0);
    assertThat(run.path("rows").path(0).path("node").asText()).isEqualTo(HOSTILE);
    assertThat(run.path("result").path("model").path("path").asText()).isEqualTo(HOSTILE);
  }

  private static ObjectNode named(String name) {
    ObjectNode report = Results.report();
    report.putObject("model").put("path", name);
    Results.value(report, name, name, name);
    return report;
  }

  @Test
  void nothingIsLoadedAndOnlyThePagesOwnScriptsRun() {
    String page = page(Results.source(Results.report()));
    assertThat(page)
        .containsPattern(
            "Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-[^']{44}'"
                + " 'sha256-[^']{44}' 'sha256-[^']{44}'; style-src 'unsafe-inline'\"")
        .doesNotContain("src=\"", "@import", "url(")
        .contains("Leon Sorokin");
  }

  @Test
  void theSameFilesGiveTheSameBytes() {
    CalibrationState state = Results.state();
    for (int i = 0; i < 40; i++) {
      state.add("observer_" + i, Results.normal(i, i));
    }
    byte[] page = ReportPage.of(List.of(Results.source(named("x"), qparams(), state)));
    for (int i = 0; i < 3; i++) {
      assertThat(ReportPage.of(List.of(Results.source(named("x"), qparams(), state))))
          .isEqualTo(page);
    }
  }

  private static ObjectNode qparams() {
    ObjectNode qparams = Results.MAPPER.createObjectNode();
    Results.activation(qparams, "x", "observer_3", 0.05, 3);
    return qparams;
  }

  @Test
  void severalResultsStandInTheirOrder() throws Exception {
    JsonNode runs =
        data(page(Results.source(named("second")), Results.source(named("first")))).path("runs");
    assertThat(runs).hasSize(2);
    assertThat(runs.path(0).path("rows").path(0).path("node").asText()).isEqualTo("second");
    assertThat(runs.path(1).path("rows").path(0).path("node").asText()).isEqualTo("first");
  }

  @Test
  void aTableHasAPageOfItsOwnAndStandsAlone() throws Exception {
    ObjectNode sweep = Results.report().put("step", "sweep");
    sweep.putObject("leaderboard").putArray("candidates").addObject().put("name", HOSTILE);
    String page = page(Results.source(sweep));
    assertThat(page).contains("id=\"candidates\"").doesNotContain("id=\"nodes\"");
    assertThat(data(page).at("/run/result/leaderboard/candidates/0/name").asText())
        .isEqualTo(HOSTILE);
    assertThatThrownBy(() -> page(Results.source(named("x")), Results.source(sweep)))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot report results/small beside others: a table of candidates, expected it alone");
  }

  @Test
  void whatIsNoReportIsRefusedByName() {
    for (String text : List.of("", "[]", "{", "null")) {
      assertThatThrownBy(
              () ->
                  ReportSource.of(
                      "s3a://b/out", text.getBytes(UTF_8), Optional.empty(), Optional.empty()))
          .as(text)
          .isInstanceOf(DataException.class)
          .hasMessageContaining("Cannot report s3a://b/out: result.json is not what Octant writes");
    }
    assertThatThrownBy(() -> ReportPage.of(List.of()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no results");
  }
}
