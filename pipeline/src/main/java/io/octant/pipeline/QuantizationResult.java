package io.octant.pipeline;

import io.octant.engine.IntegerLayers;
import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.output.Manifest;
import io.octant.pipeline.output.RunReport;
import io.octant.pipeline.validation.ValidationResult;
import io.octant.quantization.report.QuantizationReport;
import java.util.Optional;
import java.util.SortedSet;

/**
 * What a run that succeeded came to.
 *
 * @param calibration samples and values observed
 * @param nodes what became of each node, and why
 * @param layers the 8-bit layers of the int8 graph, before an engine compiles them
 * @param executors where it was run
 * @param validation float against int8; empty if there was no evaluation data
 * @param report the document {@code result.json}
 * @param manifest the files published
 */
public record QuantizationResult(
    DataCounts calibration,
    QuantizationReport nodes,
    IntegerLayers layers,
    SortedSet<ExecutorIdentity> executors,
    Optional<ValidationResult> validation,
    RunReport report,
    Manifest manifest) {}
