package io.octant.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.GraphModule;
import io.octant.graph.GraphPrinter;
import io.octant.graph.Operation;
import io.octant.quantization.GraphModels;
import io.octant.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Functions, operators and methods of values record what torch.fx records for those of tensors;
 * {@code generate.py} makes {@code traced-calls.txt}.
 */
class TracedCallsTest {
  private static final class Calls extends TraceableModule {
    Calls() {
      super("x", "y", "w", "b");
    }

    @Override
    protected Value forward(Value... in) {
      return Value.list(calls(in[0], in[1], in[2], in[3]));
    }
  }

  private static Value[] calls(Value x, Value y, Value w, Value b) {
    return new Value[] {
      Functional.relu(x),
      Functional.relu6(x),
      Functional.hardswish(x),
      Functional.silu(x),
      Functional.mish(x),
      Functional.hardsigmoid(x),
      Functional.gelu(x),
      Functional.leakyRelu(x, 0.2),
      Functional.elu(x, 0.5),
      Functional.hardtanh(x, -2, 2),
      Functional.threshold(x, 0.1, 20),
      Functional.softmax(x, 1),
      Functional.logSoftmax(x, 1),
      Functional.linear(x, w),
      Functional.linear(x, w, b),
      Functional.conv1d(x, w, b, new int[] {1}, new int[] {0}),
      Functional.conv2d(x, w, b, new int[] {1, 2}, new int[] {0, 1}),
      Functional.conv3d(x, w, b, new int[] {1, 1, 1}, new int[] {0, 0, 0}),
      Functional.maxPool1d(x, 2),
      Functional.maxPool2d(x, 2),
      Functional.maxPool3d(x, 2),
      Functional.avgPool1d(x, 2),
      Functional.avgPool2d(x, 2),
      Functional.avgPool3d(x, 2),
      Functional.adaptiveAvgPool1d(x, 2),
      Functional.adaptiveAvgPool2d(x, 2, 3),
      Functional.adaptiveAvgPool3d(x, 2),
      Functional.layerNorm(x, new int[] {4}, w, b, 1e-5),
      Functional.dropout(x, 0.3),
      Functional.interpolate(x, 2, "nearest"),
      Functional.pixelShuffle(x, 2),
      Functional.embedding(x, w),
      Torch.add(x, y),
      Torch.sub(x, y),
      Torch.mul(x, y),
      Torch.div(x, 2.0),
      Torch.matmul(x, y),
      Torch.bmm(x, y),
      Torch.relu(x),
      Torch.sigmoid(x),
      Torch.tanh(x),
      Torch.sin(x),
      Torch.cos(x),
      Torch.exp(x),
      Torch.sqrt(x),
      Torch.abs(x),
      Torch.softmax(x, 1),
      Torch.cat(List.of(x, y), 1),
      Torch.stack(List.of(x, y), 1),
      Torch.chunk(x, 2, 1),
      Torch.split(x, 2, 1),
      Torch.flatten(x, 1),
      Torch.reshape(x, 2, -1),
      Torch.permute(x, 1, 0),
      Torch.transpose(x, 0, 1),
      Torch.squeeze(x, 1),
      Torch.unsqueeze(x, 1),
      Torch.clamp(x, -1, 1),
      Torch.mean(x, 0, 1),
      Torch.onesLike(x),
      Torch.zerosLike(x),
      x.plus(y),
      x.minus(y),
      x.times(2.0),
      x.dividedBy(2.0),
      x.floorDividedBy(2),
      x.toThePowerOf(2),
      x.matrixTimes(y),
      x.negated(),
      x.get(0),
      x.add(y),
      x.sub(y),
      x.mul(y),
      x.div(y),
      x.matmul(y),
      x.relu(),
      x.sigmoid(),
      x.tanh(),
      x.clamp(-1, 1),
      x.reshape(2, -1),
      x.view(2, -1),
      x.flatten(1),
      x.permute(1, 0),
      x.transpose(0, 1),
      x.squeeze(1),
      x.unsqueeze(1),
      x.expand(2, 4),
      x.repeat(2, 1),
      x.contiguous(),
      x.size(),
      x.size(1),
      x.mean(0, 1),
      x.sum(0, 1),
      x.softmax(1),
      x.chunk(2, 1),
      x.shape()
    };
  }

  @Test
  void callsAreRecordedAsPyTorchDoes() throws IOException {
    GraphModule traced = new Tracer().trace(new Calls());
    List<String> lines =
        traced.graph().nodes().stream()
            .filter(
                n ->
                    n.operation() instanceof Operation.CallFunction
                        || n.operation() instanceof Operation.CallMethod)
            .map(GraphPrinter::print)
            .toList();
    try (InputStream in =
        Objects.requireNonNull(TracedCallsTest.class.getResourceAsStream("traced-calls.txt"))) {
      assertThat(lines)
          .containsExactlyElementsOf(
              new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
    }
  }

  /** A model around operations that also run at once. */
  private static final class Eager extends TraceableModule {
    Eager() {
      super("x", "y");
      setChild("ff", new io.octant.nn.quantized.FloatFunctional());
    }

    @Override
    protected Value forward(Value... in) {
      Value x = in[0];
      Value y = in[1];
      FunctionalOperations ff = functional("ff");
      Value parts =
          Value.list(
              ff.add(x, y),
              ff.addRelu(x, y),
              ff.addScalar(x, 2),
              ff.mul(x, y),
              ff.mulScalar(x, 3),
              ff.matmul(x, y),
              ff.cat(List.of(x, y), 0),
              Value.tuple(x.unpack(2).toArray(Value[]::new)),
              Value.dict(Map.of("neg", x.negated())));
      return parts;
    }
  }

  @Test
  void tracedModelsComputeWhatModelsComputeAtOnce() {
    Tensor x = GraphModels.random(1, 2, 2);
    Tensor y = GraphModels.random(2, 2, 2);
    Eager model = new Eager();
    Object atOnce = model.evaluate(List.of(x, y), Map.of());
    assertThat(new Tracer().trace(model).run(x, y)).isEqualTo(atOnce);
    List<?> parts = (List<?>) atOnce;
    float[] a = x.floats();
    float[] b = y.floats();
    assertThat(((Tensor) parts.get(0)).floats())
        .containsExactly(a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]);
    assertThat(((Tensor) parts.get(1)).floats()[0]).isEqualTo(Math.max(0, a[0] + b[0]));
    assertThat(((Tensor) parts.get(2)).floats()[3]).isEqualTo(a[3] + 2);
    assertThat(((Tensor) parts.get(3)).floats()[2]).isEqualTo(a[2] * b[2]);
    assertThat(((Tensor) parts.get(4)).floats()[1]).isEqualTo(a[1] * 3);
    assertThat(((Tensor) parts.get(6)).floats())
        .containsExactly(a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3]);
  }
}
