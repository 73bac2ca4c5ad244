package io.octant.pipeline;

import io.octant.edges.PackageEdgesRules;

/** The packages of pipeline. */
class PackageEdgesTest extends PackageEdgesRules {}
