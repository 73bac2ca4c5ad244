package io.octant.kernels.plan;

import io.octant.nn.quantized.RequantizedModule;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.operator.SampleRule;
import io.octant.reference.kernel.Softmax;
import io.octant.tensor.QParams;
import java.util.List;

/**
 * Functions of 8-bit tensors with an output scale of their own: element by element as a table,
 * others in float32 between dequantize and quantize, as PyTorch defines them.
 */
final class QuantizedFunctionLowerings {
  private static final String NN = "torch.ao.nn.quantized.";

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
      table.define(row.name(), LookUp::apply);
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
