package io.octant.pipeline.data;

import java.util.List;
import java.util.OptionalLong;

/**
 * What is wanted of the files of a source.
 *
 * @param columns the columns that will be read: whole names, whatever characters they have, or else
 *     names of nested structures joined by dots
 * @param sampleBytes about how much one sample takes in memory
 * @param limit how many rows are wanted, the first ones; files behind those that hold them are not
 *     looked through. Empty for all
 */
public record TableRequest(List<String> columns, long sampleBytes, OptionalLong limit) {
  public TableRequest {
    columns = List.copyOf(columns);
  }
}
