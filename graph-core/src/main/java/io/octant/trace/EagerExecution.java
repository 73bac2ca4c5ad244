package io.octant.trace;

import io.octant.graph.FunctionType;
import io.octant.graph.Module;
import io.octant.graph.OperatorTable;
import io.octant.reference.ReferenceOperators;
import java.util.List;
import java.util.Map;

/** Computes at once with an operator table. */
record EagerExecution(OperatorTable operators) implements Execution {
  static final EagerExecution REFERENCE = new EagerExecution(ReferenceOperators.standard());

  @Override
  public Object callFunction(FunctionType function, List<Object> args, Map<String, Object> kwargs) {
    return operators.callFunction(function, args, kwargs);
  }

  @Override
  public Object callMethod(String method, List<Object> args, Map<String, Object> kwargs) {
    return operators.callMethod(method, args, kwargs);
  }

  @Override
  public Object callModule(Module module, List<Object> args, Map<String, Object> kwargs) {
    return module.evaluate(args, kwargs);
  }

  @Override
  public Object attribute(Module owner, String name) {
    return owner.attribute(name);
  }

  @Override
  public boolean isTracing() {
    return false;
  }
}
