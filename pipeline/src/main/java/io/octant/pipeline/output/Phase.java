package io.octant.pipeline.output;

/** The phases of a run, in their order. */
public enum Phase {
  /** Model file to graph with observers. */
  PREPARE("prepare"),
  /** Observed forward pass on the executors. */
  CALIBRATE("calibrate"),
  /** Forward and backward on the executors, step by step. */
  TRAIN("train"),
  /** Statistics to int8 graph and ONNX file. */
  CONVERT("convert"),
  /** Float against int8 on the executors. */
  VALIDATE("validate"),
  /** Running the written model once more, and writing the output. */
  PUBLISH("publish");

  private final String title;

  Phase(String title) {
    this.title = title;
  }

  /** Its name in progress, reports and Spark's job descriptions. */
  public String title() {
    return title;
  }
}
