package io.octant.pipeline;

import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.output.Manifest;
import io.octant.pipeline.output.RunReport;
import io.octant.pipeline.validation.ValidationResult;
import io.octant.quantization.report.QuantizationReport;
import java.util.Optional;

/**
 * What a run that succeeded came to.
 *
 * @param calibration samples and values observed
 * @param nodes what became of each node, and why
 * @param validation float against int8; empty if there was no evaluation data
 * @param report the document {@code result.json}
 * @param manifest the files published
 */
public record QuantizationResult(
    DataCounts calibration,
    QuantizationReport nodes,
    Optional<ValidationResult> validation,
    RunReport report,
    Manifest manifest) {}
