package io.octant.jobs.state;

import io.octant.calibration.CalibrationState;

/** Two states of one model, prepared graph and observer configuration. */
record StatePair(CalibrationState earlier, CalibrationState later) {}
