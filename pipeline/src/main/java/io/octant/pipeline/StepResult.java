package io.octant.pipeline;

import io.octant.pipeline.output.Manifest;
import io.octant.pipeline.output.RunReport;

/**
 * What a step that succeeded came to.
 *
 * @param report the document {@code result.json}
 * @param manifest the files published
 */
public record StepResult(RunReport report, Manifest manifest) {}
