package io.octant.nn.quantizable;

import io.octant.OctantException;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.nn.quantized.Functional;
import io.octant.nn.quantized.QFunctional;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.Signature;
import io.octant.reference.kernel.Attention;
import io.octant.reference.kernel.Reductions;
import io.octant.reference.kernel.Shapes;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.QParams;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Multi-head attention whose parts are modules: {@code torch.ao.nn.quantizable.MultiheadAttention}
 * while it is observed, {@code torch.ao.nn.quantized.MultiheadAttention} once quantized. The
 * projections run on quantized tensors, the attention itself in float.
 *
 * <p>Inputs and results are those of {@code torch.nn.MultiheadAttention}, batched. PyTorch's class
 * mixes up batch and heads in the output if the batch comes first; this one does not.
 */
public final class MultiheadAttention extends Module {
  static final ModuleType OBSERVED = new ModuleType("torch.ao.nn.quantizable.MultiheadAttention");
  static final ModuleType QUANTIZED = new ModuleType("torch.ao.nn.quantized.MultiheadAttention");
  private static final List<String> PROJECTIONS = List.of("linear_Q", "linear_K", "linear_V");
  private static final Signature SIGNATURE =
      Signature.parse(
          "query, key, value, key_padding_mask=None, need_weights=True, attn_mask=None,"
              + " average_attn_weights=True, is_causal=False");

  private final ModuleType type;
  private final Map<String, Object> hyperparameters;

  private MultiheadAttention(ModuleType type, Map<String, Object> hyperparameters) {
    this.type = type;
    this.hyperparameters = hyperparameters;
  }

  /**
   * An observed attention with the weights of a float one.
   *
   * @param attention a {@code torch.nn.MultiheadAttention}
   * @param activation makes the observer of every part
   */
  public static MultiheadAttention observe(Module attention, ObserverSpec activation) {
    if (!attention.type().name().equals("torch.nn.MultiheadAttention")) {
      throw new OctantException(
          "Cannot observe module: " + attention.type() + ", expected torch.nn.MultiheadAttention");
    }
    MultiheadAttention out = new MultiheadAttention(OBSERVED, attention.hyperparameters());
    attention.parameters().forEach(out::setParameter);
    Module projection = attention.module("out_proj");
    out.setChild(
        "out_proj",
        Parts.linear(projection.tensor("weight"), projection.findTensor("bias"), activation));
    for (int i = 0; i < PROJECTIONS.size(); i++) {
      out.setChild(
          PROJECTIONS.get(i), Parts.linear(weight(attention, i), bias(attention, i), activation));
    }
    out.setChild("q_scaling_product", Parts.functional(activation));
    out.setChild("quant_attn_output", Stub.entering(activation.create()));
    out.setChild("quant_attn_output_weights", Stub.entering(activation.create()));
    out.setChild("dequant_q", Stub.leaving());
    out.setChild("dequant_k", Stub.leaving());
    out.setChild("dequant_v", Stub.leaving());
    return out;
  }

  private static Tensor weight(Module attention, int which) {
    Tensor joined = attention.findTensor("in_proj_weight");
    return joined != null
        ? Shapes.chunk(joined, 3, 0).get(which)
        : attention.tensor(List.of("q_proj_weight", "k_proj_weight", "v_proj_weight").get(which));
  }

  private static @Nullable Tensor bias(Module attention, int which) {
    Tensor joined = attention.findTensor("in_proj_bias");
    return joined == null ? null : Shapes.chunk(joined, 3, 0).get(which);
  }

  /**
   * The quantized form of an observed, calibrated attention.
   *
   * @param weight makes the observer of every weight
   * @param engine whose arithmetic packed weights follow
   */
  public MultiheadAttention quantize(ObserverSpec weight, QuantizedEngine engine) {
    MultiheadAttention out = new MultiheadAttention(QUANTIZED, hyperparameters);
    children()
        .forEach(
            (name, part) -> {
              Module quantized =
                  part instanceof Stub stub
                      ? stub.quantized()
                      : part instanceof Functional
                          ? new QFunctional(QParams.perTensor(1, 0)) // multiplies by a number only
                          : Parts.quantizedLinear(part, weight, engine);
              out.setChild(name, quantized);
            });
    return out;
  }

  @Override
  public ModuleType type() {
    return type;
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return hyperparameters;
  }

  /** Returns a tuple of the output and the attention weights, None if not needed. */
  @Override
  public Tuple evaluate(List<Object> args, Map<String, Object> kwargs) {
    NamedValues a = SIGNATURE.bind(type.name(), args, kwargs);
    NamedValues hyper = new NamedValues(type.name(), hyperparameters);
    int heads = hyper.integer("num_heads");
    boolean batchFirst = hyper.flag("batch_first");
    double scale = 1 / Math.sqrt(hyper.integer("head_dim"));
    Tensor query = projected(a, "query", 0, batchFirst);
    query = ((Functional) module("q_scaling_product")).multiplyScalar(query, scale);
    Attention.Result result =
        Attention.scaledDotProduct(
            heads(query, heads, "dequant_q"),
            heads(projected(a, "key", 1, batchFirst), heads, "dequant_k"),
            heads(projected(a, "value", 2, batchFirst), heads, "dequant_v"),
            Attention.mask(a.findTensor("attn_mask"), a.findTensor("key_padding_mask"), heads),
            1,
            UnaryOperator.identity());
    Tensor joined = Shapes.flatten(Shapes.transpose(result.output(), 1, 2), 2, 3);
    Tensor output = call("out_proj", call("quant_attn_output", joined));
    Tensor weights = call("quant_attn_output_weights", result.weights());
    return Tuple.of(
        batchFirst ? output : Shapes.transpose(output, 0, 1),
        a.flag("need_weights") ? averaged(weights, a.flag("average_attn_weights")) : None.NONE);
  }

  private static Tensor averaged(Tensor weights, boolean overHeads) {
    return overHeads ? Reductions.mean(weights, new int[] {1}, Reductions.Axes.DROP) : weights;
  }

  /** An input as {@code [batch, time, width]}, projected. */
  private Tensor projected(NamedValues a, String name, int which, boolean batchFirst) {
    Tensor x = a.tensor(name);
    return call(PROJECTIONS.get(which), batchFirst ? x : Shapes.transpose(x, 0, 1));
  }

  /** {@code [batch, time, width]} to float {@code [batch, heads, time, width / heads]}. */
  private Tensor heads(Tensor x, int heads, String exit) {
    return call(exit, Shapes.transpose(Shapes.unflatten(x, 2, heads, -1), 1, 2));
  }

  private Tensor call(String part, Tensor x) {
    return Parts.call(module(part), x);
  }
}
