package io.octant.kernels.plan;

import io.octant.autograd.Differentiated;
import io.octant.graph.Arguments;
import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.graph.Tuple;
import io.octant.kernels.binding.UnsupportedKernelException;
import io.octant.quantization.fakequant.FakeQuantizeModule;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lowers both graphs of a derivative into one plan. Parameters and buffers are read when a run
 * reaches their node, modules with a state are moved by Java between the kernels, and chains of
 * nodes become one kernel each way.
 */
final class TrainingCompiler extends GraphCompiler {
  private static final FunctionType GETITEM = FunctionType.of("operator.getitem");
  private static final FunctionType FAKE_QUANTIZE_GRADIENT =
      FunctionType.of("octant.gradient.fake_quantize");

  private final JointGraph joint;
  private final GraphModule live;
  private final TrainingLayers layers;
  private final ChainLowering chains;
  private final Map<Node, TrainingChain> byFirst = new HashMap<>();
  private final Map<Node, TrainingChain> byLast = new HashMap<>();
  private final Map<Node, TrainingChain> byOutgoing = new HashMap<>();
  private final Map<Node, Node> rowGradients = new HashMap<>();
  private final Map<Node, Object> made = new HashMap<>();
  private final Set<Node> covered = new HashSet<>();
  private int forwardSteps = -1;
  private Object result = Tuple.of();

  private TrainingCompiler(JointGraph joint, GraphModule live, List<TensorSpec> inputs) {
    super(joint.model(), inputs, Observation.none(joint.model()));
    this.joint = joint;
    this.live = live;
    this.layers = new TrainingLayers(this);
    this.chains = new ChainLowering(plan(), live);
    for (TrainingChain chain : TrainingChains.of(joint)) {
      add(chain);
    }
  }

  private void add(TrainingChain chain) {
    byFirst.put(chain.first(), chain);
    byLast.put(chain.last(), chain);
    covered.addAll(covered(chain));
    Node outgoing = chain.outgoing();
    if (outgoing != null) {
      byOutgoing.put(outgoing, chain);
    }
  }

  /** Lets the nodes of a chain that there are no kernels for run one by one. */
  private void drop(TrainingChain chain) {
    byLast.remove(chain.last());
    byOutgoing.values().remove(chain);
    covered.removeAll(covered(chain));
  }

  /** The nodes of a chain, and the gradients in it if any goes through. */
  private static Set<Node> covered(TrainingChain chain) {
    Set<Node> out = new HashSet<>();
    if (chain.head() != null) {
      out.add(chain.head());
    }
    if (chain.divided() != null) {
      out.add(chain.divided());
    }
    for (TrainingChain.Step s : chain.stages()) {
      out.add(s.node());
      if (s.gradient() != null && chain.outgoing() != null) {
        out.add(s.gradient());
      }
    }
    return out;
  }

  /**
   * Both graphs compiled.
   *
   * @param forwardSteps how many steps of the plan are the forward graph's
   * @param result the model's result and the tuple of gradients, tensors of run time in slots
   */
  record Compiled(Plan plan, int forwardSteps, Tuple result) {}

  /**
   * Compiles.
   *
   * @throws io.octant.OctantException naming the node that cannot be compiled
   */
  static Compiled compile(Differentiated model, List<TensorSpec> inputs) {
    JointGraph joint = JointGraph.of(model);
    List<TensorSpec> all = new ArrayList<>(inputs);
    all.addAll(Tangents.of(model, inputs));
    TrainingCompiler compiler = new TrainingCompiler(joint, model.forward(), all);
    Plan plan = compiler.compile();
    return new Compiled(plan, compiler.liveForwardSteps(plan), (Tuple) compiler.result);
  }

  private int liveForwardSteps(Plan plan) {
    Set<Step> before = java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());
    before.addAll(plan().steps().subList(0, forwardSteps));
    return (int) plan.steps().stream().filter(before::contains).count();
  }

  @Override
  GraphModule live() {
    return live;
  }

  @Override
  void begin(Node n) {
    super.begin(n);
    if (forwardSteps < 0 && joint.backward().contains(n)) {
      endForward();
    }
  }

  /** What the model returns is exported before the backward steps begin. */
  private void endForward() {
    Object returned = ((Tuple) joint.model().graph().outputNode().arg(0)).item(0);
    Arguments.all(resolve(returned), Activation.class).forEach(plan()::result);
    forwardSteps = plan().steps().size();
  }

  @Override
  void returned(Object all) {
    if (forwardSteps < 0) {
      forwardSteps = plan().steps().size();
    }
    result = all;
  }

  // ---- nodes

  @Override
  Object lower(Node n) {
    if (n.operation() instanceof Operation.GetAttr g) {
      return attribute(g.target());
    }
    Object known = made.get(n);
    if (known != null) {
      return known;
    }
    TrainingChain begun = byFirst.get(n);
    if (begun != null) {
      try {
        chains.require(begun, this::resolve);
      } catch (UnsupportedKernelException e) {
        drop(begun);
      }
    }
    TrainingChain forward = byLast.get(n);
    if (forward != null) {
      return chains.forward(forward, this::resolve);
    }
    TrainingChain backward = byOutgoing.get(n);
    if (backward != null) {
      return gradient(backward, n);
    }
    if (covered.contains(n)) {
      return shapeOnly((Node) n.arg(0));
    }
    if (n.calls(GETITEM) && resolve(n.arg(0)) instanceof Tuple t && n.arg(1) instanceof Long i) {
      return t.item(Math.toIntExact(i));
    }
    try {
      Object weight = rows(n);
      if (weight != null) {
        return weight;
      }
      Object layer = layers.lower(n);
      if (layer != null) {
        return layer;
      }
    } catch (UnsupportedKernelException e) {
      return reference(call(n), e.reason());
    }
    if (n.operation() instanceof Operation.CallModule m && hasState(model().module(m.target()))) {
      return reference(call(n), "no training kernel for " + model().typeOf(n));
    }
    return super.lower(n);
  }

  /** The fake quantize of a weight by rows, or its gradient; null if it is neither. */
  private @Nullable Object rows(Node n) {
    if (n.operation() instanceof Operation.CallModule m
        && model().module(m.target()) instanceof FakeQuantizeModule fake
        && fake.qscheme().isPerChannel()
        && fake.channelAxis() == 0
        && TrainingChains.isSupported(fake)
        && n.arg(0) instanceof Node input) {
      Activation out = chains.rows(n, resolve(input));
      List<Node> gradients =
          input.users().stream()
              .filter(u -> u.calls(FAKE_QUANTIZE_GRADIENT) && input.equals(u.arg(1)))
              .toList();
      if (gradients.size() == 1) {
        rowGradients.put(gradients.get(0), n);
      }
      return out;
    }
    Node of = rowGradients.get(n);
    return of == null ? null : chains.rowsGradient(of, resolve(n.arg(0)));
  }

  private Object gradient(TrainingChain chain, Node n) {
    Object out = chains.backward(chain, this::resolve, isOwn(chain.incoming()));
    Node divided = chain.dividedGradient();
    if (divided == null) {
      return out;
    }
    Tuple all = (Tuple) out;
    made.put(divided, Tuple.of(all.item(0), all.item(3)));
    return Tuple.of(shapeOnly((Node) n.arg(1)), all.item(1), all.item(2));
  }

  /**
   * Whether a gradient is read once and lies in memory that nothing else sees, so that what is
   * computed from it may take its place.
   */
  private static boolean isOwn(@Nullable Node gradient) {
    return gradient != null
        && gradient.users().size() == 1
        && (gradient.calls(FunctionType.of("torch.add"))
            || (gradient.calls(GETITEM)
                && gradient.arg(0) instanceof Node of
                && of.calls(FunctionType.of("octant.gradient.convolution"))));
  }

  /** A value inside of a chain: nobody reads more of it than its shape. */
  private Object shapeOnly(Node like) {
    return resolve(like) instanceof Activation a
        ? new Activation(a.dtype(), a.shape(), null)
        : resolve(like);
  }

  /** A parameter or buffer of run time. */
  Object attribute(String path) {
    Object now = model().attribute(path);
    return now instanceof Tensor t ? plan().attribute(path, t) : now;
  }

  /** Whether a call of a module reads or moves tensors of its own. */
  private static boolean hasState(Module module) {
    return module instanceof ActivationPostProcess
        || !module.parameters().isEmpty()
        || !module.buffers().isEmpty()
        || !module.children().isEmpty();
  }
}
