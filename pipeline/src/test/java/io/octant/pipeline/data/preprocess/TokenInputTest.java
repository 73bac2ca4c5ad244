package io.octant.pipeline.data.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.OctantException;
import io.octant.pipeline.data.preprocess.TokenSteps.Output;
import io.octant.pipeline.data.preprocess.TokenSteps.Truncation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenInputTest {

  @ParameterizedTest
  @CsvSource({"wordpiece", "bytes_bpe", "unigram_left"})
  void tokensAreThoseOfHuggingFacesTokenizers(String name) throws IOException {
    TokenizerFile file = file(name);
    int cases = 0;
    for (JsonNode recorded :
        new ObjectMapper().readTree(RecordedPictures.file("tokenizer/cases.json"))) {
      if (recorded.get("tokenizer").asText().equals(name)) {
        for (Output output : Output.values()) {
          JsonNode expected = recorded.get(output.name().toLowerCase(Locale.ROOT));
          long[] made = new long[expected.size() + 2];
          Arrays.fill(made, -7);
          new TokenInput(new TokenSteps(file, output), expected.size())
              .longs(List.of(recorded.get("text").asText()), made, 1);
          assertThat(made[0]).isEqualTo(-7);
          assertThat(made[made.length - 1]).isEqualTo(-7);
          for (int i = 0; i < expected.size(); i++) {
            assertThat(made[i + 1])
                .as("%s %s of %s", output, i, recorded)
                .isEqualTo(expected.get(i).asLong());
          }
        }
        cases++;
      }
    }
    assertThat(cases).isEqualTo(16);
  }

  @ParameterizedTest
  @CsvSource({"wordpiece", "bytes_bpe", "unigram_left"})
  void pairsAreThoseOfHuggingFacesTokenizers(String name) throws IOException {
    TokenizerFile file = file(name);
    int cases = 0;
    int refused = 0;
    for (JsonNode recorded :
        new ObjectMapper().readTree(RecordedPictures.file("tokenizer/pairs.json"))) {
      if (!recorded.get("tokenizer").asText().equals(name)) {
        continue;
      }
      cases++;
      Truncation truncation =
          Truncation.valueOf(recorded.get("truncation").asText().toUpperCase(Locale.ROOT));
      List<String> texts =
          List.of(recorded.get("texts").get(0).asText(), recorded.get("texts").get(1).asText());
      int length = recorded.get("length").asInt();
      for (Output output : Output.values()) {
        TokenInput input =
            new TokenInput(
                new TokenSteps(file, output, List.of(new TokenSteps.Pair("b", truncation))),
                length);
        JsonNode expected = recorded.get(output.name().toLowerCase(Locale.ROOT));
        long[] made = new long[length];
        if (expected == null) {
          refused++;
          assertThatThrownBy(() -> input.longs(texts, made, 0))
              .as("%s", recorded)
              .isInstanceOf(ValueException.class);
          continue;
        }
        input.longs(texts, made, 0);
        for (int i = 0; i < length; i++) {
          assertThat(made[i])
              .as("%s %s of %s", output, i, recorded)
              .isEqualTo(expected.get(i).asLong());
        }
      }
    }
    assertThat(cases).isEqualTo(42);
    assertThat(refused).isPositive();
  }

  @Test
  void inputsOfThirtyTwoBitsTakeTheSame() {
    TokenInput input = new TokenInput(new TokenSteps(file("wordpiece"), Output.IDS), 8);
    long[] wide = new long[8];
    int[] narrow = new int[9];
    input.longs(List.of("the fox"), wide, 0);
    input.ints(List.of("the fox"), narrow, 1);
    for (int i = 0; i < 8; i++) {
      assertThat(narrow[i + 1]).isEqualTo((int) wide[i]);
    }
  }

  @Test
  void marksThatDoNotFitAreRefused() {
    TokenInput input = new TokenInput(new TokenSteps(file("wordpiece"), Output.IDS), 1);
    assertThatThrownBy(() -> input.longs(List.of("fox"), new long[1], 0))
        .isInstanceOf(ValueException.class);
  }

  @Test
  void aTokenizerIsTheSameByItsBytes() {
    assertThat(file("wordpiece"))
        .isEqualTo(TokenizerFile.of("elsewhere", RecordedPictures.file("tokenizer/wordpiece.json")))
        .hasToString(file("wordpiece").toString())
        .isNotEqualTo(file("bytes_bpe"));
    assertThat(new TokenSteps(file("wordpiece"), Output.IDS).toString())
        .matches("TokenSteps\\[tokenizer=tokenizer [0-9a-f]{64}, output=IDS, pair=\\[\\]\\]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no json | Cannot read tokenizer t.json: no JSON, expected a tokenizer.json",
        "{} | Cannot read tokenizer t.json: no model in it, expected a tokenizer.json",
        "{\"model\": {}} | Cannot pad with tokenizer t.json: neither padding in it nor an added token",
        "{\"model\": {}, \"padding\": {}} | Cannot read tokenizer t.json: ",
        "{\"model\": {}, \"truncation\": {\"direction\": \"Left\"}} | Cannot use tokenizer t.json:"
            + " truncation at the left",
      })
  void aFileThatIsNoneIsRefused(String json, String message) {
    assertThatThrownBy(() -> TokenizerFile.of("t.json", json.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(OctantException.class)
        .hasMessageStartingWith(message);
  }

  static TokenizerFile file(String name) {
    return TokenizerFile.of(name + ".json", RecordedPictures.file("tokenizer/" + name + ".json"));
  }
}
