package io.octant.nn.factory;

import io.octant.nn.Bias;
import io.octant.nn.ModuleFactory;
import io.octant.nn.attention.AttentionSettings;
import io.octant.nn.attention.MultiheadAttention;
import io.octant.nn.recurrent.GRU;
import io.octant.nn.recurrent.GRUCell;
import io.octant.nn.recurrent.LSTM;
import io.octant.nn.recurrent.LSTMCell;
import io.octant.nn.recurrent.RNN;
import io.octant.nn.recurrent.RNNCell;
import io.octant.nn.recurrent.RecurrentSettings;
import io.octant.reference.binding.NamedValues;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** Factories of recurrent modules and attention. */
final class SequenceFactories {
  private SequenceFactories() {}

  static void register(Map<String, ModuleFactory> into) {
    into.put("torch.nn.MultiheadAttention", SequenceFactories::attention);
    into.put("torch.nn.LSTM", (h, t) -> new LSTM(settings(h)));
    into.put("torch.nn.GRU", (h, t) -> new GRU(settings(h)));
    into.put("torch.nn.RNN", (h, t) -> new RNN(settings(h), nonlinearity(h, "RNN_RELU", "mode")));
    into.put(
        "torch.nn.LSTMCell",
        (h, t) -> new LSTMCell(h.integer("input_size"), h.integer("hidden_size"), bias(h)));
    into.put(
        "torch.nn.GRUCell",
        (h, t) -> new GRUCell(h.integer("input_size"), h.integer("hidden_size"), bias(h)));
    into.put(
        "torch.nn.RNNCell",
        (h, t) ->
            new RNNCell(
                h.integer("input_size"),
                h.integer("hidden_size"),
                bias(h),
                nonlinearity(h, "relu", "nonlinearity")));
  }

  private static MultiheadAttention attention(NamedValues h, Map<String, Tensor> tensors) {
    for (String unsupported : List.of("bias_k", "bias_v")) {
      if (h.has(unsupported) && !h.isNone(unsupported)) {
        throw h.wrong(unsupported, "None: learned extra keys are not supported");
      }
    }
    if (h.has("add_zero_attn") && h.flag("add_zero_attn")) {
      throw h.wrong("add_zero_attn", "false: an extra zero key is not supported");
    }
    return new MultiheadAttention(
        new AttentionSettings(
            h.integer("embed_dim"),
            h.integer("num_heads"),
            h.number("dropout"),
            Bias.of(tensors.containsKey("in_proj_bias")),
            h.integer("kdim"),
            h.integer("vdim"),
            h.flag("batch_first")));
  }

  private static Bias bias(NamedValues h) {
    return Bias.of(h.flag("bias"));
  }

  private static RNN.Nonlinearity nonlinearity(NamedValues h, String relu, String name) {
    return h.text(name).equals(relu) ? RNN.Nonlinearity.RELU : RNN.Nonlinearity.TANH;
  }

  private static RecurrentSettings settings(NamedValues h) {
    return new RecurrentSettings(
        h.integer("input_size"),
        h.integer("hidden_size"),
        h.integer("num_layers"),
        bias(h),
        h.flag("batch_first"),
        h.number("dropout"),
        h.flag("bidirectional"),
        h.has("proj_size") ? h.integer("proj_size") : 0);
  }
}
