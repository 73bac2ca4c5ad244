package io.octant.nn.factory;

import io.octant.nn.ModuleFactory;
import io.octant.nn.activation.CELU;
import io.octant.nn.activation.ELU;
import io.octant.nn.activation.GELU;
import io.octant.nn.activation.GLU;
import io.octant.nn.activation.Hardshrink;
import io.octant.nn.activation.Hardsigmoid;
import io.octant.nn.activation.Hardswish;
import io.octant.nn.activation.Hardtanh;
import io.octant.nn.activation.LeakyReLU;
import io.octant.nn.activation.LogSigmoid;
import io.octant.nn.activation.LogSoftmax;
import io.octant.nn.activation.Mish;
import io.octant.nn.activation.PReLU;
import io.octant.nn.activation.RReLU;
import io.octant.nn.activation.ReLU;
import io.octant.nn.activation.ReLU6;
import io.octant.nn.activation.SELU;
import io.octant.nn.activation.SiLU;
import io.octant.nn.activation.Sigmoid;
import io.octant.nn.activation.Softmax;
import io.octant.nn.activation.Softmax2d;
import io.octant.nn.activation.Softmin;
import io.octant.nn.activation.Softplus;
import io.octant.nn.activation.Softshrink;
import io.octant.nn.activation.Softsign;
import io.octant.nn.activation.Tanh;
import io.octant.nn.activation.Tanhshrink;
import io.octant.nn.activation.Threshold;
import io.octant.nn.dropout.AlphaDropout;
import io.octant.nn.dropout.Dropout;
import io.octant.nn.dropout.Dropout1d;
import io.octant.nn.dropout.Dropout2d;
import io.octant.nn.dropout.Dropout3d;
import io.octant.nn.dropout.FeatureAlphaDropout;
import io.octant.reference.binding.NamedValues;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Factories of activations and dropout. */
final class ActivationFactories {
  private ActivationFactories() {}

  static void register(Map<String, ModuleFactory> into) {
    into.put("torch.nn.ReLU", (h, t) -> new ReLU());
    into.put("torch.nn.ReLU6", (h, t) -> new ReLU6());
    into.put("torch.nn.Hardtanh", (h, t) -> new Hardtanh(h.number("min_val"), h.number("max_val")));
    into.put("torch.nn.Hardswish", (h, t) -> new Hardswish());
    into.put("torch.nn.Hardsigmoid", (h, t) -> new Hardsigmoid());
    into.put("torch.nn.SiLU", (h, t) -> new SiLU());
    into.put("torch.nn.Mish", (h, t) -> new Mish());
    into.put("torch.nn.SELU", (h, t) -> new SELU());
    into.put("torch.nn.Sigmoid", (h, t) -> new Sigmoid());
    into.put("torch.nn.Tanh", (h, t) -> new Tanh());
    into.put("torch.nn.Softsign", (h, t) -> new Softsign());
    into.put("torch.nn.LogSigmoid", (h, t) -> new LogSigmoid());
    into.put(
        "torch.nn.GELU",
        (h, t) ->
            new GELU(
                h.text("approximate").equals("tanh")
                    ? GELU.Approximation.TANH
                    : GELU.Approximation.NONE));
    into.put("torch.nn.LeakyReLU", (h, t) -> new LeakyReLU(h.number("negative_slope")));
    into.put("torch.nn.ELU", (h, t) -> new ELU(h.number("alpha")));
    into.put("torch.nn.CELU", (h, t) -> new CELU(h.number("alpha")));
    into.put(
        "torch.nn.Threshold", (h, t) -> new Threshold(h.number("threshold"), h.number("value")));
    into.put("torch.nn.Softplus", (h, t) -> new Softplus(h.number("beta"), h.number("threshold")));
    into.put("torch.nn.PReLU", (h, t) -> new PReLU(h.integer("num_parameters"), h.number("init")));
    into.put("torch.nn.Softmax", (h, t) -> new Softmax(axis(h)));
    into.put("torch.nn.LogSoftmax", (h, t) -> new LogSoftmax(axis(h)));
    into.put("torch.nn.Softmin", (h, t) -> new Softmin(axis(h)));
    into.put("torch.nn.Softmax2d", (h, t) -> new Softmax2d());
    into.put("torch.nn.GLU", (h, t) -> new GLU(h.integer("dim")));
    into.put("torch.nn.Hardshrink", (h, t) -> new Hardshrink(h.number("lambd")));
    into.put("torch.nn.Softshrink", (h, t) -> new Softshrink(h.number("lambd")));
    into.put("torch.nn.Tanhshrink", (h, t) -> new Tanhshrink());
    into.put("torch.nn.RReLU", (h, t) -> new RReLU(h.number("lower"), h.number("upper")));
    into.put("torch.nn.Dropout", (h, t) -> new Dropout(h.number("p")));
    into.put("torch.nn.Dropout1d", (h, t) -> new Dropout1d(h.number("p")));
    into.put("torch.nn.Dropout2d", (h, t) -> new Dropout2d(h.number("p")));
    into.put("torch.nn.Dropout3d", (h, t) -> new Dropout3d(h.number("p")));
    into.put("torch.nn.AlphaDropout", (h, t) -> new AlphaDropout(h.number("p")));
    into.put("torch.nn.FeatureAlphaDropout", (h, t) -> new FeatureAlphaDropout(h.number("p")));
  }

  private static @Nullable Integer axis(NamedValues h) {
    return h.isNone("dim") ? null : h.integer("dim");
  }
}
