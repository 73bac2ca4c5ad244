package io.octant.kernels.plan;

import io.octant.OctantException;
import io.octant.graph.Arguments;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Tuple;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A network drawn at random: a few inputs with the samples along axis 0, then operators of {@link
 * RandomOperators} on values that are there, each of which keeps the samples apart. What nobody
 * reads is an output, and at times so is what somebody reads, or an input.
 */
final class RandomNetwork {
  /** Samples that the operators are tried on while they are drawn. */
  private static final int TRIED = 2;

  private static final int MOST_ELEMENTS = 60_000;

  private final SplittableRandom random;
  private final TestGraph graph;
  private final Map<Node, Object> values = new HashMap<>();
  private final Map<Node, Tensor> tensors = new LinkedHashMap<>();
  private final boolean hostile;

  /**
   * Draws a network.
   *
   * @param steps operators that are tried
   * @param quantizable whether most operators have an 8-bit form
   * @param hostile whether inputs hold values that are not finite, negative zeros and denormals
   */
  RandomNetwork(long seed, int steps, boolean quantizable, boolean hostile) {
    this.random = new SplittableRandom(seed);
    this.graph = new TestGraph(random);
    this.hostile = hostile;
    int inputs = random.nextInt(4) == 0 ? 2 : 1;
    for (int i = 0; i < inputs; i++) {
      int[] dims = inputShape();
      Node x = graph.input(dims);
      define(x, sample(dims));
    }
    RandomOperators operators = new RandomOperators(random, this, quantizable, hostile);
    for (int i = 0; i < steps; i++) {
      operators.next();
    }
    finish();
  }

  private int[] inputShape() {
    int rank = pick(4, 4, 4, 4, 3, 3, 5, 2);
    int[] dims = new int[rank];
    dims[0] = TRIED;
    dims[1] = channels();
    int largest = rank == 5 ? 6 : rank == 4 ? 14 : 24;
    for (int i = 2; i < rank; i++) {
      dims[i] = random.nextInt(5) == 0 ? 1 : 1 + random.nextInt(largest);
    }
    return dims;
  }

  int channels() {
    return pick(1, 2, 3, 4, 5, 7, 8, 13, 16, 17, 24, 31, 32, 48, 64);
  }

  int pick(int... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private void finish() {
    List<Node> nodes = new ArrayList<>(tensors.keySet());
    List<Node> outputs = new ArrayList<>();
    for (Node n : nodes) {
      if ((n.users().isEmpty() && !n.isPlaceholder()) || random.nextInt(12) == 0) {
        outputs.add(n);
      }
    }
    if (outputs.isEmpty()) {
      outputs.add(nodes.get(nodes.size() - 1));
    }
    graph.output(new Tuple(List.copyOf(outputs)));
    graph.model().train(false);
  }

  TestGraph graph() {
    return graph;
  }

  GraphModule model() {
    return graph.model();
  }

  /** The inputs of a batch. */
  List<TensorSpec> inputs(int batch) {
    return MicroBatch.inputs(graph.inputs(), batch);
  }

  /** Random inputs. */
  List<Tensor> sample(int batch) {
    return inputs(batch).stream().map(s -> sample(s.shape().toArray())).toList();
  }

  private Tensor sample(int[] dims) {
    Tensor out = graph.values(dims);
    if (!hostile) {
      return out;
    }
    float[] special = {
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      -0f,
      0f,
      Float.MIN_VALUE,
      -1e-40f,
      1e10f,
      -1e10f
    };
    float[] floats = out.floats().clone();
    for (int i = 0; i < floats.length; i++) {
      if (random.nextInt(40) == 0) {
        floats[i] = special[random.nextInt(special.length)];
      }
    }
    return Tensor.of(floats, dims);
  }

  // ---- what operators are drawn on

  /** A value that may be read, rather one of the last. */
  Node any() {
    List<Node> nodes = List.copyOf(tensors.keySet());
    int back = Math.min(random.nextInt(nodes.size()), random.nextInt(nodes.size()));
    return nodes.get(nodes.size() - 1 - back);
  }

  /** Any value of a shape, itself among them. */
  Node like(Node x) {
    List<Node> same = tensors.keySet().stream().filter(n -> shape(n).equals(shape(x))).toList();
    return same.get(random.nextInt(same.size()));
  }

  /** Values of the same sizes but along an axis. */
  Node besides(Node x, int axis) {
    Shape shape = shape(x);
    List<Node> same =
        tensors.keySet().stream()
            .filter(n -> shape(n).rank() == shape.rank())
            .filter(n -> shape(n).withDim(axis, 1).equals(shape.withDim(axis, 1)))
            .toList();
    return same.get(random.nextInt(same.size()));
  }

  Shape shape(Node x) {
    Tensor t = tensors.get(x);
    if (t == null) {
      throw new IllegalArgumentException(x + " is no tensor of this network");
    }
    return t.shape();
  }

  /** Keeps a node if the reference engine can compute it, and takes it back otherwise. */
  boolean keep(Node node) {
    try {
      Object value = evaluated(node);
      List<Tensor> found = Arguments.all(value, Tensor.class);
      if (value instanceof Tensor t && !fits(t)) {
        throw new OctantException("not a tensor of few floats with samples along axis 0");
      }
      if (found.isEmpty()) {
        throw new OctantException("no tensor");
      }
      define(node, value);
      return true;
    } catch (OctantException
        | IllegalArgumentException
        | IndexOutOfBoundsException
        | ArithmeticException e) {
      graph.erase(node);
      return false;
    }
  }

  private Object evaluated(Node node) {
    for (Node in : node.inputs()) {
      if (!values.containsKey(in)) {
        values.put(in, graph.evaluate(in, values));
      }
    }
    return graph.evaluate(node, values);
  }

  private static boolean fits(Tensor t) {
    return t.dtype() == DType.FLOAT32
        && t.shape().rank() > 0
        && t.shape().dim(0) == TRIED
        && t.numel() > 0
        && t.numel() <= MOST_ELEMENTS
        && isModerate(t);
  }

  /** Whether differences in the last bit stay small beside the values. */
  private static boolean isModerate(Tensor t) {
    float largest = 0;
    for (float v : t.floats()) {
      if (Math.abs(v) < 1e9f) {
        largest = Math.max(largest, Math.abs(v));
      }
    }
    return largest < 1e6f;
  }

  private void define(Node node, Object value) {
    values.put(node, value);
    if (value instanceof Tensor t) {
      tensors.put(node, t);
    }
  }
}
