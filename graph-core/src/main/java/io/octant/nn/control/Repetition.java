package io.octant.nn.control;

import io.octant.OctantException;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.None;
import io.octant.graph.TorchType;
import io.octant.graph.Tuple;
import io.octant.reference.kernel.Joining;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A graph again and again, ONNX's Loop. Arguments: how often at most (None for no limit), whether
 * at all (None for yes), the states, and tensors that every iteration reads. The graph takes the
 * number of the iteration, the condition, states and those tensors; it gives the next condition,
 * the next states, and slices. The result is a tuple of the last states and the slices stacked
 * along a new first axis.
 */
@TorchType("octant.nn.Repetition")
public final class Repetition extends Module {
  private final int states;

  /**
   * A repetition.
   *
   * @param states how many of the arguments change from iteration to iteration
   * @param nothing what the stack of no slices is, for each of them: an empty tensor, whose type
   *     and rank count
   */
  public Repetition(GraphModule body, int states, List<Tensor> nothing) {
    this.states = states;
    setChild("body", body);
    for (int i = 0; i < nothing.size(); i++) {
      setBuffer("nothing" + i, nothing.get(i));
    }
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Map.of("states", (long) states, "late", true);
  }

  @Override
  public Object evaluate(List<Object> args, Map<String, Object> kwargs) {
    long most = args.get(0) instanceof Tensor t ? (long) number(t) : Long.MAX_VALUE;
    Object condition = args.get(1) == None.NONE ? truth() : args.get(1);
    List<Object> state = new ArrayList<>(args.subList(2, 2 + states));
    List<Object> read = args.subList(2 + states, args.size());
    List<List<Tensor>> slices = new ArrayList<>();
    buffers().forEach((name, empty) -> slices.add(new ArrayList<>()));
    for (long i = 0; i < most && number((Tensor) condition) != 0; i++) {
      List<Object> in = new ArrayList<>(List.of(Tensor.scalar(i), condition));
      in.addAll(state);
      in.addAll(read);
      List<Object> out = ((Tuple) module("body").evaluate(in, Map.of())).items();
      condition = out.get(0);
      state = new ArrayList<>(out.subList(1, 1 + states));
      for (int s = 0; s < slices.size(); s++) {
        slices.get(s).add((Tensor) out.get(1 + states + s));
      }
    }
    for (int s = 0; s < slices.size(); s++) {
      List<Tensor> stacked = slices.get(s);
      state.add(stacked.isEmpty() ? tensor("nothing" + s) : Joining.stack(stacked, 0));
    }
    return new Tuple(state);
  }

  private static Tensor truth() {
    return Tensor.of(DType.BOOL, Shape.SCALAR, new int[] {1});
  }

  private static double number(Tensor t) {
    if (t.numel() != 1) {
      throw new OctantException(
          "Cannot repeat by " + t.description() + ", expected one number or truth value");
    }
    return t.item();
  }
}
