package io.octant.quantization.report;

import static io.octant.quantization.GraphModels.random;
import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.nn.activation.CELU;
import io.octant.nn.activation.GELU;
import io.octant.nn.activation.ReLU;
import io.octant.nn.activation.Softmax;
import io.octant.nn.linear.Linear;
import io.octant.quantization.GraphModels;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.convert.ConvertOptions;
import io.octant.quantization.prepare.PrepareCustomConfig;
import io.octant.quantization.prepare.PrepareOptions;
import io.octant.quantization.prepare.StandaloneModuleConfig;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.quantization.qconfig.QConfigs;
import io.octant.reference.quantized.QuantizedEngine;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every computing node has a line, and the line gives the right reason. */
class QuantizationReportTest {
  private static final QConfigMapping X86 = DefaultQConfigMappings.ptq(QuantizedEngine.X86);

  private final GraphModels g = new GraphModels();
  private final Node x = g.input("x");

  private static Linear linear() {
    return new Linear(4, 4);
  }

  /** The report as "node: outcome, reason", in order. */
  private static List<String> lines(GraphModule model) {
    return model.attachment(QuantizationReport.class).orElseThrow().lines().stream()
        .map(l -> l.node() + ": " + l.outcome() + ", " + l.reason())
        .toList();
  }

  @Test
  void prepareGivesEveryNodeItsReason() {
    Node fc = g.call("fc", linear(), x);
    Node relu = g.call("relu", new ReLU(), fc);
    Node gelu = g.call("gelu", new GELU(), relu);
    Node softmax = g.call("softmax", new Softmax(1), gelu);
    Node size = g.method("size", softmax, 0);
    Node rows = g.function("operator.mul", size, 1);
    Node zeros = g.function("torch.zeros", rows, 4);
    Node cat = g.function("torch.cat", List.of(), Map.of("tensors", List.of(softmax, zeros)));
    Node full = g.function("torch.full", List.of(List.of(4, 4)), Map.of("fill_value", cat));
    Node flat = g.function("torch.flatten", full, 1);
    Node mask = g.function("torch.squeeze", x);
    Node filled = g.method("masked_fill", flat, mask, 0.0);
    Node head = g.call("head.fc", linear(), filled);
    Node early = g.method("reshape", x, rows, -1);

    GraphModule prepared =
        QuantizeFx.prepare(
            g.returning(List.of(head, early)),
            X86.withModuleName("head", null)
                .withModuleName("softmax", QConfigs.ptq(QuantizedEngine.X86)));

    assertThat(lines(prepared))
        .containsExactly(
            "fc: QUANTIZED, matched by the backend, qconfig by global",
            "gelu: FLOAT, no pattern in backend config 'native'",
            "softmax: FLOAT, not supported by the backend: input observer"
                + " torch.ao.quantization.HistogramObserver, accepted fixed scale 0.00390625 and"
                + " zero point 0",
            "size: NOT_A_TENSOR, shape operator",
            "mul: NOT_A_TENSOR, shape operator",
            "zeros: FLOAT, makes a tensor of plain values",
            "cat: FLOAT, its first positional input has no observer to share",
            "full: FLOAT, its tensors are keyword arguments, expected positional ones",
            "flatten: FLOAT, it reads only tensors that are not observed",
            "squeeze: FLOAT, feeds a size, axis or mask argument",
            "masked_fill: FLOAT, no pattern in backend config 'native'",
            "head_fc: FLOAT, qconfig None by module name head",
            "reshape: FLOAT, its first positional input has no observer to share");
  }

  @Test
  void convertGivesEveryNodeItsReason() {
    GraphModels inner = new GraphModels();
    GraphModule child = inner.returning(inner.call("fc", linear(), inner.input("y")));
    Node fc = g.call("fc", linear(), x);
    Node sum = g.function("torch.add", List.of(fc, fc), Map.of("alpha", 2));
    Node whole = g.call("whole", child, sum);
    Node celu = g.call("celu", new CELU(), whole);
    Node skipped = g.call("skipped", linear(), celu);
    Node gelu = g.call("gelu", new GELU(), skipped);
    Node product = g.function("operator.mul", gelu, 2);
    Node size = g.method("size", product, 0);
    Node dynamic = g.call("dynamic", linear(), product);
    Node lone = g.call("lone", new CELU(), dynamic);
    QConfigMapping mapping =
        X86.withModuleName("skipped", QConfigs.ptq(QuantizedEngine.X86))
            .withModuleName("dynamic", QConfigs.DEFAULT_DYNAMIC);
    GraphModule prepared =
        QuantizeFx.prepare(
            g.returning(List.of(lone, size)),
            PrepareOptions.of(mapping)
                .withCustomConfig(
                    PrepareCustomConfig.empty()
                        .withStandaloneModuleName("whole", StandaloneModuleConfig.likeParent())));
    prepared.run(random(1, 3, 4));

    QConfigMapping without = mapping.withModuleName("skipped", null);
    assertThat(
            lines(
                QuantizeFx.convert(prepared, ConvertOptions.lowered().withQConfigMapping(without))))
        .containsExactly(
            "fc: QUANTIZED, runs on quantized tensors",
            "add: FLOAT, no quantized kernel for this operator as it is called",
            "whole: QUANTIZED, standalone module with a report of its own",
            "celu: FLOAT, no pattern in backend config 'native'",
            "skipped: FLOAT, qconfig None at conversion",
            "gelu: FLOAT, no pattern in backend config 'native'",
            "mul_1: QUANTIZED, runs on quantized tensors",
            "size: NOT_A_TENSOR, shape operator",
            "dynamic: QUANTIZED, runs with quantized weights",
            "lone: FLOAT, no pattern in backend config 'native'");
    String reference = "QUANTIZED, reference form: float kernel on quantized values";
    assertThat(lines(QuantizeFx.convertToReference(prepared)))
        .containsExactly(
            "fc: " + reference,
            "add: " + reference,
            "whole: QUANTIZED, standalone module with a report of its own",
            "celu: FLOAT, no pattern in backend config 'native'",
            "skipped: " + reference,
            "gelu: FLOAT, no pattern in backend config 'native'",
            "mul: " + reference,
            "size: NOT_A_TENSOR, shape operator",
            "dynamic: " + reference,
            "lone: FLOAT, no pattern in backend config 'native'");
    assertThat(lines(QuantizeFx.convertToReferenceDecomposed(prepared)))
        .isEqualTo(lines(QuantizeFx.convertToReference(prepared)));
  }
}
