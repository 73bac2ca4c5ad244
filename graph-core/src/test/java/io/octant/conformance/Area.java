package io.octant.conformance;

/** Runs the cases of one area. */
interface Area {
  /**
   * Runs a case to its end.
   *
   * @throws Difference at the first difference
   * @throws io.octant.OctantException if Octant refuses what the case asks for
   */
  void run(GoldenCase golden);
}
