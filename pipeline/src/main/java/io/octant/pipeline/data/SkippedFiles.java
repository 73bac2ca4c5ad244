package io.octant.pipeline.data;

/**
 * Files in a folder of data that are not read. They are counted, so that nobody takes part of the
 * data for all of it.
 *
 * @param hidden files and folders whose name begins with {@code _} or {@code .}
 * @param empty files of zero bytes
 * @param otherFormat files with the extension of something else that are not of the format either
 * @param nested files in folders below that are not partitions ({@code name=value})
 */
public record SkippedFiles(long hidden, long empty, long otherFormat, long nested) {
  public static final SkippedFiles NONE = new SkippedFiles(0, 0, 0, 0);

  SkippedFiles plus(SkippedFiles o) {
    return new SkippedFiles(
        hidden + o.hidden, empty + o.empty, otherFormat + o.otherFormat, nested + o.nested);
  }

  SkippedFiles withOtherFormat(long count) {
    return new SkippedFiles(hidden, empty, otherFormat + count, nested);
  }

  /**
   * In words, for a message; "" if nothing was skipped.
   *
   * @param format title of the format that is read
   */
  String inWords(String format) {
    StringBuilder text = new StringBuilder();
    append(text, hidden, "hidden");
    append(text, empty, "of zero bytes");
    append(text, otherFormat, "not " + format);
    append(text, nested, "in folders below");
    return text.toString();
  }

  private static void append(StringBuilder text, long count, String what) {
    if (count > 0) {
      text.append(text.length() == 0 ? "" : ", ").append(count).append(' ').append(what);
    }
  }
}
