package io.octant.pipeline.leaderboard;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.octant.pipeline.evaluation.PairedTest;
import io.octant.pipeline.evaluation.Proportion;
import io.octant.pipeline.validation.OutputComparison;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The table as one self-contained page: sorts by any column, filters by tag, opens offline. */
public final class LeaderboardPage {
  private static final List<String> COLUMNS =
      List.of(
          "name",
          "accuracy",
          "95 %",
          "Δ float",
          "p",
          "agreement",
          "SQNR dB",
          "bytes",
          "int8 layers",
          "samples/s",
          "tags");

  private static final String STYLE =
      """
      :root{color-scheme:light dark}
      body{font:15px/1.45 system-ui,sans-serif;margin:1rem auto;padding:0 1rem;max-width:80rem;
       overflow-wrap:anywhere}
      h1{font-size:1.4rem;margin:.2rem 0}
      table{border-collapse:collapse}
      th,td{padding:.35rem .6rem;text-align:right;white-space:nowrap;border-bottom:1px solid #8886}
      th:first-child,td:first-child{text-align:left;position:sticky;left:0;background:Canvas}
      th:last-child,td:last-child,td.error{text-align:left}
      td.error{white-space:normal;color:light-dark(#a11,#f88);min-width:18rem}
      th button{font:inherit;font-weight:600;color:inherit;background:none;border:0;padding:0;cursor:pointer}
      th[aria-sort=ascending] button::after{content:" ▲"}
      th[aria-sort=descending] button::after{content:" ▼"}
      .wide{overflow-x:auto}
      @media (max-width:30rem){td:first-child{white-space:normal;min-width:7rem;max-width:9rem}}
      @media print{.wide{overflow:visible}.filter{display:none}}
      """;

  private static final String SCRIPT =
      """
      const body = document.querySelector('tbody'), heads = [...document.querySelectorAll('thead th')];
      // What failed has one cell in place of its figures, and stays last.
      const key = (row, i) => {
        const last = row.cells.length - 1;
        const cell = i === 0 || row.cells.length === heads.length ? row.cells[i]
          : i === heads.length - 1 ? row.cells[last] : null;
        return cell === null ? '' : cell.dataset.v ?? cell.textContent;
      };
      heads.forEach((head, i) => head.firstChild.addEventListener('click', () => {
        const up = head.getAttribute('aria-sort') !== 'ascending';
        heads.forEach(h => h.removeAttribute('aria-sort'));
        head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
        [...body.rows].map(row => [key(row, i), row]).sort(([a], [b]) => {
          if (a === '' || b === '') return (a === '') - (b === '');
          const n = a - b;
          return (Number.isNaN(n) ? a.localeCompare(b) : n) * (up ? 1 : -1);
        }).forEach(([, row]) => body.append(row));
      }));
      const tag = document.getElementById('tag'), shown = document.getElementById('shown');
      const filter = () => {
        let count = 0;
        for (const row of body.rows) {
          row.hidden = tag.value !== '' && !JSON.parse(row.dataset.tags).includes(tag.value);
          count += row.hidden ? 0 : 1;
        }
        shown.textContent = count + ' of ' + body.rows.length;
      };
      tag.addEventListener('change', filter);
      filter();
      """;

  private LeaderboardPage() {}

  /** UTF-8. */
  public static byte[] of(Leaderboard board) {
    StringBuilder html = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head>");
    html.append("<meta charset=\"utf-8\">");
    html.append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
    html.append("<title>Leaderboard</title><style>\n").append(STYLE).append("</style></head>\n");
    html.append("<body><h1>Leaderboard</h1>\n");
    html.append(
        String.format(
            Locale.ROOT,
            "<p>Model %s, output %s, %,d samples, on %s.</p>%n",
            escaped(board.title()),
            escaped(board.output()),
            board.samples(),
            escaped(String.join(", ", board.isas()))));
    html.append("<p>Accuracy with its 95 % interval (Wilson); p: McNemar's test against float,");
    html.append(" at 0.05 and above the difference may be chance; samples a second of one thread;");
    html.append(" ◆ no other is at least as good and as fast.</p>\n");
    finals(html, board.finals());
    Set<String> tags = new TreeSet<>();
    board.rows().forEach(row -> tags.addAll(row.tags()));
    html.append(
        "<p class=\"filter\"><label>Tag <select id=\"tag\"><option value=\"\">all</option>");
    tags.forEach(tag -> html.append("<option>").append(escaped(tag)).append("</option>"));
    html.append("</select></label> <span id=\"shown\" role=\"status\"></span></p>\n");
    table(html, board);
    html.append("<script>\n").append(SCRIPT).append("</script></body></html>\n");
    return html.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void finals(StringBuilder html, List<Row> finals) {
    if (finals.isEmpty()) {
      return;
    }
    html.append("<p>On what was held out: ");
    html.append(
        finals.stream()
            .map(
                row ->
                    escaped(row.name())
                        + " "
                        + row.accuracy()
                            .map(a -> percent(a.value()) + " (" + interval(a) + ")")
                            .orElse(decibel(row)))
            .collect(Collectors.joining(", ")));
    html.append(
        String.format(Locale.ROOT, "; %,d samples.</p>%n", finals.get(0).totals().samples()));
  }

  private static String decibel(Row row) {
    return String.format(Locale.ROOT, "%.1f dB", row.compared().sqnrDb());
  }

  private static void table(StringBuilder html, Leaderboard board) {
    Set<String> front =
        Pareto.front(board.rows()).stream().map(Row::name).collect(Collectors.toSet());
    html.append("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Candidates\">");
    html.append("<table><thead><tr>");
    for (String column : COLUMNS) {
      html.append("<th scope=\"col\"><button>").append(column).append("</button></th>");
    }
    html.append("</tr></thead><tbody>\n");
    board.rows().forEach(row -> row(html, row, front.contains(row.name())));
    html.append("</tbody></table></div>\n");
  }

  private static void row(StringBuilder html, Row row, boolean inFront) {
    html.append("<tr data-tags=\"").append(escaped(json(row.tags()))).append("\">");
    cell(html, row.name(), row.name() + (inFront ? " ◆" : ""));
    if (row.error().isEmpty()) {
      figures(html, row);
    } else {
      html.append(
          String.format(Locale.ROOT, "<td class=\"error\" colspan=\"%d\">", COLUMNS.size() - 2));
      html.append(escaped(row.error())).append("</td>");
    }
    cell(html, String.join(", ", row.tags()), String.join(", ", row.tags()));
    html.append("</tr>\n");
  }

  private static void figures(StringBuilder html, Row row) {
    cell(
        html,
        row.accuracy().map(a -> String.valueOf(a.value())).orElse(""),
        row.accuracy().map(a -> percent(a.value())).orElse(""));
    cell(
        html,
        row.accuracy().map(a -> String.valueOf(a.low())).orElse(""),
        row.accuracy().map(LeaderboardPage::interval).orElse(""));
    number(html, row.difference().orElse(Double.NaN), "%+.2f", 100);
    number(html, row.paired().map(PairedTest::midP).orElse(Double.NaN), "%.3f", 1);
    number(html, row.compared().agreement(), "%.2f %%", 100);
    sqnr(html, row.compared());
    number(html, row.facts().map(f -> (double) f.bytes()).orElse(Double.NaN), "%,.0f", 1);
    number(html, row.facts().map(f -> (double) f.int8Layers()).orElse(Double.NaN), "%.0f", 1);
    number(html, row.samplesPerSecond().orElse(Double.NaN), "%,.0f", 1);
  }

  /** What NaN and infinities leave out of it is said beside it. */
  private static void sqnr(StringBuilder html, OutputComparison compared) {
    double value = compared.sqnrDb();
    String shown =
        value == Double.POSITIVE_INFINITY
            ? (compared.isEqual() ? "equal" : "no error")
            : Double.isFinite(value) ? String.format(Locale.ROOT, "%.1f", value) : "";
    if (compared.int8NanOnly() > 0) {
      shown += String.format(Locale.ROOT, " (NaN in %,d)", compared.int8NanOnly());
    }
    if (compared.nonFiniteElements() > 0) {
      shown += String.format(Locale.ROOT, " (%,d infinite)", compared.nonFiniteElements());
    }
    cell(html, Double.isNaN(value) ? "" : String.valueOf(value), shown);
  }

  private static void number(StringBuilder html, double value, String format, double factor) {
    boolean is = Double.isFinite(value);
    cell(
        html,
        is ? String.valueOf(value) : "",
        is ? String.format(Locale.ROOT, format, value * factor) : "");
  }

  private static void cell(StringBuilder html, String key, String shown) {
    html.append("<td data-v=\"").append(escaped(key)).append("\">");
    html.append(escaped(shown)).append("</td>");
  }

  private static String json(List<String> texts) {
    return JsonNodeFactory.instance
        .arrayNode()
        .addAll(texts.stream().map(JsonNodeFactory.instance::textNode).toList())
        .toString();
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", share * 100);
  }

  private static String interval(Proportion p) {
    return String.format(Locale.ROOT, "%.2f–%.2f", p.low() * 100, p.high() * 100);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
