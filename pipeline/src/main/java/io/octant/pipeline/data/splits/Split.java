package io.octant.pipeline.data.splits;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What one partition of the samples reads, so that what was computed from it can be found again. It
 * is a function of the files and of the limit alone: not of executors, cores or {@code
 * data.partitions}. Files that are added in other folders leave the splits of a folder as they are.
 *
 * @param parts rows of files, in the order of reading
 * @param named digest of what the files are that these rows name; "" if they name none
 */
public record Split(List<Part> parts, String named) {
  public Split {
    parts = List.copyOf(parts);
  }

  /** Rows that name no files. */
  public Split(List<Part> parts) {
    this(parts, "");
  }

  /** The same rows, of which it is known what files they name. */
  public Split naming(String digest) {
    return new Split(parts, digest);
  }

  /**
   * Consecutive rows of a file.
   *
   * @param uri of the file
   * @param length of the file in bytes
   * @param stamp changes when the file does: its entity tag, or else when it was last modified
   * @param from index in the file of the first row
   * @param to index behind the last row
   */
  public record Part(String uri, long length, String stamp, long from, long to) {
    @Override
    public String toString() {
      return uri + " " + length + " " + stamp + " rows " + from + " to " + to;
    }
  }

  /** Number of rows. */
  public long rows() {
    return parts.stream().mapToLong(p -> p.to() - p.from()).sum();
  }

  /** Equal texts are equal rows of equal files, a line each; the order of reading shows. */
  public String identity() {
    String rows = parts.stream().map(Part::toString).collect(Collectors.joining("\n"));
    return named.isEmpty() ? rows : rows + "\nnaming " + named;
  }
}
