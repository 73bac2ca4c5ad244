package io.octant.kernels;

import io.octant.edges.PublicApiRules;

/** The API of kernels-native. */
class PublicApiTest extends PublicApiRules {
  PublicApiTest() {
    super("kernels");
  }
}
