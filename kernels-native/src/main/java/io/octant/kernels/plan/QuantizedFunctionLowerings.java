package io.octant.kernels.plan;

import io.octant.graph.Arguments;
import io.octant.kernels.binding.Binary;
import io.octant.kernels.binding.UnsupportedKernelException;
import io.octant.nn.quantized.RequantizedModule;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.operator.SampleRule;
import io.octant.reference.kernel.Softmax;
import io.octant.tensor.QParams;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Functions of 8-bit tensors with an output scale of their own: element by element as a table,
 * others in float32 between dequantize and quantize, as PyTorch defines them.
 */
final class QuantizedFunctionLowerings {
  private static final String NN = "torch.ao.nn.quantized.";

  /** Float functions of two tensors that our own loop computes on 8-bit ones. */
  private static final Map<String, Binary> PAIRS =
      Map.of(
          "operator.sub", Binary.SUB,
          "sub", Binary.SUB,
          "div", Binary.DIV,
          "maximum", Binary.MAX,
          "minimum", Binary.MIN);

  private QuantizedFunctionLowerings() {}

  static void register(LoweringTable.Builder table) {
    table.define("quantized.sigmoid", LookUp::apply);
    for (int rank = 2; rank <= 3; rank++) {
      table.module(
          LookUp::byChannel,
          NN + "BatchNorm" + rank + "d",
          "torch.ao.nn.intrinsic.quantized.BNReLU" + rank + "d");
    }
    for (String rank : List.of("", "1d", "2d", "3d")) {
      table.define("quantized.batch_norm" + rank, LookUp::byChannel);
      table.define("quantized.batch_norm" + rank + "_relu", LookUp::byChannel);
    }
    table.module(LookUp::byChannel, NN + "PReLU");
    table.module(site -> site.input(), NN + "Dropout");
    table.module(QuantizedFunctionLowerings::layerNorm, NN + "LayerNorm");
    table.module(QuantizedFunctionLowerings::groupNorm, NN + "GroupNorm");
    for (int rank = 1; rank <= 3; rank++) {
      table.module(QuantizedFunctionLowerings::groupNorm, NN + "InstanceNorm" + rank + "d");
    }
    table.module(QuantizedFunctionLowerings::softmax, NN + "Softmax");
    table.define("quantized.matmul", QuantizedFunctionLowerings::matmul);
    Operators.standard().rows().forEach(row -> pointwise(table, row));
  }

  /**
   * What else the table of operators tells to be a float function of each element between
   * dequantize and quantize, under functions and modules of its own.
   */
  private static void pointwise(LoweringTable.Builder table, OperatorRow row) {
    if (row.real() != null
        && Operators.standard().row(row.real()).samples() == SampleRule.POINTWISE
        && row.names().noneMatch(table::isDefined)) {
      Binary function = PAIRS.get(row.real());
      table.define(row.name(), site -> between(site, function));
    }
    if (row.samples() == SampleRule.POINTWISE) {
      row.quantized().modules().stream()
          .filter(type -> type.startsWith("torch.nn."))
          .map(type -> NN + type.substring("torch.nn.".length()))
          .filter(type -> Operators.standard().findModule(type) != null)
          .filter(type -> !table.isDefined(type))
          .forEach(type -> table.module(LookUp::apply, type));
    }
  }

  private static Activation between(Site site, @Nullable Binary function) {
    List<Activation> inputs =
        Arguments.all(List.of(site.call().args(), site.call().kwargs()), Activation.class);
    if (inputs.size() < 2) {
      return LookUp.apply(site);
    }
    if (function == null) {
      throw new UnsupportedKernelException("no native kernel of two 8-bit tensors");
    }
    String prefix = site.args().has("output_scale") ? "output_" : "";
    QParams output =
        QParams.perTensor(
            site.args().number(prefix + "scale"), site.args().integer(prefix + "zero_point"));
    return PairLoop.quantized(
        site.plan(), function, site.call().args().get(0), site.call().args().get(1), output, false);
  }

  private static Activation layerNorm(Site site) {
    RequantizedModule module = (RequantizedModule) site.module();
    PlanBuilder plan = site.plan();
    Activation real = QuantizationLowerings.dequantize(plan, site.input());
    Activation result = NormalizationLowerings.layerNorm(plan, real, module.body());
    return QuantizationLowerings.quantize(plan, result, site.input().dtype(), module.output());
  }

  private static Activation groupNorm(Site site) {
    RequantizedModule module = (RequantizedModule) site.module();
    PlanBuilder plan = site.plan();
    Activation real = QuantizationLowerings.dequantize(plan, site.input());
    Activation result = NormalizationLowerings.groupNorm(site, real, module.body());
    return QuantizationLowerings.quantize(plan, result, site.input().dtype(), module.output());
  }

  private static Activation softmax(Site site) {
    RequantizedModule module = (RequantizedModule) site.module();
    PlanBuilder plan = site.plan();
    Activation real = QuantizationLowerings.dequantize(plan, site.input());
    int dim =
        Site.settings(module.body()).integer("dim", Softmax.implicitAxis(real.shape().rank()));
    Activation result = NormalizationLowerings.softmax(plan, real, dim);
    return QuantizationLowerings.quantize(plan, result, site.input().dtype(), module.output());
  }

  private static Activation matmul(Site site) {
    Activation a = site.activation("qa");
    Activation b = site.activation("qb");
    PlanBuilder plan = site.plan();
    Activation result =
        MatrixLowerings.matmul(
            plan,
            QuantizationLowerings.dequantize(plan, a),
            QuantizationLowerings.dequantize(plan, b));
    QParams output =
        QParams.perTensor(site.args().number("scale"), site.args().integer("zero_point"));
    return QuantizationLowerings.quantize(plan, result, a.dtype(), output);
  }
}
