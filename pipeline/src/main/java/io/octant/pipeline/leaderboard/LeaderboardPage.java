package io.octant.pipeline.leaderboard;

import io.octant.pipeline.evaluation.PairedTest;
import io.octant.pipeline.evaluation.Proportion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The table as one self-contained page: sorts by any column, filters by tag, opens offline. */
public final class LeaderboardPage {
  private static final String STYLE =
      """
      :root{color-scheme:light dark}body{font:15px/1.4 system-ui,sans-serif;margin:1.5rem}\
      table{border-collapse:collapse}th,td{padding:.3rem .6rem;text-align:right;\
      border-bottom:1px solid #8886}th:first-child,td:first-child,.text{text-align:left}\
      th button{all:unset;cursor:pointer;font-weight:600}th button:focus-visible{outline:2px solid}\
      .wide{overflow-x:auto}.error{color:#c22}.front td:first-child::after{content:" ◆"}\
      """;

  private static final String SCRIPT =
      """
      const body=document.querySelector('tbody');
      document.querySelectorAll('th button').forEach((b,i)=>b.onclick=()=>{
       const th=b.parentElement,up=th.getAttribute('aria-sort')!=='ascending';
       document.querySelectorAll('th').forEach(t=>t.removeAttribute('aria-sort'));
       th.setAttribute('aria-sort',up?'ascending':'descending');
       const key=r=>r.cells[i].dataset.v??r.cells[i].textContent;
       [...body.rows].sort((x,y)=>{const a=key(x),b=key(y),n=a-b;
        return (a===''?1:b===''?-1:(isNaN(n)?a.localeCompare(b):n)*(up?1:-1));})
        .forEach(r=>body.append(r));});
      const tag=document.getElementById('tag');
      tag.onchange=()=>{for(const r of body.rows)
       r.hidden=tag.value!==''&&!r.dataset.tags.split(' ').includes(tag.value);};
      """;

  private LeaderboardPage() {}

  /** UTF-8. */
  public static byte[] of(Leaderboard board) {
    Set<String> tags = new TreeSet<>();
    board.rows().forEach(row -> tags.addAll(row.tags()));
    Set<String> front =
        Pareto.front(board.rows()).stream().map(Row::name).collect(Collectors.toSet());
    StringBuilder html = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head>");
    html.append("<meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
    html.append("<title>Leaderboard</title><style>").append(STYLE).append("</style></head><body>");
    html.append("<h1>Leaderboard</h1><p>")
        .append(escaped(board.title()))
        .append(", output ")
        .append(escaped(board.output()))
        .append(String.format(Locale.ROOT, ", %,d samples. ", board.samples()))
        .append("Intervals are Wilson's, 95 %; p is McNemar's mid-p against float; ")
        .append("samples a second are of one thread on ")
        .append(escaped(String.join(", ", board.isas())))
        .append("; ◆ no other is as good and as fast.</p>");
    html.append("<p><label>Tag <select id=\"tag\"><option value=\"\">all</option>");
    tags.forEach(tag -> html.append("<option>").append(escaped(tag)).append("</option>"));
    html.append("</select></label></p><div class=\"wide\"><table><thead><tr>");
    for (String column :
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
            "tags")) {
      html.append("<th scope=\"col\"><button>").append(column).append("</button></th>");
    }
    html.append("</tr></thead><tbody>");
    board.rows().forEach(row -> row(html, row, front.contains(row.name())));
    html.append("</tbody></table></div>");
    for (Row row : board.finals()) {
      row.accuracy()
          .ifPresent(
              a ->
                  html.append("<p>Held out, ")
                      .append(escaped(row.name()))
                      .append(": ")
                      .append(percent(a.value()))
                      .append(" (")
                      .append(interval(a))
                      .append(
                          String.format(
                              Locale.ROOT, "), %,d samples.</p>", row.totals().samples())));
    }
    html.append("<script>").append(SCRIPT).append("</script></body></html>\n");
    return html.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void row(StringBuilder html, Row row, boolean inFront) {
    html.append("<tr data-tags=\"").append(escaped(String.join(" ", row.tags()))).append('"');
    html.append(inFront ? " class=\"front\">" : ">");
    cell(html, "", escaped(row.name()));
    if (!row.error().isEmpty()) {
      html.append("<td class=\"error text\" colspan=\"9\" data-v=\"\">")
          .append(escaped(row.error()))
          .append("</td>");
    } else {
      cell(
          html,
          row.accuracy().map(a -> "" + a.value()).orElse(""),
          row.accuracy().map(a -> percent(a.value())).orElse(""));
      cell(
          html,
          row.accuracy().map(a -> "" + a.low()).orElse(""),
          row.accuracy().map(LeaderboardPage::interval).orElse(""));
      double difference = row.difference().orElse(Double.NaN);
      number(html, difference, "%+.2f", 100);
      number(html, row.paired().map(PairedTest::midP).orElse(Double.NaN), "%.3f", 1);
      number(html, row.compared().agreement(), "%.2f", 100);
      number(html, row.compared().sqnrDb(), "%.1f", 1);
      number(html, row.facts().map(f -> (double) f.bytes()).orElse(Double.NaN), "%,.0f", 1);
      number(html, row.facts().map(f -> (double) f.int8Layers()).orElse(Double.NaN), "%.0f", 1);
      number(html, row.samplesPerSecond().orElse(Double.NaN), "%,.0f", 1);
    }
    html.append("<td class=\"text\">")
        .append(escaped(String.join(", ", row.tags())))
        .append("</td></tr>");
  }

  private static void number(StringBuilder html, double value, String format, double factor) {
    boolean is = Double.isFinite(value);
    cell(html, is ? "" + value : "", is ? String.format(Locale.ROOT, format, value * factor) : "");
  }

  private static void cell(StringBuilder html, String key, String shown) {
    html.append(key.isEmpty() ? "<td>" : "<td data-v=\"" + key + "\">")
        .append(shown)
        .append("</td>");
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
