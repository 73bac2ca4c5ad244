package io.octant.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.nn.activation.GLU;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.nn.linear.Linear;
import io.octant.nn.normalization.LocalResponseNorm;
import io.octant.nn.normalization.RMSNorm;
import io.octant.nn.padding.ReflectionPad2d;
import io.octant.nn.pooling.AdaptiveMaxPool2d;
import io.octant.quantization.GraphModels;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.quantization.report.NodeReport;
import io.octant.quantization.report.QuantizationReport;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A traced model of modules and functions that no backend configuration names: they stay float
 * between quantized layers. Node names are those that {@code prepare_fx} and {@code convert_fx} of
 * PyTorch 2.13 give for the same model.
 */
class WideVocabularyTest {
  private static final class Model extends TraceableModule {
    Model() {
      setChild("pad", new ReflectionPad2d(1));
      setChild("conv", new Conv2d(ConvSettings.of(1, 4, 3)));
      setChild("glu", new GLU(1));
      setChild("lrn", new LocalResponseNorm(2));
      setChild("pool", new AdaptiveMaxPool2d(2));
      setChild("fc", new Linear(8, 4));
      setChild("norm", new RMSNorm(4));
    }

    @Override
    protected Value forward(Value... inputs) {
      Value x = call("lrn", call("glu", call("conv", call("pad", inputs[0]))));
      x = call("norm", call("fc", Torch.flatten(call("pool", x), 1)));
      Value shrunk = Functional.call("softshrink", List.of(x, 0.1), Map.of());
      Value y = Torch.call("einsum", List.of("bi,bj->bij", x, shrunk), Map.of());
      Value flat = y.method("clamp_min_", 0.0).method("ravel");
      Value best = Torch.call("topk", List.of(flat, 3), Map.of()).unpack(2).get(0);
      Value sums = Torch.call("cumsum", List.of(best, 0), Map.of());
      return sums.dividedBy(function("math.sqrt", List.of(x.size(-1)), Map.of()));
    }
  }

  private static final Tensor INPUT = GraphModels.random(3, 2, 1, 5, 5);

  private static List<String> names(GraphModule model) {
    return model.graph().nodes().stream().map(Node::name).toList();
  }

  private static List<String> floatNodes(GraphModule model) {
    return model.attachment(QuantizationReport.class).orElseThrow().lines().stream()
        .filter(l -> l.outcome() == NodeReport.Outcome.FLOAT)
        .map(l -> l.node() + ": " + l.reason())
        .toList();
  }

  @Test
  void theTraceComputesWhatTheModelDoes() {
    Model model = new Model();
    GraphModule traced = new Tracer().trace(model);

    assertThat(traced.run(INPUT)).isEqualTo(model.evaluate(List.of(INPUT), Map.of()));
  }

  @Test
  void whatNoBackendNamesStaysFloat() {
    GraphModule traced = new Tracer().trace(new Model());
    GraphModule prepared =
        QuantizeFx.prepare(traced, DefaultQConfigMappings.ptq(QuantizedEngine.X86));
    prepared.run(INPUT);
    GraphModule converted = QuantizeFx.convert(prepared);

    assertThat(names(prepared))
        .containsExactly(
            "x",
            "pad",
            "activation_post_process_0",
            "conv",
            "activation_post_process_1",
            "glu",
            "lrn",
            "pool",
            "activation_post_process_2",
            "flatten",
            "activation_post_process_3",
            "fc",
            "activation_post_process_4",
            "norm",
            "softshrink",
            "einsum",
            "clamp_min_",
            "ravel",
            "topk",
            "getitem",
            "getitem_1",
            "cumsum",
            "size",
            "sqrt",
            "truediv",
            "output");
    assertThat(names(converted))
        .containsExactly(
            "x",
            "pad",
            "pad_scale_0",
            "pad_zero_point_0",
            "quantize_per_tensor",
            "conv",
            "dequantize_1",
            "glu",
            "lrn",
            "pool",
            "pool_scale_0",
            "pool_zero_point_0",
            "quantize_per_tensor_2",
            "flatten",
            "fc",
            "dequantize_4",
            "norm",
            "softshrink",
            "einsum",
            "clamp_min_",
            "ravel",
            "topk",
            "getitem",
            "cumsum",
            "size",
            "sqrt",
            "truediv",
            "output");
    String reason = ": no pattern in backend config 'native'";
    assertThat(floatNodes(converted))
        .containsExactly(
            "pad" + reason,
            "glu" + reason,
            "lrn" + reason,
            "pool" + reason,
            "norm" + reason,
            "softshrink" + reason,
            "einsum" + reason,
            "clamp_min_" + reason,
            "ravel" + reason,
            "topk" + reason,
            "getitem" + reason,
            "cumsum" + reason,
            "truediv" + reason);
    assertThat(GraphModels.difference((Tensor) converted.run(INPUT), (Tensor) traced.run(INPUT)))
        .isLessThan(0.1);
  }
}
