package io.octant.jobs.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What is done with pages of reports, and has to hold of all of them. */
public final class PageChecks {
  private static final String AXE = axe();

  private final Chromium browser;

  /** Checks of what a browser has open. */
  public PageChecks(Chromium browser) {
    this.browser = browser;
  }

  private static String axe() {
    try (InputStream script =
        PageChecks.class.getResourceAsStream(
            "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js")) {
      return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public JsonNode js(String expression) {
    return browser.evaluate(expression);
  }

  /** The texts of the elements that a selector finds. */
  public List<String> texts(String selector) {
    List<String> texts = new ArrayList<>();
    js("[...document.querySelectorAll('%s')].map((e) => e.textContent)".formatted(selector))
        .forEach(text -> texts.add(text.asText()));
    return texts;
  }

  /** The first of them. */
  public String text(String selector) {
    return js("document.querySelector('%s').textContent".formatted(selector)).asText();
  }

  /** A column of the table in a part. */
  public List<String> column(String part, int column) {
    List<String> texts = new ArrayList<>();
    js("[...document.querySelectorAll('#%s tbody tr')].map((r) => r.cells[%d].textContent)"
            .formatted(part, column))
        .forEach(text -> texts.add(text.asText()));
    return texts;
  }

  /** Puts a value into a field as its user does. */
  public void enter(String field, String value) {
    js(
        """
        (() => {
          const field = document.querySelector('#%s');
          field.value = '%s';
          field.dispatchEvent(new Event(field.tagName === 'SELECT' ? 'change' : 'input', { bubbles: true }));
        })()
        """
            .formatted(field, value));
  }

  /** Scrolls to a part and waits until its chart has ink. */
  public void assertDrawn(String part) throws Exception {
    js("document.querySelector('#%s .chart').scrollIntoView()".formatted(part));
    browser.await(
        """
        (() => {
          const canvas = document.querySelector('#%s .chart canvas');
          if (!canvas || !canvas.width) return false;
          const ink = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
          const seen = new Set();
          for (let i = 0; i < ink.length; i += 4) if (ink[i + 3] > 200) seen.add(ink[i] + ',' + ink[i + 1] + ',' + ink[i + 2]);
          return seen.size >= 3;
        })()
        """
            .formatted(part));
  }

  /** Nothing was complained of, nothing loaded, and nothing is wider than the window. */
  public void assertSound(Path page) {
    assertThat(browser.errors()).isEmpty();
    assertThat(browser.requests()).containsExactly(page.toUri().toString());
    assertThat(js("document.documentElement.scrollWidth <= innerWidth").asBoolean())
        .as("nothing is wider than the window: %s", js("document.documentElement.scrollWidth"))
        .isTrue();
  }

  /**
   * What axe-core finds fault with: names and roles, contrast, tables, headings, order of focus.
   * Nothing moves either, so that nothing has to stop for those who prefer less motion.
   */
  public void assertAccessible() throws Exception {
    js(AXE);
    List<String> faults = new ArrayList<>();
    js("""
            axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations.flatMap((v) =>
              v.nodes.map((n) => v.id + ': ' + n.html.slice(0, 200) + ' ' + n.failureSummary)))
            """)
        .forEach(fault -> faults.add(fault.asText()));
    assertThat(faults).isEmpty();
    assertThat(
            js("""
                    [...document.querySelectorAll('*')].filter((e) => {
                      const s = getComputedStyle(e);
                      return s.animationName !== 'none' || s.transitionDuration !== '0s' || s.scrollBehavior !== 'auto';
                    }).length
                    """)
                .asInt())
        .as("elements that move")
        .isZero();
  }

  /** Every cell of a part's table is laid out, and lies within the window. */
  public void assertRead(String part) {
    assertThat(
            js("""
                    [...document.querySelectorAll('#%s tbody tr')]
                      .filter((r) => r.getClientRects().length > 0)
                      .flatMap((r) => [...r.cells]).filter((c) => c.getClientRects().length === 0).length
                    """
                    .formatted(part))
                .asInt())
        .as("cells of #%s that are not there", part)
        .isZero();
    List<String> cut = new ArrayList<>();
    js("""
            [...document.querySelectorAll('#%s tbody td, #%s tbody th')]
              .filter((c) => c.getBoundingClientRect().right > innerWidth + 0.5 || c.scrollWidth > c.clientWidth + 1 && c.clientWidth > 0)
              .map((c) => c.textContent)
            """
            .formatted(part, part))
        .forEach(text -> cut.add(text.asText()));
    assertThat(cut).as("cells of #%s that are cut off", part).isEmpty();
  }
}
