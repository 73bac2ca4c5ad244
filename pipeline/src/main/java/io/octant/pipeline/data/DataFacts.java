package io.octant.pipeline.data;

import java.util.List;

/**
 * What a source is made of, before a sample is read.
 *
 * @param files number of files that are read
 * @param samples number of rows that are read, after the limit; a filter or a sampling may leave
 *     some out
 * @param skipped files in the same place that are not read
 * @param damaged a text for each file that is left out because it is damaged
 * @param filesWithoutChecksums files whose pages carry no checksums, so that damage inside them can
 *     pass unnoticed
 */
public record DataFacts(
    long files,
    long samples,
    SkippedFiles skipped,
    List<String> damaged,
    long filesWithoutChecksums) {
  public DataFacts {
    damaged = List.copyOf(damaged);
  }
}
