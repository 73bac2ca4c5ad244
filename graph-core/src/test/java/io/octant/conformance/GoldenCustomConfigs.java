package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.graph.ModuleType;
import io.octant.graph.Tuple;
import io.octant.quantization.prepare.PrepareCustomConfig;
import io.octant.quantization.prepare.StandaloneModuleConfig;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.quantization.qconfig.QuantType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decodes the custom configuration of prepare as cases write it. */
final class GoldenCustomConfigs {
  private final GoldenValues values;
  private final GoldenConfigs configs;
  private final JsonNode document;

  GoldenCustomConfigs(GoldenCase golden) {
    this.values = golden.values();
    this.document = golden.document();
    this.configs = new GoldenConfigs(document);
  }

  PrepareCustomConfig prepare(JsonNode json) {
    PrepareCustomConfig out = PrepareCustomConfig.empty();
    for (JsonNode s : json.path("standalone_module_name")) {
      out = out.withStandaloneModuleName(s.get("name").asText(), standalone(s));
    }
    for (JsonNode s : json.path("standalone_module_class")) {
      out = out.withStandaloneModuleClass(new ModuleType(s.get("class").asText()), standalone(s));
    }
    for (JsonNode pair : json.path("float_to_observed_mapping").path("static")) {
      out =
          out.withFloatToObserved(
              new ModuleType(pair.get(0).asText()),
              new ModuleType(pair.get(1).asText()),
              QuantType.STATIC);
    }
    return out.withNonTraceableModuleNames(strings(json.path("non_traceable_module_name")))
        .withNonTraceableModuleClasses(
            strings(json.path("non_traceable_module_class")).stream().map(ModuleType::new).toList())
        .withInputQuantizedIndexes(ints(json.path("input_quantized_idxs")))
        .withOutputQuantizedIndexes(ints(json.path("output_quantized_idxs")))
        .withPreservedAttributes(strings(json.path("preserved_attributes")));
  }

  private StandaloneModuleConfig standalone(JsonNode s) {
    JsonNode mapping = s.path("qconfig_mapping");
    JsonNode child = s.path("prepare_custom_config");
    JsonNode backend = s.path("backend_config");
    Optional<QConfigMapping> own =
        mapping.isObject() ? Optional.of(configs.mapping(mapping)) : Optional.empty();
    return new StandaloneModuleConfig(
        own,
        ((Tuple) values.decode(s.get("example_inputs"))).items(),
        child.isObject() ? Optional.of(prepare(child)) : Optional.empty(),
        backend.isTextual() ? Optional.of(GoldenConfigs.backend(s, document)) : Optional.empty());
  }

  static List<String> strings(JsonNode array) {
    List<String> out = new ArrayList<>();
    array.forEach(v -> out.add(v.isObject() ? v.get("class").asText() : v.asText()));
    return out;
  }

  static List<Integer> ints(JsonNode array) {
    List<Integer> out = new ArrayList<>();
    array.forEach(v -> out.add(v.asInt()));
    return out;
  }
}
