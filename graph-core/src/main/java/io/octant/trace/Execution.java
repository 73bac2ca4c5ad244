package io.octant.trace;

import io.octant.graph.FunctionType;
import io.octant.graph.Module;
import java.util.List;
import java.util.Map;

/** What operations on values do: compute, or record nodes. Contents stand for values here. */
interface Execution {
  Object callFunction(FunctionType function, List<Object> args, Map<String, Object> kwargs);

  Object callMethod(String method, List<Object> args, Map<String, Object> kwargs);

  Object callModule(Module module, List<Object> args, Map<String, Object> kwargs);

  /** Reads a parameter, buffer or attribute of a module. */
  Object attribute(Module owner, String name);

  boolean isTracing();
}
