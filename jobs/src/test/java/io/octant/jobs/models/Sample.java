package io.octant.jobs.models;

import java.util.List;

/**
 * One sample of made-up or recorded data.
 *
 * @param values a {@code float[]} or {@code long[]} for each input of the model, in order
 * @param label class, −1 without one
 * @param text what stands in it, "" without any
 */
record Sample(List<Object> values, int label, String text) {
  Sample {
    values = List.copyOf(values);
  }

  static Sample of(float[] values) {
    return new Sample(List.of(values), -1, "");
  }
}
