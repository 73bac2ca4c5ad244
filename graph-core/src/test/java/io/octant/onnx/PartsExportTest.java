package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.FunctionType;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parts of tensors: several nodes of a graph may be outputs of one ONNX node. */
class PartsExportTest {
  private static final FunctionType GETITEM = FunctionType.of("operator.getitem");
  private final Random random = new Random(11);

  private static Tensor integers(long... values) {
    return Tensor.of(DType.INT64, Shape.of(values.length), values);
  }

  /** Eight channels, {@code c}, of three. */
  private TinyModel convolution() {
    return new TinyModel(17)
        .input("x", Tensors.normal(random, 4, 3, 6, 6))
        .constant("w", Tensors.normal(random, 8, 3, 3, 3))
        .node("Conv", List.of("x", "w"), List.of("c"), "pads", new int[] {1, 1, 1, 1});
  }

  private TinyModel split(TinyModel tiny, String tensor, String a, String b, long... sizes) {
    return tiny.constant(a + "Sizes", integers(sizes))
        .node("Split", List.of(tensor, a + "Sizes"), List.of(a, b), "axis", 1);
  }

  private TinyModel pointwise(TinyModel tiny, String tensor, int channels, String output) {
    return tiny.constant(output + "W", Tensors.normal(random, 4, channels, 1, 1))
        .node("Conv", List.of(tensor, output + "W"), List.of(output));
  }

  private static Exported inEightBits(TinyModel tiny, int parts) {
    Exported e = Exported.of(tiny).agrees(30);
    assertThat(e.int8().graph().nodes(n -> n.calls(GETITEM)))
        .hasSize(parts)
        .allSatisfy(n -> assertThat(n.inputs()).noneMatch(in -> in.target().equals("dequantize")));
    return e;
  }

  @Test
  void partsOfASplitThatLayersRead() {
    TinyModel tiny = split(convolution(), "c", "a", "b", 3, 5);
    pointwise(pointwise(tiny, "a", 3, "y"), "b", 5, "z").output("y").output("z");
    Exported e = inEightBits(tiny, 2);
    assertThat(e.model().graph().getNodeList())
        .filteredOn(n -> n.getOpType().equals("Split"))
        .singleElement()
        .satisfies(n -> assertThat(n.getInput(0)).contains("_dequantized"));
  }

  @Test
  void partsOfTheInput() {
    TinyModel tiny =
        split(
            new TinyModel(17).input("x", Tensors.normal(random, 4, 6, 5, 5)), "x", "a", "b", 2, 4);
    inEightBits(pointwise(pointwise(tiny, "a", 2, "y"), "b", 4, "z").output("y").output("z"), 2);
  }

  @Test
  void partsOfPartsAreJoined() {
    TinyModel tiny = split(split(convolution(), "c", "a", "b", 6, 2), "a", "d", "e", 2, 4);
    tiny.node("Concat", List.of("e", "b", "d"), List.of("j"), "axis", 1);
    inEightBits(pointwise(tiny, "j", 8, "y").output("y"), 4);
  }

  @Test
  void aPartThatIsAnOutputAndOneThatFloatsRead() {
    TinyModel tiny = split(convolution(), "c", "a", "b", 4, 4);
    tiny.node("Exp", List.of("b"), List.of("e")).output("a").output("e");
    Exported.of(tiny).agrees(25);
  }

  @ParameterizedTest
  @CsvSource({"1, 9223372036854775807, 2, 4", "-2, -9, -3, 3", "-5, -1, 1, 4"})
  void slices(long from, long to, long step, int channels) {
    TinyModel tiny =
        convolution()
            .constant("from", integers(from))
            .constant("to", integers(to))
            .constant("axes", integers(1))
            .constant("steps", integers(step))
            .node("Slice", List.of("c", "from", "to", "axes", "steps"), List.of("s"));
    Exported.of(pointwise(tiny, "s", channels, "y").output("y")).agrees(30);
  }

  @Test
  void anElementOfAnAxisDropsIt() {
    TinyModel tiny =
        convolution()
            .constant("at", Tensor.scalar(-1L))
            .node("Gather", List.of("c", "at"), List.of("g"), "axis", 2)
            .constant("v", Tensors.normal(random, 6, 5))
            .node("MatMul", List.of("g", "v"), List.of("y"));
    inEightBits(tiny.output("y"), 1);
  }

  @Test
  void itemsOfATupleAreNoParts() {
    TinyModel tiny =
        new TinyModel(17)
            .input("x", Tensors.normal(random, 4, 12))
            .constant("v", Tensors.normal(random, 12, 8))
            .node("MatMul", List.of("x", "v"), List.of("m"))
            .constant("k", integers(5))
            .node("TopK", List.of("m", "k"), List.of("values", "indices"))
            .constant("u", Tensors.normal(random, 5, 3))
            .node("MatMul", List.of("values", "u"), List.of("y"));
    Exported.of(tiny.output("y")).agrees(25);
  }
}
