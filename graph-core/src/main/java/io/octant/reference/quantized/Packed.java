package io.octant.reference.quantized;

import io.octant.reference.binding.NamedValues;

/** Reads packed weights among arguments. */
final class Packed {
  private Packed() {}

  static <P extends PackedWeight> P of(NamedValues args, String name, Class<P> kind) {
    Object value = args.value(name);
    if (kind.isInstance(value)) {
      return kind.cast(value);
    }
    throw args.wrong(name, "a " + kind.getSimpleName());
  }
}
