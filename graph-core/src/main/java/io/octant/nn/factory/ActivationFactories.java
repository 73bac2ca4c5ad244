package io.octant.nn.factory;

import io.octant.nn.ModuleFactory;
import io.octant.nn.activation.PReLU;
import io.octant.nn.activation.RReLU;
import io.octant.nn.activation.ReLU6;
import io.octant.nn.activation.Softmax2d;
import io.octant.nn.dropout.AlphaDropout;
import io.octant.nn.dropout.Dropout;
import io.octant.nn.dropout.Dropout1d;
import io.octant.nn.dropout.Dropout2d;
import io.octant.nn.dropout.Dropout3d;
import io.octant.nn.dropout.FeatureAlphaDropout;
import java.util.Map;

/** Factories of dropout, and of activations that are more than a function of the table. */
final class ActivationFactories {
  private ActivationFactories() {}

  static void register(Map<String, ModuleFactory> into) {
    into.put("torch.nn.ReLU6", (h, t) -> new ReLU6());
    into.put("torch.nn.PReLU", (h, t) -> new PReLU(h.integer("num_parameters"), h.number("init")));
    into.put("torch.nn.Softmax2d", (h, t) -> new Softmax2d());
    into.put("torch.nn.RReLU", (h, t) -> new RReLU(h.number("lower"), h.number("upper")));
    into.put("torch.nn.Dropout", (h, t) -> new Dropout(h.number("p")));
    into.put("torch.nn.Dropout1d", (h, t) -> new Dropout1d(h.number("p")));
    into.put("torch.nn.Dropout2d", (h, t) -> new Dropout2d(h.number("p")));
    into.put("torch.nn.Dropout3d", (h, t) -> new Dropout3d(h.number("p")));
    into.put("torch.nn.AlphaDropout", (h, t) -> new AlphaDropout(h.number("p")));
    into.put("torch.nn.FeatureAlphaDropout", (h, t) -> new FeatureAlphaDropout(h.number("p")));
  }
}
