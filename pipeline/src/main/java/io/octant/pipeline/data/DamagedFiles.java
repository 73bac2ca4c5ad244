package io.octant.pipeline.data;

import java.util.ArrayList;
import java.util.List;

/** Hears of the damaged files of a source, in the order of the listing. Not thread-safe. */
public final class DamagedFiles {
  private final Damaged damaged;
  private final List<String> faults = new ArrayList<>();

  DamagedFiles(Damaged damaged) {
    this.damaged = damaged;
  }

  /**
   * A file is damaged; a format that hears nothing back leaves it out.
   *
   * @param fault what is wrong with it
   * @param expected what it was to be
   * @throws DataException naming the file if damaged ones are refused
   */
  public void found(DataFile file, String fault, String expected) {
    found(file.uri(), fault, expected);
  }

  /** The same of a file by its URI. */
  public void found(String uri, String fault, String expected) {
    if (damaged == Damaged.REFUSE) {
      throw refusal(uri, fault, expected);
    }
    faults.add(DataFile.readable(uri) + ": " + fault);
  }

  /** Of a file that is not left out, whatever the run does about damaged ones. */
  public static DataException refusal(String uri, String fault, String expected) {
    return new DataException(
        "Cannot read data: " + DataFile.readable(uri) + ": " + fault + ", expected " + expected);
  }

  /** A text for each file that is left out. */
  List<String> faults() {
    return List.copyOf(faults);
  }
}
