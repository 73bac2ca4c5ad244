package io.octant.calibration;

import io.octant.bytes.Digest;

/**
 * What a calibration state belongs to: states merge only if all three agree.
 *
 * <p>No PyTorch counterpart.
 *
 * @param model digest of the model file
 * @param preparedGraph digest of the graph with its observers
 * @param observers digest of the observer configuration
 */
public record CalibrationKey(Digest model, Digest preparedGraph, Digest observers) {}
