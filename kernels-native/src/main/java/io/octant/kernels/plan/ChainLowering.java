package io.octant.kernels.plan;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.None;
import io.octant.graph.Operation;
import io.octant.graph.Tuple;
import io.octant.kernels.binding.Kernels;
import io.octant.kernels.binding.Stage;
import io.octant.kernels.binding.TrainingKernels;
import io.octant.kernels.binding.UnsupportedKernelException;
import io.octant.nn.normalization.BatchNormNd;
import io.octant.quantization.fakequant.FakeQuantizeModule;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Chains as kernels: extrema and sums of what comes in, Java that moves the modules by them, one
 * pass that writes the result; and back. All functions of a chain grow, so that the extrema of what
 * comes in tell those between the nodes, where observers look.
 */
final class ChainLowering {
  private static final String ISA = Kernels.FASTEST;

  private final PlanBuilder plan;
  private final GraphModule live;
  private final Map<TrainingChain, Forward> forwards = new HashMap<>();
  private final Map<Node, Forward> forwardsOfRows = new HashMap<>();

  ChainLowering(PlanBuilder plan, GraphModule live) {
    this.plan = plan;
    this.live = live;
  }

  /** What the forward kernels of a chain leave for the gradient. */
  private record Forward(
      Activation x, Buffer parameters, @Nullable Buffer memory, @Nullable Activation divisor) {}

  private static Buffer block(long bytes) {
    return Buffer.arena(Math.max(bytes, 8));
  }

  private static Operand whole(Buffer buffer) {
    return PlanBuilder.whole(buffer);
  }

  /**
   * Checks that there are kernels for a chain, when what goes into it is known.
   *
   * @throws UnsupportedKernelException if its nodes have to run one by one
   */
  void require(TrainingChain chain, UnaryOperator<Object> resolve) {
    Node first = chain.first();
    Activation x = floats(resolve.apply(first.arg(0)));
    if (chain.head() == null) {
      return;
    }
    if (!(chain.head().operation() instanceof Operation.CallModule)) {
      if (!floats(resolve.apply(first.arg(1))).shape().equals(x.shape())) {
        throw new UnsupportedKernelException("adds tensors of different shapes");
      }
      return;
    }
    BatchNormNd norm = (BatchNormNd) live.module(chain.head().target());
    int channels = x.rank() < 2 ? 0 : x.shape().dim(1);
    if (channels == 0 || x.shape().numel() == 0 || channels != norm.settings().numFeatures()) {
      throw new UnsupportedKernelException("normalizes " + x);
    }
    if (chain.divided() != null) {
      Activation divisor = floats(resolve.apply(first.arg(1)));
      if (divisor.shape().numel() != channels) {
        throw new UnsupportedKernelException("divides by " + divisor);
      }
    }
    if (norm.isTraining() && x.shape().numel() == channels) {
      throw new UnsupportedKernelException("takes statistics of one value");
    }
  }

  /** The value of the last node of a chain that {@link #require} has let pass. */
  Activation forward(TrainingChain chain, UnaryOperator<Object> resolve) {
    Node head = chain.head();
    return head != null && head.operation() instanceof Operation.CallModule
        ? norm(chain, head, resolve)
        : through(chain, resolve);
  }

  /**
   * The value of a chain's outgoing gradient: a tensor, or for a batch norm those of its input,
   * weight and bias, and of the divisor.
   *
   * @param own whether the gradient that comes in is read here only
   */
  Object backward(TrainingChain chain, UnaryOperator<Object> resolve, boolean own) {
    Forward forward = Objects.requireNonNull(forwards.get(chain));
    Activation grad = Call.activation(resolve.apply(Objects.requireNonNull(chain.incoming())));
    return forward.memory == null
        ? masked(forward, grad, own)
        : normGradient(chain, forward, grad, own);
  }

  // ---- sums and stages

  private Activation through(TrainingChain chain, UnaryOperator<Object> resolve) {
    Node head = chain.head();
    boolean sum = head != null;
    Node first = head != null ? head : chain.stages().get(0).node();
    Activation x = plan.dense(floats(resolve.apply(first.arg(0))));
    Activation y = null;
    if (sum) {
      Activation other = floats(resolve.apply(first.arg(1)));
      y = plan.placed(plan.resident(other), x.layout().dense());
    }
    long n = x.layout().elements();
    List<Operand> operands = new ArrayList<>(List.of(plan.memory(x)));
    if (y != null) {
      operands.add(plan.memory(y));
    }
    ChainStages stages = new ChainStages(chain, live);
    Buffer parameters = block(4L * Stage.FLOATS * chain.stages().size());
    Buffer extrema = block(12);
    List<Buffer> read = List.of();
    if (stages.observes()) {
      List<Operand> seen = new ArrayList<>(operands);
      seen.add(whole(extrema));
      plan.emit(
          "extrema_f32",
          () -> TrainingKernels.extrema(1, n, sum, ISA),
          seen.toArray(Operand[]::new));
      read = List.of(extrema);
    }
    plan.host(
        "fake_quantize",
        List.of(),
        read,
        List.of(parameters),
        List.of(),
        (inputs, reads, writes) -> {
          stages.move(
              reads.isEmpty() ? new float[0] : ChainStages.values(reads.get(0).asFloatBuffer()),
              writes.get(0).asFloatBuffer());
          return List.of();
        });
    Buffer bytes = block(n);
    Activation out = plan.allocate(DType.FLOAT32, x.layout().dense(), null);
    operands.add(whole(parameters));
    operands.add(whole(bytes));
    operands.add(plan.memory(out));
    plan.emit(
        stages.name(sum ? "add" : ""),
        () -> TrainingKernels.straightThrough(n, sum, chain.kinds(), ISA),
        operands.toArray(Operand[]::new));
    forwards.put(chain, new Forward(out, bytes, null, null));
    return out;
  }

  private Activation masked(Forward forward, Activation gradient, boolean own) {
    Activation grad = plan.placed(plan.resident(gradient), forward.x.layout());
    Activation out = own ? grad : plan.allocate(DType.FLOAT32, grad.layout(), null);
    long n = grad.layout().elements();
    plan.emit(
        "masked_gradient_f32",
        () -> TrainingKernels.maskedGradient(n, ISA),
        plan.memory(grad),
        whole(forward.parameters),
        plan.memory(out));
    return out;
  }

  // ---- rows

  /** A weight with a scale for each index of its first axis through its fake quantize. */
  Activation rows(Node n, Object value) {
    Activation x = plan.rowMajor(floats(value));
    int rows = x.rank() == 0 ? 0 : x.shape().dim(0);
    if (rows == 0 || x.rank() < 2 || x.shape().numel() == 0) {
      throw new UnsupportedKernelException("has no rows in " + x);
    }
    long columns = x.shape().numel() / rows;
    Buffer extrema = block(12L * rows);
    plan.emit(
        "extrema_f32",
        () -> TrainingKernels.extrema(rows, columns, false, ISA),
        plan.memory(x),
        whole(extrema));
    Buffer parameters = block(4L * Stage.FLOATS * rows);
    plan.host(
        "fake_quantize",
        List.of(),
        List.of(extrema),
        List.of(parameters),
        List.of(),
        (inputs, reads, writes) -> {
          ChainStages.moveRows(
              (FakeQuantizeModule) live.module(n.target()),
              rows,
              reads.get(0).asFloatBuffer(),
              writes.get(0).asFloatBuffer());
          return List.of();
        });
    Buffer bytes = block(x.layout().elements());
    Activation out = plan.allocate(DType.FLOAT32, x.layout(), null);
    plan.emit(
        "fake_quantize_rows_f32",
        () -> TrainingKernels.straightThroughRows(rows, columns, ISA),
        plan.memory(x),
        whole(parameters),
        whole(bytes),
        plan.memory(out));
    forwardsOfRows.put(n, new Forward(out, bytes, null, null));
    return out;
  }

  /** The gradient of {@link #rows}. */
  Activation rowsGradient(Node of, Object gradient) {
    return masked(Objects.requireNonNull(forwardsOfRows.get(of)), Call.activation(gradient), false);
  }

  // ---- batch norms

  private Activation norm(TrainingChain chain, Node head, UnaryOperator<Object> resolve) {
    Node divided = chain.divided();
    Node input = (Node) (divided == null ? head.arg(0) : divided.arg(0));
    Activation x = plan.channelsLast(floats(resolve.apply(input)));
    Activation divisor =
        divided == null ? null : floats(resolve.apply(Objects.requireNonNull(divided.arg(1))));
    String path = head.target();
    int channels = x.shape().dim(1);
    long places = x.shape().numel() / channels;
    ChainStages stages = new ChainStages(chain, live);
    ChainNorm host = new ChainNorm(live, path, stages, channels, Math.toIntExact(places));
    List<Buffer> read = List.of();
    if (host.ofBatch() || stages.observes()) {
      Buffer statistics = block(28L * channels);
      plan.emit(
          "channel_statistics_f32",
          () -> TrainingKernels.channelStatistics(places, channels, ISA),
          plan.memory(x),
          whole(statistics));
      read = List.of(statistics);
    }
    Buffer parameters = block(4L * (3L * channels + (long) Stage.FLOATS * chain.stages().size()));
    Buffer memory = block(16L * channels);
    plan.host(
        "batch_norm",
        divisor == null ? List.of() : List.of(divisor),
        read,
        List.of(parameters, memory),
        List.of(),
        host::forward);
    Activation out = plan.allocate(DType.FLOAT32, x.layout(), null);
    plan.emit(
        stages.name("batch_norm"),
        () -> TrainingKernels.channelNorm(places, channels, chain.kinds(), ISA),
        plan.memory(x),
        whole(parameters),
        plan.memory(out));
    forwards.put(chain, new Forward(x, parameters, memory, divisor));
    return out;
  }

  private Tuple normGradient(
      TrainingChain chain, Forward forward, Activation gradient, boolean own) {
    Activation x = forward.x;
    Activation grad = plan.channelsLast(gradient);
    int channels = x.shape().dim(1);
    long places = x.shape().numel() / channels;
    Buffer sums = block(16L * channels);
    plan.emit(
        "batch_norm_sums_f32",
        () -> TrainingKernels.channelNormSums(places, channels, chain.kinds(), ISA),
        plan.memory(grad),
        plan.memory(x),
        whole(forward.parameters),
        whole(sums));
    Buffer coefficients = block(12L * channels);
    Activation ofWeight = new Activation(DType.FLOAT32, Shape.of(channels), null);
    Activation ofBias = new Activation(DType.FLOAT32, Shape.of(channels), null);
    List<Activation> results = new ArrayList<>(List.of(ofWeight, ofBias));
    Object ofDivisor = None.NONE;
    if (forward.divisor != null) {
      Activation d = new Activation(DType.FLOAT32, forward.divisor.shape(), null);
      results.add(d);
      ofDivisor = d;
    }
    ChainNorm host =
        new ChainNorm(
            live,
            Objects.requireNonNull(chain.head()).target(),
            new ChainStages(chain, live),
            channels,
            Math.toIntExact(places));
    plan.host(
        "batch_norm_gradient",
        forward.divisor == null ? List.of() : List.of(forward.divisor),
        List.of(sums, forward.parameters, Objects.requireNonNull(forward.memory)),
        List.of(coefficients),
        results,
        host::backward);
    Activation out = own ? grad : plan.allocate(DType.FLOAT32, x.layout(), null);
    plan.emit(
        "batch_norm_gradient_f32",
        () -> TrainingKernels.channelNormGradient(places, channels, chain.kinds(), ISA),
        plan.memory(grad),
        plan.memory(x),
        whole(forward.parameters),
        whole(coefficients),
        plan.memory(out));
    return Tuple.of(out, ofWeight, ofBias, ofDivisor);
  }

  private static Activation floats(Object value) {
    Activation a = Call.activation(value);
    if (!a.isFloat()) {
      throw new UnsupportedKernelException("needs float32, not " + a.dtype());
    }
    return a;
  }
}
