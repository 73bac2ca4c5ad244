package io.octant.kernels.plan;

import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.kernels.binding.Stage;
import io.octant.nn.normalization.BatchNormNd;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.quantization.fakequant.FakeQuantize;
import io.octant.quantization.fakequant.FakeQuantizeModule;
import io.octant.quantization.observer.FixedQParamsObserver;
import io.octant.quantization.observer.MinMaxObserver;
import io.octant.quantization.observer.MovingAverageObserver;
import io.octant.quantization.observer.PerChannelMinMaxObserver;
import io.octant.reference.binding.NamedValues;
import io.octant.tensor.QRange;
import io.octant.tensor.QScheme;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the {@link TrainingChain}s of a joint graph. */
final class TrainingChains {
  private static final FunctionType FAKE_QUANTIZE =
      FunctionType.of("octant.gradient.fake_quantize");
  private static final FunctionType POINTWISE = FunctionType.of("octant.gradient.pointwise");
  private static final FunctionType BATCH_NORM = FunctionType.of("octant.gradient.batch_norm");
  private static final FunctionType PAIRWISE = FunctionType.of("octant.gradient.pairwise");
  private static final FunctionType GETITEM = FunctionType.of("operator.getitem");
  private static final FunctionType DIV = FunctionType.of("torch.div");
  private static final FunctionType ADD = FunctionType.of("torch.add");

  private final GraphModule model;
  private final Set<Node> backward;
  private final Set<Node> taken = new HashSet<>();
  private final List<TrainingChain> chains = new ArrayList<>();

  private TrainingChains(JointGraph joint) {
    this.model = joint.model();
    this.backward = joint.backward();
  }

  /** All chains, in the order of their first nodes; a node is in one at most. */
  static List<TrainingChain> of(JointGraph joint) {
    TrainingChains search = new TrainingChains(joint);
    for (Node n : joint.model().graph()) {
      if (!joint.backward().contains(n) && !search.taken.contains(n)) {
        search.begin(n);
      }
    }
    return search.chains;
  }

  private void begin(Node n) {
    if (isBatchNorm(n)) {
      batchNorm(n);
    } else if (isSum(n)) {
      List<TrainingChain.Step> stages = stages(n);
      if (!stages.isEmpty()) {
        take(new TrainingChain(n, null, stages, null, null));
      }
    } else if (stage(n) != null && n.arg(0) instanceof Node input) {
      TrainingChain.Step first = step(input, n);
      if (first != null) {
        List<TrainingChain.Step> all = new ArrayList<>(List.of(first));
        all.addAll(continued(first));
        take(new TrainingChain(null, null, all, null, null));
      }
    }
  }

  private void take(TrainingChain chain) {
    chains.add(chain);
    chain.stages().forEach(s -> taken.add(s.node()));
    if (chain.head() != null) {
      taken.add(chain.head());
    }
  }

  // ---- heads

  private void batchNorm(Node n) {
    Node input = (Node) n.arg(0);
    Node gradient = only(gradients(BATCH_NORM, input));
    if (gradient == null && !gradients(BATCH_NORM, input).isEmpty()) {
      return;
    }
    List<TrainingChain.Step> stages = stages(n);
    if (!stages.isEmpty()) {
      Node first = stages.get(0).gradient();
      boolean reached = gradient != null;
      if (reached != (first != null)
          || (first != null
              && (gradient == null
                  || !first.equals(gradient.arg(0))
                  || only(first.users()) == null))) {
        stages = List.of();
      }
    }
    Node divided = input.calls(DIV) ? input : null;
    Node dividedGradient = null;
    if (divided != null && gradient != null) {
      dividedGradient = dividedGradient(divided, gradient);
    }
    boolean joins =
        divided != null
            && divided.args().size() == 2
            && divided.arg(0) instanceof Node
            && divided.arg(1) instanceof Node
            && forwardUsers(divided).size() == 1
            && (gradient == null ? backwardUsers(divided).isEmpty() : dividedGradient != null);
    take(
        new TrainingChain(
            n, joins ? divided : null, stages, gradient, joins ? dividedGradient : null));
  }

  /** The gradient of a quotient that the gradient of a batch norm goes into, and nothing else. */
  private @Nullable Node dividedGradient(Node divided, Node ofNorm) {
    if (only(backwardUsers(divided)) != ofNorm) {
      return null;
    }
    Node item = null;
    for (Node user : ofNorm.users()) {
      if (!user.calls(GETITEM)) {
        return null;
      }
      if (Long.valueOf(0).equals(user.arg(1))) {
        if (item != null) {
          return null;
        }
        item = user;
      }
    }
    if (item == null) {
      return null;
    }
    Node gradient = only(item.users());
    boolean fits =
        gradient != null
            && gradient.calls(PAIRWISE)
            && item.equals(gradient.arg(0))
            && divided.arg(0).equals(gradient.arg(1))
            && divided.arg(1).equals(gradient.arg(2))
            && "div".equals(gradient.arg(3));
    return fits ? gradient : null;
  }

  private boolean isBatchNorm(Node n) {
    return n.operation() instanceof Operation.CallModule m
        && model.module(m.target()) instanceof BatchNormNd
        && n.args().size() == 1
        && n.arg(0) instanceof Node;
  }

  private static boolean isSum(Node n) {
    return (n.calls(ADD) || n.calls(FunctionType.of("operator.add")))
        && n.kwargs().isEmpty()
        && n.args().size() == 2
        && n.arg(0) instanceof Node
        && n.arg(1) instanceof Node;
  }

  // ---- stages

  private List<TrainingChain.Step> stages(Node head) {
    List<TrainingChain.Step> out = new ArrayList<>();
    Node next = only(forwardUsers(head));
    TrainingChain.Step first = next == null ? null : joined(head, next);
    if (first != null) {
      out.add(first);
      out.addAll(continued(first));
    }
    return out;
  }

  private List<TrainingChain.Step> continued(TrainingChain.Step first) {
    List<TrainingChain.Step> out = new ArrayList<>();
    TrainingChain.Step at = first;
    while (true) {
      Node next = only(forwardUsers(at.node()));
      TrainingChain.Step step = next == null ? null : joined(at.node(), next);
      if (step == null) {
        return out;
      }
      Node mine = at.gradient();
      Node its = step.gradient();
      boolean together =
          mine == null
              ? its == null
              : its != null && its.equals(mine.arg(0)) && only(its.users()) == mine;
      if (!together) {
        return out;
      }
      out.add(step);
      at = step;
    }
  }

  /** A stage behind a node that nobody else reads. */
  private TrainingChain.@Nullable Step joined(Node input, Node stage) {
    TrainingChain.Step step = taken.contains(stage) ? null : step(input, stage);
    if (step == null || observedBetween(input, stage)) {
      return null;
    }
    List<Node> readers = backwardUsers(input);
    Node gradient = step.gradient();
    return readers.isEmpty() || (gradient != null && only(readers) == gradient) ? step : null;
  }

  /** Whether the stage's observer sees something else between the two nodes. */
  private boolean observedBetween(Node input, Node stage) {
    if (!(stage.operation() instanceof Operation.CallModule m)) {
      return false;
    }
    Map<Node, Boolean> between = new HashMap<>();
    boolean inside = false;
    for (Node n : model.graph()) {
      if (n == stage) {
        return between.containsValue(true);
      }
      if (inside && n.operation() instanceof Operation.CallModule other) {
        between.put(n, model.module(other.target()) == model.module(m.target()));
      }
      inside |= n == input;
    }
    return false;
  }

  private TrainingChain.@Nullable Step step(Node input, Node n) {
    Kind kind = stage(n);
    if (kind == null || n.arg(0) != input) {
      return null;
    }
    List<Node> found =
        kind.stage == Stage.FAKE_QUANTIZE
            ? gradients(FAKE_QUANTIZE, input)
            : gradients(POINTWISE, input).stream().filter(g -> kind.name.equals(g.arg(2))).toList();
    if (found.size() > 1) {
      return null;
    }
    return new TrainingChain.Step(n, kind.stage, kind.low, kind.high, only(found));
  }

  private record Kind(Stage stage, String name, float low, float high) {}

  private @Nullable Kind stage(Node n) {
    if (n.args().isEmpty()) {
      return null;
    }
    if (n.operation() instanceof Operation.CallModule m
        && model.module(m.target()) instanceof FakeQuantizeModule fake) {
      return isSupported(fake) && !fake.qscheme().isPerChannel()
          ? new Kind(Stage.FAKE_QUANTIZE, "", 0, 0)
          : null;
    }
    OperatorRow row = row(n);
    if (row == null) {
      return null;
    }
    return switch (row.name()) {
      case "relu" -> new Kind(Stage.RELU, "relu", 0, 0);
      case "relu6" -> new Kind(Stage.CLIP, "relu6", 0, 6);
      case "hardtanh" -> {
        NamedValues settings = settings(n, row);
        yield new Kind(
            Stage.CLIP,
            "hardtanh",
            (float) settings.number("min_val"),
            (float) settings.number("max_val"));
      }
      default -> null;
    };
  }

  private @Nullable OperatorRow row(Node n) {
    if (n.operation() instanceof Operation.CallModule m) {
      return Operators.standard().findModule(model.module(m.target()).type().name());
    }
    return n.operation() instanceof Operation.CallFunction f
        ? Operators.standard().findCall(f.target())
        : null;
  }

  private NamedValues settings(Node n, OperatorRow row) {
    if (n.operation() instanceof Operation.CallModule m) {
      Module module = model.module(m.target());
      return new NamedValues(module.type().name(), module.hyperparameters());
    }
    return io.octant.reference.binding.Signature.parse(row.call(n.target()).parameters())
        .bind(n.target(), n.args(), n.kwargs());
  }

  /**
   * Whether the extrema of a tensor are all that a fake quantize learns from it, and its integers
   * are exact in float32.
   */
  static boolean isSupported(FakeQuantizeModule fake) {
    boolean byExtrema =
        fake.observer() instanceof MovingAverageObserver
            || fake.observer() instanceof MinMaxObserver
            || fake.observer() instanceof PerChannelMinMaxObserver
            || fake.observer() instanceof FixedQParamsObserver;
    QRange range = fake.range().orElse(null);
    return fake instanceof FakeQuantize
        && byExtrema
        && !fake.isDynamic()
        && fake.qscheme() != QScheme.PER_CHANNEL_AFFINE_FLOAT_QPARAMS
        && range != null
        && range.min() >= -(1 << 20)
        && range.max() <= 1 << 20;
  }

  // ---- users

  private List<Node> gradients(FunctionType function, Node input) {
    return backwardUsers(input).stream()
        .filter(u -> u.calls(function) && input.equals(u.arg(1)))
        .toList();
  }

  private List<Node> backwardUsers(Node n) {
    return n.users().stream().filter(backward::contains).toList();
  }

  /** Those that read more than the shape. */
  private List<Node> forwardUsers(Node n) {
    return n.users().stream()
        .filter(
            u ->
                !backward.contains(u)
                    && !(u.operation() instanceof Operation.CallMethod m
                        && m.target().equals("size")))
        .toList();
  }

  private static @Nullable Node only(java.util.Collection<Node> nodes) {
    return nodes.size() == 1 ? nodes.iterator().next() : null;
  }
}
