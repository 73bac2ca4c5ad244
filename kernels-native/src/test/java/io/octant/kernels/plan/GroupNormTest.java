package io.octant.kernels.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.engine.ExecutionContext;
import io.octant.engine.PlanStep;
import io.octant.engine.Session;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.None;
import io.octant.kernels.NativeEngine;
import io.octant.nn.normalization.GroupNorm;
import io.octant.nn.normalization.InstanceNorm1d;
import io.octant.nn.normalization.InstanceNorm2d;
import io.octant.nn.normalization.InstanceNorm3d;
import io.octant.nn.quantized.RequantizedModule;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Normalization by groups and by channels, float and 8-bit, without reference steps. */
class GroupNormTest {
  private final NativeEngine engine = new NativeEngine();

  /** A module with a weight and a bias that differ from channel to channel. */
  private static Module affine(Module norm, int channels) {
    float[] weight = new float[channels];
    float[] bias = new float[channels];
    for (int c = 0; c < channels; c++) {
      weight[c] = 0.5f + 0.3f * c;
      bias[c] = 0.2f * c - 1;
    }
    norm.setParameter("weight", Tensor.of(weight, channels));
    norm.setParameter("bias", Tensor.of(bias, channels));
    return norm;
  }

  private Tensor run(TestGraph graph, List<Tensor> inputs) {
    try (Session session = engine.compile(graph.model(), graph.inputs());
        ExecutionContext context = session.newContext()) {
      assertThat(session.plan()).noneMatch(s -> s.kernel() == PlanStep.Kernel.REFERENCE);
      return context.run(inputs, inputs.get(0).shape().dim(0)).get(0);
    }
  }

  private void agrees(TestGraph graph) {
    List<Tensor> inputs = graph.sample();
    NativeAgainstReferenceTest.assertClose(
        run(graph, inputs), graph.model().runTensor(inputs.get(0)));
    assertThat(engine.liveObjects()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 6})
  void groups(int groups) {
    for (int[] dims : List.of(new int[] {2, 6}, new int[] {3, 6, 5}, new int[] {2, 6, 3, 5})) {
      TestGraph plain = new TestGraph();
      Node x = plain.input(dims);
      Node args = plain.function("torch.group_norm", x, (long) groups, None.NONE, None.NONE, 1e-3);
      plain.output(args);
      agrees(plain);
      TestGraph module = new TestGraph();
      Node y = module.input(dims);
      module.output(module.module("norm", affine(new GroupNorm(groups, 6), 6), y));
      agrees(module);
    }
  }

  @Test
  void channels() {
    TestGraph one = new TestGraph();
    one.output(one.module("norm", affine(new InstanceNorm1d(4), 4), one.input(3, 4, 9)));
    agrees(one);
    TestGraph two = new TestGraph();
    two.output(two.module("norm", new InstanceNorm2d(4), two.input(2, 4, 3, 5)));
    agrees(two);
    TestGraph three = new TestGraph();
    three.output(
        three.module("norm", affine(new InstanceNorm3d(2), 2), three.input(2, 2, 3, 4, 2)));
    agrees(three);
  }

  @Test
  void eightBits() {
    QParams output = QParams.perTensor(0.04, 110);
    for (Module norm : List.of(affine(new InstanceNorm2d(4), 4), affine(new GroupNorm(2, 4), 4))) {
      TestGraph graph = new TestGraph();
      Node x = graph.input(2, 4, 3, 5);
      Node q = graph.function("torch.quantize_per_tensor", x, 0.03, 90L, DType.QUINT8);
      Node made = graph.module("norm", RequantizedModule.of(norm, output), q);
      graph.output(graph.method("dequantize", made));
      List<Tensor> inputs = graph.sample();
      Tensor expected = graph.model().runTensor(inputs.get(0));
      NativeAgainstReferenceTest.assertSteps(run(graph, inputs), expected, 0.04f);
    }
  }
}
