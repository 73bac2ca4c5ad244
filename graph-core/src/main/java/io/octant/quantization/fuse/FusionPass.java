package io.octant.quantization.fuse;

import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.backend.BackendPatternConfig;
import io.octant.quantization.backend.FuserMethod;
import io.octant.quantization.backend.FusionMode;
import io.octant.quantization.backend.MatchedNodes;
import io.octant.quantization.backend.PatternMatcher;
import io.octant.quantization.report.QuantizationReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Replaces every match of a fusion pattern by one call of the fused module, which takes the place
 * and name of the root; {@code torch.ao.quantization.fx.fuse}. Nodes are visited last to first,
 * larger patterns are tried first, the first match wins.
 */
public final class FusionPass {
  /**
   * A match, shared by all of its nodes.
   *
   * @param root the node whose module the fused one replaces
   */
  private record Fusion(BackendPatternConfig config, MatchedNodes match, Node root) {}

  private final GraphModule model;
  private final BackendConfig backend;
  private final FusionMode mode;
  private final Map<String, Integer> calls = new HashMap<>();

  private FusionPass(GraphModule model, BackendConfig backend, FusionMode mode) {
    this.model = model;
    this.backend = backend;
    this.mode = mode;
    for (Node n : model.graph()) {
      if (n.operation() instanceof Operation.CallModule m) {
        calls.merge(m.target(), 1, Integer::sum);
      } else if (n.operation() instanceof Operation.GetAttr g && g.target().indexOf('.') > 0) {
        // Whose weight the graph reads is used a second time.
        calls.merge(g.target().substring(0, g.target().lastIndexOf('.')), 1, Integer::sum);
      }
    }
  }

  /**
   * Fuses a copy of a model.
   *
   * @throws FusionException if a match cannot be fused, such as batch norm in training mode
   */
  public static GraphModule fuse(GraphModule model, BackendConfig backend, FusionMode mode) {
    return fuse(model, backend, mode, FuseCustomConfig.empty());
  }

  /**
   * {@link #fuse} with options. The result carries a {@link QuantizationReport} of what in them
   * fits nothing.
   */
  public static GraphModule fuse(
      GraphModule model, BackendConfig backend, FusionMode mode, FuseCustomConfig custom) {
    GraphModule copy = model.copyGraphModule();
    List<String> warnings = PreservedAttributes.unknown(model, custom.preservedAttributes());
    new FusionPass(copy, backend, mode).run();
    UnusedModules.remove(copy, custom.preservedAttributes());
    copy.attach(QuantizationReport.class, new QuantizationReport("fuse", List.of(), warnings));
    return copy;
  }

  private void run() {
    Map<Node, Fusion> fusions = findFusions();
    Graph out = new Graph();
    Map<Node, Node> copies = new IdentityHashMap<>();
    for (Node node : model.graph()) {
      Fusion fusion = fusions.get(node);
      if (fusion == null) {
        copies.put(node, out.copyNode(node, copies::get));
      } else if (fusion.match().last() == node) {
        copies.put(node, fuse(fusion, out, copies));
      }
    }
    model.setGraph(out);
  }

  private Map<Node, Fusion> findFusions() {
    List<BackendPatternConfig> patterns =
        backend.bySize().stream().filter(c -> c.fuserMethod().isPresent()).toList();
    PatternMatcher matcher = new PatternMatcher(model);
    Map<Node, Fusion> out = new IdentityHashMap<>();
    List<Node> nodes = new ArrayList<>(model.graph().nodes());
    Collections.reverse(nodes);
    for (Node node : nodes) {
      if (!out.containsKey(node)) {
        Fusion found = firstMatch(patterns, matcher, node);
        if (found != null && found.match().nodes().stream().noneMatch(out::containsKey)) {
          found.match().nodes().forEach(n -> out.put(n, found));
        }
      }
    }
    return out;
  }

  private @Nullable Fusion firstMatch(
      List<BackendPatternConfig> patterns, PatternMatcher matcher, Node node) {
    for (BackendPatternConfig config : patterns) {
      Optional<MatchedNodes> match = matcher.match(config.pattern(), node);
      if (match.isPresent()
          && callsEachModuleOnce(match.get())
          && hasPartsOnly(config, match.get())) {
        Fusion fusion = new Fusion(config, match.get(), root(config, match.get()));
        if (takesExtraInputs(fusion)) {
          return fusion;
        }
      }
    }
    return null;
  }

  /** Whether what a fused module takes besides its input is computed, and not by its own parts. */
  private static boolean takesExtraInputs(Fusion fusion) {
    return fusion.config().customFuser().isPresent()
        || extraInputs(fusion).stream()
            .allMatch(
                in ->
                    in instanceof Node n
                        && !(n.operation() instanceof Operation.GetAttr)
                        && !fusion.match().nodes().contains(n));
  }

  /** Whether no function of a match would be lost; fusers that a backend brings see to it. */
  private static boolean hasPartsOnly(BackendPatternConfig config, MatchedNodes match) {
    return config.customFuser().isPresent()
        || match.nodes().stream()
            .filter(n -> !(n.operation() instanceof Operation.CallModule))
            .allMatch(n -> FunctionParts.isSum(n) || FunctionParts.find(n) != null);
  }

  private boolean callsEachModuleOnce(MatchedNodes match) {
    return match.nodes().stream()
        .allMatch(
            n ->
                !(n.operation() instanceof Operation.CallModule m)
                    || !hasState(m.target())
                    || calls.getOrDefault(m.target(), 0) == 1);
  }

  /** A module without parameters, a ReLU say, may be fused at one call and stay at another. */
  private boolean hasState(String path) {
    return !model.module(path).parameters().isEmpty();
  }

  private static Node root(BackendPatternConfig config, MatchedNodes match) {
    return config
        .rootNodeGetter()
        .map(getter -> getter.pick(match).get(0).last())
        .orElseGet(match::firstRoot);
  }

  private Node fuse(Fusion fusion, Graph out, Map<Node, Node> copies) {
    Node root = fusion.root();
    if (!(root.operation() instanceof Operation.CallModule)) {
      throw new FusionException(
          "Cannot fuse "
              + fusion.match().nodes()
              + ": the root "
              + root.described()
              + " is a "
              + root.operation().opcode()
              + ", expected a call_module");
    }
    model.setModule(root.target(), fused(fusion));
    Node node = out.copyNode(root, copies::get);
    List<Object> args = new ArrayList<>(node.args());
    for (Object input : extraInputs(fusion)) {
      args.add(input instanceof Node n ? copies.get(n) : input);
    }
    node.setArgs(args);
    return node;
  }

  private Module fused(Fusion fusion) {
    try {
      return method(fusion.config()).fuse(mode, parts(fusion));
    } catch (FusionException e) {
      throw new FusionException(
          "Cannot fuse nodes "
              + inOrder(fusion).stream().map(Node::described).collect(Collectors.joining(", "))
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private static FuserMethod method(BackendPatternConfig config) {
    return config
        .customFuser()
        .orElseGet(() -> StandardFuser.of(config.fuserMethod().orElseThrow()));
  }

  /** The modules of a match in the order they run. */
  private List<Module> parts(Fusion fusion) {
    Module root = model.moduleOf(fusion.root());
    List<Module> out = new ArrayList<>();
    for (Node n : inOrder(fusion)) {
      if (n.operation() instanceof Operation.CallModule) {
        out.add(model.moduleOf(n));
        continue;
      }
      Module function = FunctionParts.find(n);
      if (function != null) {
        function.train(root.isTraining());
        out.add(function);
      }
    }
    return out;
  }

  private static List<Node> inOrder(Fusion fusion) {
    List<Node> out = new ArrayList<>(fusion.match().nodes());
    Collections.reverse(out);
    return out;
  }

  private static List<Object> extraInputs(Fusion fusion) {
    return fusion
        .config()
        .extraInputsGetter()
        .map(
            getter ->
                getter.pick(fusion.match()).stream()
                    .<Object>map(m -> m instanceof MatchedNodes.Input i ? i.value() : m.last())
                    .toList())
        .orElse(List.of());
  }
}
