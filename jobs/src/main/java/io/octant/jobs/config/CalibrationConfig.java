package io.octant.jobs.config;

import java.util.Optional;

/**
 * How a job calibrates.
 *
 * @param states folder of states that are kept from run to run, absolute or a URI; empty keeps none
 */
public record CalibrationConfig(Optional<String> states) {

  static CalibrationConfig of(Settings settings) {
    return new CalibrationConfig(settings.find(Keys.CALIBRATION_STATES));
  }
}
