package io.octant.jobs.config;

import java.util.Locale;

/** The commands that carry out a configuration, by the names that the command line has for them. */
public enum CommandName {
  QUANTIZE,
  CALIBRATE,
  CONVERT,
  VALIDATE,
  TRAIN,
  EVALUATE,
  SWEEP;

  /** The command of a name as it is typed. */
  public static CommandName of(String typed) {
    return valueOf(typed.toUpperCase(Locale.ROOT));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
