package io.octant.pipeline.model;

import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;
import io.octant.onnx.importer.InputRole;
import java.util.SortedMap;
import java.util.TreeMap;

/** The bytes of what inputs are: name, kind, and the value or axis. */
final class InputRoles {
  private static final int CONSTANT = 0;
  private static final int BATCHED = 1;
  private static final int WHOLE = 2;

  private InputRoles() {}

  static void write(ByteSink out, String input, InputRole role) {
    out.text(input);
    if (role instanceof InputRole.Constant c) {
      out.u8(CONSTANT);
      out.f64(c.value());
    } else if (role instanceof InputRole.Batched b) {
      out.u8(BATCHED);
      out.u32(b.axis());
    } else {
      out.u8(WHOLE);
    }
  }

  static SortedMap<String, InputRole> read(ByteSource in) {
    SortedMap<String, InputRole> roles = new TreeMap<>();
    int count = in.count(2);
    for (int i = 0; i < count; i++) {
      String input = in.text();
      if (!roles.isEmpty() && input.compareTo(roles.lastKey()) <= 0) {
        throw in.corrupt(
            "input " + input + " after " + roles.lastKey() + ", expected ascending names");
      }
      int kind = in.u8();
      roles.put(
          input,
          switch (kind) {
            case CONSTANT -> new InputRole.Constant(in.f64());
            case BATCHED -> new InputRole.Batched(in.u32());
            case WHOLE -> new InputRole.Whole();
            default -> throw in.corrupt("input of kind " + kind + ", expected 0 to 2");
          });
    }
    return roles;
  }
}
