package io.octant.quantization.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.nn.linear.Linear;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.Tensor;
import io.octant.trace.TraceableModule;
import io.octant.trace.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelTracingTest {
  private static final QConfigMapping MAPPING = DefaultQConfigMappings.ptq(QuantizedEngine.X86);

  private static final class Block extends TraceableModule {
    Block() {
      setChild("linear", new Linear(4, 4));
    }

    @Override
    protected Value forward(Value... inputs) {
      return call("linear", inputs[0]).relu();
    }
  }

  private static final class Model extends TraceableModule {
    Model() {
      setChild("first", new Block());
      setChild("second", new Block());
      setAttribute("version", 3L);
      setBuffer("unused", Tensor.scalar(1f));
    }

    @Override
    protected Value forward(Value... inputs) {
      return call("second", call("first", inputs[0]));
    }
  }

  private static List<String> names(GraphModule g) {
    return g.graph().nodes().stream().map(Node::name).toList();
  }

  @Test
  void standaloneModulesAreTracedOnTheirOwn() {
    PrepareCustomConfig custom =
        PrepareCustomConfig.empty()
            .withStandaloneModuleName("first", StandaloneModuleConfig.likeParent());

    GraphModule traced = ModelTracing.trace(new Model(), custom);

    assertThat(names(traced)).containsExactly("x", "first", "second_linear", "relu", "output");
    GraphModule child = (GraphModule) traced.module("first");
    assertThat(names(child)).containsExactly("x", "linear", "relu", "output");
    assertThat(child.type()).isEqualTo(Module.typeOf(Block.class));
  }

  @Test
  void standaloneModulesByTypeArePreparedAndConverted() {
    ModuleType block = Module.typeOf(Block.class);
    Model model = new Model();
    PrepareCustomConfig custom =
        PrepareCustomConfig.empty()
            .withStandaloneModuleClass(block, StandaloneModuleConfig.likeParent());

    GraphModule prepared =
        QuantizeFx.prepare(model, PrepareOptions.of(MAPPING).withCustomConfig(custom));
    prepared.run(Tensor.of(new float[] {1, 2, 3, 4}, 1, 4));
    GraphModule converted = QuantizeFx.convert(prepared);

    for (String path : List.of("first", "second")) {
      assertThat(converted.module(path + ".linear").type().name())
          .isEqualTo("torch.ao.nn.quantized.Linear");
      assertThat(model.module(path)).isInstanceOf(Block.class);
    }
  }

  @Test
  void nonTraceableModulesStayWhole() {
    PrepareCustomConfig custom =
        PrepareCustomConfig.empty().withNonTraceableModuleNames(List.of("second"));

    GraphModule prepared =
        QuantizeFx.prepare(new Model(), PrepareOptions.of(MAPPING).withCustomConfig(custom));

    assertThat(names(prepared)).contains("first_linear", "second");
    assertThat(prepared.module("second")).isInstanceOf(Block.class);
  }

  @Test
  void preservedAttributesSurvive() {
    PrepareCustomConfig custom =
        PrepareCustomConfig.empty().withPreservedAttributes(List.of("version", "unused"));

    GraphModule prepared =
        QuantizeFx.prepare(new Model(), PrepareOptions.of(MAPPING).withCustomConfig(custom));

    assertThat(prepared.attribute("version")).isEqualTo(3L);
    assertThat(prepared.buffers()).containsKey("unused");
  }
}
