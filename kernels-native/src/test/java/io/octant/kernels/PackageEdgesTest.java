package io.octant.kernels;

import io.octant.edges.PackageEdgesRules;

/** The packages of kernels-native. */
class PackageEdgesTest extends PackageEdgesRules {}
