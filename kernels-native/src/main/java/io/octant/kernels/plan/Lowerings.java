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
    TransposedConvolutionLowerings.register(table);
    MatrixLowerings.register(table);
    ElementwiseLowerings.register(table);
    CurveLowerings.register(table);
    ArithmeticLowerings.register(table);
    ConversionLowerings.register(table);
    PoolingLowerings.register(table);
    NormalizationLowerings.register(table);
    BatchNormLowerings.register(table);
    ReductionLowerings.register(table);
    ShapeLowerings.register(table);
    SelectionLowerings.register(table);
    MovingLowerings.register(table);
    ResizeLowerings.register(table);
    QuantizationLowerings.register(table);
    QuantizedLayerLowerings.register(table);
    QuantizedFunctionLowerings.register(table);
    return table.build();
  }
}
