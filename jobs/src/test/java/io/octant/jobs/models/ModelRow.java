package io.octant.jobs.models;

import java.util.List;
import java.util.Locale;

/**
 * A line of {@code docs/models.md}.
 *
 * @param floatError largest difference from ONNX Runtime of any output, relative to its largest
 *     value
 * @param int8Nodes how many nodes of the graph are quantized
 * @param floatNodes how many stay in float
 * @param nativeSteps steps of the int8 form on native kernels
 * @param referenceSteps steps of it on Java's
 * @param sqnrDb of the primary output
 * @param quality of float, of Octant, of Octant's export in ONNX Runtime, of ONNX Runtime's and of
 *     PyTorch's quantization, as {@link Tasks} says it; "–" where there is none
 */
record ModelRow(
    String name,
    double floatError,
    int int8Nodes,
    int floatNodes,
    long nativeSteps,
    long referenceSteps,
    String sqnrDb,
    String task,
    List<String> quality) {
  static final String NONE = "–";

  static final String HEAD =
      """
      | model | float error | int8 / float nodes | native / Java steps | SQNR dB | task | float | Octant | Octant in ONNX Runtime | ONNX Runtime | PyTorch |
      |---|---|---|---|---|---|---|---|---|---|---|
      """;

  String line() {
    return String.format(
        Locale.ROOT,
        "| `%s` | %.1e | %d / %d | %d / %d | %s | %s | %s |",
        name,
        floatError,
        int8Nodes,
        floatNodes,
        nativeSteps,
        referenceSteps,
        sqnrDb,
        task,
        String.join(" | ", quality));
  }
}
