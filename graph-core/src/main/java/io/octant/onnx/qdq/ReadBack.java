package io.octant.onnx.qdq;

import io.octant.graph.GraphModule;
import io.octant.onnx.OnnxException;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.tensor.Tensor;
import java.util.List;

/**
 * The exported model as a reader finds it: parsed from its bytes, checked, imported. Nothing that
 * cannot be read back, or that computes something else than the graph it was made from, is worth
 * publishing.
 *
 * @param model the parsed file
 * @param graph what the importer makes of it
 */
public record ReadBack(OnnxModel model, GraphModule graph) {
  /** What two ways to round the same number may amount to, in steps of 8 bits. */
  private static final double STEPS = 255;

  /** Single steps on the way may add up to this much of what quantization changes. */
  private static final double SHARE_OF_NOISE = 2;

  /**
   * Reads a written model.
   *
   * @param onnx the bytes of the file
   * @param source its name, for messages
   * @param options those of the original
   * @throws OnnxException naming the file and the node or tensor at fault, if it is no valid model
   *     or cannot be imported
   */
  public static ReadBack of(byte[] onnx, String source, ImportOptions options) {
    OnnxModel model = OnnxModel.parse(onnx, source);
    ModelCheck.require(model);
    return new ReadBack(model, OnnxImporter.run(model, options));
  }

  /**
   * Compares what the exported model, the int8 graph and the float graph computed from the same
   * inputs. The exported model may differ from the int8 graph by one step of an 8-bit output in the
   * root of the mean square, or by twice of what quantization itself changes, as single steps
   * within a network add up; integer and truth values in 2 % of the elements and one, or as many
   * again as quantization changes. NaN and infinities stand where they stand in the int8 graph.
   *
   * @param outputs names, for messages
   * @throws OnnxException naming the first output that differs by more
   */
  public static void requireAgreement(
      List<String> outputs, List<Tensor> float32, List<Tensor> int8, List<Tensor> exported) {
    if (exported.size() != int8.size()) {
      throw new OnnxException(
          "Cannot export: the model has "
              + exported.size()
              + " outputs, expected "
              + int8.size()
              + " "
              + outputs);
    }
    for (int i = 0; i < int8.size(); i++) {
      String reason = difference(float32.get(i), int8.get(i), exported.get(i));
      if (!reason.isEmpty()) {
        throw new OnnxException(
            "Cannot export output "
                + outputs.get(i)
                + ": the written model, read back and run, "
                + reason);
      }
    }
  }

  /** Why an output does not agree; empty if it does. */
  private static String difference(Tensor exact, Tensor int8, Tensor exported) {
    if (!int8.shape().equals(exported.shape())) {
      return "gives " + exported.shape() + ", expected " + int8.shape() + " as the int8 graph";
    }
    return exact.dtype().isFloatingPoint()
        ? differenceOfFloats(exact, int8, exported)
        : differenceOfIntegers(exact, int8, exported);
  }

  private static String differenceOfIntegers(Tensor exact, Tensor int8, Tensor exported) {
    long changed = 0;
    long differs = 0;
    for (int i = 0; i < int8.numel(); i++) {
      changed += int8.doubleAt(i) == exact.doubleAt(i) ? 0 : 1;
      differs += int8.doubleAt(i) == exported.doubleAt(i) ? 0 : 1;
    }
    long allowed = Math.max(2 * changed, 1 + int8.numel() / 50);
    return differs <= allowed
        ? ""
        : "has "
            + differs
            + " of "
            + int8.numel()
            + " elements other than the int8 graph, expected "
            + allowed
            + " at most";
  }

  private static String differenceOfFloats(Tensor exact, Tensor int8, Tensor exported) {
    double noise = 0;
    double error = 0;
    double low = 0;
    double high = 0;
    int finite = 0;
    for (int i = 0; i < int8.numel(); i++) {
      double e = exact.doubleAt(i);
      double q = int8.doubleAt(i);
      double x = exported.doubleAt(i);
      if (!Double.isFinite(q) || !Double.isFinite(x)) {
        if (Double.compare(q, x) != 0) {
          return "gives " + x + " at element " + i + ", expected " + q + " as the int8 graph";
        }
        continue;
      }
      finite++;
      noise += Double.isFinite(e) ? (q - e) * (q - e) : 0;
      error += (q - x) * (q - x);
      low = Math.min(low, q);
      high = Math.max(high, q);
    }
    double allowed =
        Math.max((high - low) / STEPS, SHARE_OF_NOISE * Math.sqrt(noise / Math.max(1, finite)));
    double found = Math.sqrt(error / Math.max(1, finite));
    return found <= allowed
        ? ""
        : "differs from the int8 graph by "
            + (float) found
            + " (root of the mean square), expected "
            + (float) allowed
            + " at most";
  }
}
