package io.octant.nn.factory;

import io.octant.NearestNames;
import io.octant.graph.GraphException;
import io.octant.graph.Module;
import io.octant.nn.FunctionModule;
import io.octant.nn.InplaceModule;
import io.octant.nn.ModuleFactory;
import io.octant.nn.pooling.IndexedPool;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.reference.binding.NamedValues;
import io.octant.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The factories of the float modules by type name, and module creation from any such map. */
public final class ModuleFactories {
  private static final Map<String, ModuleFactory> ALL = collect();

  private ModuleFactories() {}

  private static Map<String, ModuleFactory> collect() {
    Map<String, ModuleFactory> out = new LinkedHashMap<>();
    for (OperatorRow row : Operators.standard().rows()) {
      if (row.settings() != null) {
        row.modules().forEach(m -> out.put("torch.nn." + m, ofTable("torch.nn." + m)));
      }
    }
    LayerFactories.register(out);
    ActivationFactories.register(out);
    NormalizationFactories.register(out);
    PoolingFactories.register(out);
    PaddingFactories.register(out);
    DistanceFactories.register(out);
    ShapeFactories.register(out);
    SequenceFactories.register(out);
    return Collections.unmodifiableMap(out);
  }

  private static ModuleFactory ofTable(String type) {
    return (hyper, tensors) -> FunctionModule.of(type, hyper);
  }

  /** The float modules, {@code torch.nn.Conv2d} and so on. */
  public static Map<String, ModuleFactory> all() {
    return ALL;
  }

  /**
   * Builds a module and gives it the tensors.
   *
   * @param factories from type names
   * @throws GraphException if there is no factory for the type
   */
  public static Module create(
      Map<String, ModuleFactory> factories,
      String type,
      Map<String, Object> hyper,
      Map<String, Tensor> parameters,
      Map<String, Tensor> buffers) {
    ModuleFactory factory = factories.get(type);
    if (factory == null) {
      throw new GraphException(
          "Cannot create module: "
              + type
              + ", expected one of "
              + factories.size()
              + " types, such as "
              + NearestNames.list(type, factories.keySet(), 3));
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>(parameters);
    tensors.putAll(buffers);
    Module module = factory.create(new NamedValues(type, hyper), tensors);
    if (module instanceof InplaceModule m) {
      m.setInplace(Boolean.TRUE.equals(hyper.get("inplace")));
    }
    if (module instanceof IndexedPool pool && Boolean.TRUE.equals(hyper.get("return_indices"))) {
      pool.returningIndices();
    }
    parameters.forEach(module::setParameter);
    buffers.forEach(module::setBuffer);
    return module;
  }
}
