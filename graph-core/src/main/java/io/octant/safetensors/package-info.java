/**
 * Reads and writes the safetensors format: a little-endian header length, a JSON header, then raw
 * row-major tensors. Specification: the safetensors README of Hugging Face.
 */
@NullMarked
package io.octant.safetensors;

import org.jspecify.annotations.NullMarked;
