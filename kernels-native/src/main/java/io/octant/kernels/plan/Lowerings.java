package io.octant.kernels.plan;

/** All lowerings, one family of operators a class. */
final class Lowerings {
  private static final LoweringTable ALL = build();

  private Lowerings() {}

  static LoweringTable all() {
    return ALL;
  }

  private static LoweringTable build() {
    LoweringTable.Builder table = new LoweringTable.Builder();
    ConvolutionLowerings.register(table);
    MatrixLowerings.register(table);
    ElementwiseLowerings.register(table);
    ArithmeticLowerings.register(table);
    PoolingLowerings.register(table);
    NormalizationLowerings.register(table);
    BatchNormLowerings.register(table);
    ReductionLowerings.register(table);
    ShapeLowerings.register(table);
    SelectionLowerings.register(table);
    QuantizationLowerings.register(table);
    QuantizedLayerLowerings.register(table);
    QuantizedFunctionLowerings.register(table);
    return table.build();
  }
}
