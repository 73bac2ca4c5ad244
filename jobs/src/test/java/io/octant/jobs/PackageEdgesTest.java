package io.octant.jobs;

import io.octant.edges.PackageEdgesRules;

/** The packages of jobs. */
class PackageEdgesTest extends PackageEdgesRules {}
