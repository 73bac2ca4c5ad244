package io.octant.graph;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Node names against those that torch.fx gives, recorded by names.py. */
class NamespaceTest {
  @ParameterizedTest
  @ValueSource(strings = {"modules", "suffixes", "keywords", "symbols", "case", "magic", "mixed"})
  void namesAreThoseOfTorchFx(String sequence) throws IOException {
    JsonNode recorded = recorded().get(sequence);
    Graph graph = new Graph();
    List<String> names = new ArrayList<>();

    recorded.get("targets").forEach(t -> names.add(graph.callModule(t.asText()).name()));

    List<String> expected = new ArrayList<>();
    recorded.get("names").forEach(n -> expected.add(n.asText()));
    assertThat(names).isEqualTo(expected);
  }

  private static JsonNode recorded() throws IOException {
    try (InputStream in = NamespaceTest.class.getResourceAsStream("/torch/names.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in));
    }
  }
}
