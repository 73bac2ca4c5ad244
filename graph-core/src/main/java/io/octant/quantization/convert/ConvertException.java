package io.octant.quantization.convert;

import io.octant.OctantException;

/** A prepared model cannot be converted as asked. The message names the node or module. */
public class ConvertException extends OctantException {
  private static final long serialVersionUID = 1L;

  public ConvertException(String message) {
    super(message);
  }
}
