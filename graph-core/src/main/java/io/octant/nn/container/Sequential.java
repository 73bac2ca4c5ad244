package io.octant.nn.container;

import io.octant.graph.Module;
import io.octant.graph.TorchType;
import java.util.List;
import java.util.Map;

/** Modules called one after the other; children are named {@code 0}, {@code 1}, … */
@TorchType("torch.nn.Sequential")
public class Sequential extends Module {
  /** Children named {@code 0}, {@code 1}, … in the order of their calls. */
  public Sequential(Module... modules) {
    for (int i = 0; i < modules.length; i++) {
      setChild(Integer.toString(i), modules[i]);
    }
  }

  @Override
  public Object evaluate(List<Object> args, Map<String, Object> kwargs) {
    List<Object> inputs = args;
    Map<String, Object> named = kwargs;
    Object out = args.isEmpty() ? io.octant.graph.None.NONE : args.get(0);
    for (Module m : children().values()) {
      out = m.evaluate(inputs, named);
      inputs = List.of(out);
      named = Map.of();
    }
    return out;
  }
}
