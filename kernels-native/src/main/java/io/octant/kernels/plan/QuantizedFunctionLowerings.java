package io.octant.kernels.plan;

/** Functions of 8-bit tensors with an output scale of their own. */
final class QuantizedFunctionLowerings {
  private static final String NN = "torch.ao.nn.quantized.";
  private static final String OPS = "torch.ops.quantized.";

  private QuantizedFunctionLowerings() {}

  static void register(LoweringTable.Builder table) {
    table.module(
        LookUp::apply,
        NN + "ELU",
        NN + "LeakyReLU",
        NN + "Hardswish",
        NN + "Sigmoid",
        NN + "ReLU6");
    String output = "input, output_scale, output_zero_point";
    table.define(output, LookUp::apply, OPS + "hardswish", OPS + "sigmoid");
    table.define(
        "input, negative_slope, inplace, output_scale, output_zero_point",
        LookUp::apply,
        OPS + "leaky_relu");
    table.define(
        "input, output_scale, output_zero_point, alpha=1, scale=1, input_scale=1",
        LookUp::apply,
        OPS + "elu");
    table.module(site -> site.input(), NN + "Dropout");
  }
}
