package io.octant.pipeline.execution;

import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.OperatorTable;
import io.octant.pipeline.data.SampleField;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** A graph that returns its input; its weight is for {@link TestEngine}. */
public record TestRecipe(float weight) implements GraphRecipe {

  @Override
  public GraphModule make() {
    Graph graph = new Graph();
    graph.output(graph.placeholder("x"));
    GraphModule model = new GraphModule(graph, new NoOperators());
    model.setParameter("weight", Tensor.scalar(weight));
    return model;
  }

  /** The spec that a driver would make of this recipe. */
  public SessionSpec spec(int batch, SampleField... fields) {
    return new SessionSpec(
        this, GraphDigest.of(make()), TestEngine.Provider.TEST, List.of(fields), batch);
  }

  private static final class NoOperators implements OperatorTable {
    @Override
    public Object callFunction(
        FunctionType function, List<Object> args, Map<String, Object> kwargs) {
      throw new AssertionError("no function in the graph");
    }

    @Override
    public Object callMethod(String method, List<Object> args, Map<String, Object> kwargs) {
      throw new AssertionError("no method in the graph");
    }
  }
}
