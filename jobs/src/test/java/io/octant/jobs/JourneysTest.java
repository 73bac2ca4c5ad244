package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What CONTRIBUTING.md says of growing Octant is what the tree is like. */
class JourneysTest {
  private static final Path ROOT = Path.of("..");
  private static final List<String> WANTED =
      List.of(
          "an operator",
          "a quantized operator",
          "an observer",
          "an observer (mergeable statistic)",
          "a range method",
          "a data source",
          "a native kernel",
          "a configuration key");
  private static final String SERVICE =
      "pipeline/src/main/resources/META-INF/services/io.octant.pipeline.data.DataFormat";

  private static Journeys journeys;

  @BeforeAll
  static void read() throws IOException {
    journeys = new Journeys(ROOT);
  }

  @Test
  void everyJourneyListsTheFilesThatItsSpecimenIsIn() throws IOException {
    assertThat(journeys.faults(contributing(), WANTED)).isEmpty();
  }

  @Test
  void aJourneyThatIsMissingIsNamed() throws IOException {
    assertFault(
        "## Adding a data source", "## Adding data", "Adding a data source: no such section");
  }

  @Test
  void aPathThatIsGoneIsNamed() throws IOException {
    assertFault(SERVICE, SERVICE + "s", "Adding a data source: " + SERVICE + "s is not there");
    assertFault(
        "pipeline/data/FAMILY/",
        "pipeline/date/FAMILY/",
        "Adding a data source: pipeline/src/main/java/io/octant/pipeline/date/FAMILY/NAME.java is"
            + " not there");
  }

  @Test
  void aFileThatIsNotListedIsNamed() throws IOException {
    assertFault("- `" + SERVICE + "`", "`", "Adding a data source: " + SERVICE + " is not listed");
  }

  @Test
  void aFileThatNeedsNoEditIsNamed() throws IOException {
    assertFault(
        "- `" + SERVICE + "`",
        "- `README.md`: x\n- `" + SERVICE + "`",
        "Adding a data source: README.md holds nothing of ParquetFormat|data[.]parquet");
  }

  @Test
  void aListWithoutPathsOrASpecimenIsNamed() throws IOException {
    assertFault(
        "- `" + SERVICE + "`",
        "- its registration\n- `" + SERVICE + "`",
        "Adding a data source: '- its registration' begins with no path");
    assertFault(
        "Specimen: `ParquetFormat|data[.]parquet`", "", "Adding a data source: no specimen");
  }

  /** Breaks the section of the data source, and expects the fault to be found. */
  private static void assertFault(String text, String broken, String fault) throws IOException {
    String all = contributing();
    int from = all.indexOf("## Adding a data source");
    String section = all.substring(from, all.indexOf("\n## ", from) + 1);
    assertThat(section).contains(text);
    assertThat(journeys.faults(section.replace(text, broken), List.of("a data source")))
        .contains(fault);
  }

  private static String contributing() throws IOException {
    return Files.readString(ROOT.resolve("CONTRIBUTING.md"));
  }
}
