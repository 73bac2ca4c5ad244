package io.octant.pipeline;

import io.octant.edges.PublicApiRules;

/** The API of pipeline. */
class PublicApiTest extends PublicApiRules {
  PublicApiTest() {
    super("pipeline");
  }
}
