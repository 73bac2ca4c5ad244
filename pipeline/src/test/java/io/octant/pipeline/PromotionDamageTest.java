package io.octant.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.pipeline.Promotion.Outcome;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.output.CurrentResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Promotions that died, and documents that are not as they were written. */
class PromotionDamageTest extends PromotionCase {
  @Test
  void oneThatDiedBetweenItsWritesIsGoneOnFrom() throws IOException {
    day(1, "model 1");
    day(2, "model 2");
    promote(1);
    Path place = folder.resolve("current");
    Files.createDirectory(place.resolve("history"));
    Files.copy(place.resolve("current.json"), place.resolve("history/0000000001.json"));
    assertThat(current().history()).hasSize(1);
    assertThat(promote(1).outcome()).isEqualTo(Outcome.SAME);
    assertThat(promote(2).outcome()).isEqualTo(Outcome.MOVED);
    assertThat(current().history()).extracting(CurrentResult::number).containsExactly(1L, 2L);
  }

  @Test
  void theFirstOneThatDiedIsFinishedOrForgotten() throws IOException {
    day(1, "model 1");
    promote(1);
    Path document = folder.resolve("current/current.json");
    String text = Files.readString(document);
    Path aside = folder.resolve("current/.octant/current-next.json");
    for (int length : new int[] {text.length(), text.length() / 2, 0}) {
      Files.delete(document);
      Files.createDirectories(aside.getParent());
      Files.writeString(aside, text.substring(0, length));
      boolean whole = length == text.length();
      assertThat(current().read().isPresent()).isEqualTo(whole);
      assertThat(promote(1).outcome()).isEqualTo(whole ? Outcome.SAME : Outcome.MOVED);
      assertThat(document).exists();
      assertThat(folder.resolve("current/.octant")).doesNotExist();
    }
  }

  @Test
  void aHistoryWithoutWhatIsCurrentIsRefused() throws IOException {
    day(1, "model 1");
    day(2, "model 2");
    promote(1);
    promote(2);
    Files.delete(folder.resolve("current/current.json"));
    Map<String, String> before = files();
    assertThatThrownBy(() -> promote(2))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("current.json: it is gone, and ")
        .hasMessageContaining("0000000001.json is there");
    assertThat(files()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"date\" : \"2026-11-01\"    | \"date\" : 20261101       | date is 20261101",
        "\"number\" : 1              | \"number\" : 0            | number is 0",
        "\"number\" : 1              | \"number\" : \"one\"        | number is \"one\"",
        "\"version\" : 1             | \"version\" : 2           | version 2, expected octant-current",
        "\"files\"                   | \"file\"                  | file is [",
        "\"gates\"                   | \"limits\"                | no gates",
        "\"backTo\" : null           | \"backTo\" : \"1\"        | backTo is \"1\"",
        "\"folder\"                  | \"place\"                 | no folder, expected a text",
        "\"sha256\"                  | \"SHA\"                   | no sha256, expected a text",
        "\"number\" : 1              | \"more\" : 2, \"number\" : 1 | more is 2"
      })
  void whatIsNotAsPromoteWritesItIsRefusedByName(String written, String changed, String message)
      throws IOException {
    day(1, "model 1");
    promote(1);
    Path document = folder.resolve("current/current.json");
    String text = Files.readString(document);
    assertThat(text).contains(written);
    Files.writeString(document, text.replace(written, changed));
    assertThatThrownBy(() -> promote(1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("current/current.json: ")
        .hasMessageContaining(message);
  }
}
