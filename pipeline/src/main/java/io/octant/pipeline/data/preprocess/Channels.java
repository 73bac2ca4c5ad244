package io.octant.pipeline.data.preprocess;

/** What colours a decoded picture has, in which order. */
public enum Channels {
  RGB(3),
  BGR(3),
  GREY(1);

  private final int count;

  Channels(int count) {
    this.count = count;
  }

  /** How many there are. */
  public int count() {
    return count;
  }
}
