package io.octant.jobs.models;

import java.util.Map;

/** The float model that samples are made for. */
@FunctionalInterface
interface FloatModel {
  /** The sample's part of every output, by name. */
  Map<String, float[]> run(Sample sample);
}
