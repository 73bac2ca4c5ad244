package io.octant.jobs;

import io.octant.jobs.browser.Chromium;
import io.octant.jobs.browser.PageChecks;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Tests of pages as their readers have them: one browser for all of a class. */
abstract class BrowserPages {
  static final int WIDE = 1440;
  static final int NARROW = 375;

  @TempDir static Path folder;
  static Chromium browser;
  static PageChecks page;

  @BeforeAll
  static void start() throws Exception {
    browser = Chromium.start(folder.resolve("profile"));
    page = new PageChecks(browser);
  }

  @AfterAll
  static void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
  }
}
