package io.octant.onnx.qdq;

import io.octant.onnx.OnnxModel;
import java.util.List;

/**
 * A written model.
 *
 * @param model the original with quantization
 * @param leftFloat graph nodes whose values the quantized graph quantizes and the model cannot,
 *     because one ONNX operator computes them within itself, and recurrent layers, whose weights
 *     stay float; there it is more exact than the graph
 */
public record QdqExport(OnnxModel model, List<String> leftFloat) {
  public QdqExport {
    leftFloat = List.copyOf(leftFloat);
  }
}
