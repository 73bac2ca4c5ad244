package io.octant.autograd;

import io.octant.graph.Node;
import io.octant.graph.None;
import io.octant.reference.binding.NamedValues;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Layers: convolutions, pools, normalizations, embedding, gates. */
final class LayerRules {
  private LayerRules() {}

  static void register() {
    for (int axes = 1; axes <= 3; axes++) {
      convolutions(axes + "d");
      pools(axes);
    }
    ProductRules.register();
    normalizations();
    DerivativeRules.define("embedding", LayerRules::embedding);
    DerivativeRules.define("glu", LayerRules::glu);
    DerivativeRules.define("interpolate", LayerRules::interpolate);
    DerivativeRules.define("normalize", LayerRules::normalize);
    DerivativeRules.define(
        "prelu",
        d ->
            d.giveItems(
                d.call("octant.gradient.prelu", d.grad(), d.arg("input"), d.arg("weight")),
                "input",
                "weight"));
  }

  private static void convolutions(String axes) {
    DerivativeRules.define(
        "conv" + axes,
        d ->
            d.giveItems(
                d.call(
                    "octant.gradient.convolution",
                    d.grad(),
                    d.arg("input"),
                    d.arg("weight"),
                    d.arg("stride"),
                    d.arg("padding"),
                    d.arg("dilation"),
                    d.arg("groups")),
                "input",
                "weight",
                "bias"));
    DerivativeRules.define(
        "conv_transpose" + axes,
        d ->
            d.giveItems(
                d.call(
                    "octant.gradient.conv_transpose",
                    d.grad(),
                    d.arg("input"),
                    d.arg("weight"),
                    d.arg("stride"),
                    d.arg("padding"),
                    d.arg("output_padding"),
                    d.arg("groups"),
                    d.arg("dilation")),
                "input",
                "weight",
                "bias"));
  }

  private static void pools(int axes) {
    MaxPool pool = new MaxPool("max_pool", axes, false);
    MaxPool adaptive = new MaxPool("adaptive_max_pool", axes, false);
    DerivativeRules.define("max_pool" + axes + "d", pool);
    DerivativeRules.define("adaptive_max_pool" + axes + "d", adaptive);
    DerivativeRules.define(
        "max_pool" + axes + "d_with_indices", new MaxPool("max_pool", axes, true));
    DerivativeRules.define(
        "adaptive_max_pool" + axes + "d_with_indices",
        new MaxPool("adaptive_max_pool", axes, true));
    DerivativeRules.define(
        "avg_pool" + axes + "d",
        d -> {
          List<String> settings =
              List.of(
                  "kernel_size",
                  "stride",
                  "padding",
                  "ceil_mode",
                  "count_include_pad",
                  "divisor_override");
          Map<String, Object> kwargs = new LinkedHashMap<>();
          settings.forEach(s -> kwargs.put(s, d.arg(s)));
          d.give(
              "input",
              d.call(
                  "octant.gradient.avg_pool",
                  List.of(d.grad(), d.shape("input"), (long) axes),
                  kwargs));
        });
    DerivativeRules.define(
        "adaptive_avg_pool" + axes + "d",
        d ->
            d.give(
                "input",
                d.call(
                    "octant.gradient.adaptive_avg_pool", d.grad(), d.shape("input"), (long) axes)));
  }

  /** A pool whose positions are found again where the call does not return them. */
  private record MaxPool(String name, int axes, boolean withIndices) implements DerivativeRule {
    @Override
    public boolean givesTuple(NamedValues arguments) {
      return withIndices || arguments.flag("return_indices");
    }

    @Override
    public void differentiate(Derivation d) {
      boolean tuple = givesTuple(d.arguments());
      Node grad = tuple ? d.grad(0) : d.grad();
      if (grad == null) {
        return;
      }
      Node indices = tuple ? d.resultItem(1) : d.item(again(d), 1);
      d.give(
          "input",
          d.call("octant.gradient.max_pool", grad, indices, d.shape("input"), (long) axes));
    }

    private Node again(Derivation d) {
      String function = "torch.nn.functional." + name + axes + "d_with_indices";
      if (name.startsWith("adaptive")) {
        return d.call(function, d.arg("input"), d.arg("output_size"));
      }
      return d.call(
          function,
          d.arg("input"),
          d.arg("kernel_size"),
          d.arg("stride"),
          d.arg("padding"),
          d.arg("dilation"),
          d.arg("ceil_mode"));
    }
  }

  private static void normalizations() {
    DerivativeRules.define("batch_norm", d -> batchNorm(d, "training"));
    DerivativeRules.define(
        "instance_norm",
        d -> {
          if (!d.arguments().flag("use_input_stats")) {
            batchNorm(d, "use_input_stats");
            return;
          }
          normalized(d, "octant.gradient.group_norm", List.of("weight", "eps"), "bias");
        });
    DerivativeRules.define(
        "layer_norm",
        d ->
            normalized(
                d,
                "octant.gradient.layer_norm",
                List.of("normalized_shape", "weight", "eps"),
                "bias"));
    DerivativeRules.define(
        "group_norm",
        d ->
            normalized(
                d, "octant.gradient.group_norm", List.of("num_groups", "weight", "eps"), "bias"));
    DerivativeRules.define(
        "rms_norm",
        d ->
            normalized(
                d, "octant.gradient.rms_norm", List.of("normalized_shape", "weight", "eps"), ""));
  }

  private static void normalized(
      Derivation d, String function, List<String> settings, String bias) {
    Map<String, Object> kwargs = new LinkedHashMap<>();
    settings.forEach(s -> kwargs.put(s, d.arg(s)));
    Node all = d.call(function, List.of(d.grad(), d.arg("input")), kwargs);
    d.giveItems(all, "input", "weight");
    if (!bias.isEmpty() && d.wants(bias)) {
      d.give(bias, d.item(all, 2));
    }
  }

  private static void batchNorm(Derivation d, String flag) {
    boolean ofBatch = d.arguments().flag(flag) || d.arguments().isNone("running_mean");
    Node all =
        d.call(
            "octant.gradient.batch_norm",
            d.grad(),
            d.arg("input"),
            ofBatch ? None.NONE : d.arg("running_mean"),
            ofBatch ? None.NONE : d.arg("running_var"),
            d.arg("weight"),
            ofBatch,
            d.arg("eps"));
    d.giveItems(all, "input", "weight", "bias");
  }

  /** Rows are moved to where they are looked up; the padding row is not trained. */
  private static void embedding(Derivation d) {
    if (d.arguments().flag("scale_grad_by_freq")) {
      throw d.refused("scale_grad_by_freq is not computed, expected False");
    }
    Node positions = d.call("octant.gradient.positions", d.shape("weight"));
    if (d.arguments().value("padding_idx") instanceof Long row) {
      Node index = d.call(".new_full", positions, List.of(1L), row);
      positions = d.call("torch.index_fill", positions, 0L, index, -1L);
    }
    Node at = d.call("torch.nn.functional.embedding", d.arg("input"), positions);
    d.give("weight", d.call("octant.gradient.scatter", d.grad(), at, d.shape("weight")));
  }

  private static void interpolate(Derivation d) {
    Map<String, Object> kwargs = new LinkedHashMap<>();
    for (String s :
        List.of("size", "scale_factor", "mode", "align_corners", "recompute_scale_factor")) {
      if (d.arguments().has(s)) {
        kwargs.put(s, d.arg(s));
      }
    }
    d.give(
        "input",
        d.call("octant.gradient.interpolate", List.of(d.grad(), d.shape("input")), kwargs));
  }

  /** Of {@code x / max(‖x‖, eps)}: {@code g / m}, and through the norm where it is above eps. */
  private static void normalize(Derivation d) {
    Node norm = d.call("torch.norm", d.arg("input"), d.arg("p"), d.arg("dim"), true);
    Node least = d.call("torch.clamp", norm, d.arg("eps"));
    Node direct = d.call("torch.div", d.grad(), least);
    Node product = d.call("torch.mul", direct, d.arg("input"));
    Node sum = d.call("torch.sum", product, d.arg("dim"), true);
    Node through = d.call("torch.neg", d.call("torch.div", sum, least));
    Node above = d.call("torch.gt", norm, d.arg("eps"));
    Node passed = d.call("torch.where", above, through, d.call("torch.zeros_like", through));
    Node ofNorm =
        d.call("octant.gradient.norm", passed, d.arg("input"), norm, d.arg("p"), d.arg("dim"));
    d.give("input", d.call("torch.add", direct, ofNorm));
  }

  /** Of {@code a · σ(b)}: {@code g · σ(b)}, and {@code g · a · σ'(b)}. */
  private static void glu(Derivation d) {
    Node halves = d.call("torch.chunk", d.arg("input"), 2L, d.arg("dim"));
    Node gate = d.call("torch.sigmoid", d.item(halves, 1));
    Node first = d.call("torch.mul", d.grad(), gate);
    Node scaled = d.call("torch.mul", d.grad(), d.item(halves, 0));
    Node second = d.call("octant.gradient.pointwise", scaled, d.item(halves, 1), "sigmoid");
    d.give("input", d.call("torch.cat", List.of(first, second), d.arg("dim")));
  }
}
