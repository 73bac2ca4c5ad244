package io.octant.pipeline.data;

import java.util.List;
import java.util.OptionalLong;

/**
 * What is wanted of the files of a source.
 *
 * @param columns the columns that will be read, first those of the inputs in their order: whole
 *     names, whatever characters they have, or else names of nested structures joined by dots
 * @param inputs what the model wants of every sample
 * @param limit how many rows are wanted, the first ones; files behind those that hold them are not
 *     looked through. Empty for all
 * @param damaged hears of files that are damaged
 */
public record TableRequest(
    List<String> columns, List<SampleField> inputs, OptionalLong limit, DamagedFiles damaged) {
  public TableRequest {
    columns = List.copyOf(columns);
    inputs = List.copyOf(inputs);
  }

  /** About how much one sample takes in memory. */
  public long sampleBytes() {
    return inputs.stream().mapToLong(f -> 8L * f.numel()).sum();
  }
}
