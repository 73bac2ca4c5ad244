package io.octant.nn.factory;

import io.octant.nn.ModuleFactory;
import io.octant.nn.padding.CircularPad1d;
import io.octant.nn.padding.CircularPad2d;
import io.octant.nn.padding.CircularPad3d;
import io.octant.nn.padding.ConstantPad1d;
import io.octant.nn.padding.ConstantPad2d;
import io.octant.nn.padding.ConstantPad3d;
import io.octant.nn.padding.ReflectionPad1d;
import io.octant.nn.padding.ReflectionPad2d;
import io.octant.nn.padding.ReflectionPad3d;
import io.octant.nn.padding.ReplicationPad1d;
import io.octant.nn.padding.ReplicationPad2d;
import io.octant.nn.padding.ReplicationPad3d;
import io.octant.nn.padding.ZeroPad1d;
import io.octant.nn.padding.ZeroPad2d;
import io.octant.nn.padding.ZeroPad3d;
import java.util.Map;

/** Factories of padding modules. */
final class PaddingFactories {
  private PaddingFactories() {}

  static void register(Map<String, ModuleFactory> into) {
    into.put("torch.nn.ZeroPad1d", (h, t) -> new ZeroPad1d(h.ints("padding")));
    into.put("torch.nn.ZeroPad2d", (h, t) -> new ZeroPad2d(h.ints("padding")));
    into.put("torch.nn.ZeroPad3d", (h, t) -> new ZeroPad3d(h.ints("padding")));
    into.put(
        "torch.nn.ConstantPad1d",
        (h, t) -> new ConstantPad1d(h.number("value"), h.ints("padding")));
    into.put(
        "torch.nn.ConstantPad2d",
        (h, t) -> new ConstantPad2d(h.number("value"), h.ints("padding")));
    into.put(
        "torch.nn.ConstantPad3d",
        (h, t) -> new ConstantPad3d(h.number("value"), h.ints("padding")));
    into.put("torch.nn.ReflectionPad1d", (h, t) -> new ReflectionPad1d(h.ints("padding")));
    into.put("torch.nn.ReflectionPad2d", (h, t) -> new ReflectionPad2d(h.ints("padding")));
    into.put("torch.nn.ReflectionPad3d", (h, t) -> new ReflectionPad3d(h.ints("padding")));
    into.put("torch.nn.ReplicationPad1d", (h, t) -> new ReplicationPad1d(h.ints("padding")));
    into.put("torch.nn.ReplicationPad2d", (h, t) -> new ReplicationPad2d(h.ints("padding")));
    into.put("torch.nn.ReplicationPad3d", (h, t) -> new ReplicationPad3d(h.ints("padding")));
    into.put("torch.nn.CircularPad1d", (h, t) -> new CircularPad1d(h.ints("padding")));
    into.put("torch.nn.CircularPad2d", (h, t) -> new CircularPad2d(h.ints("padding")));
    into.put("torch.nn.CircularPad3d", (h, t) -> new CircularPad3d(h.ints("padding")));
  }
}
