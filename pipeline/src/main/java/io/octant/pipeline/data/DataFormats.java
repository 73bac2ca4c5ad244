package io.octant.pipeline.data;

import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The formats on the class path, by name. */
public final class DataFormats {
  private DataFormats() {}

  /** Sorted. */
  public static List<String> names() {
    return List.copyOf(all().keySet());
  }

  /**
   * @throws DataException if there is no format of that name
   */
  public static DataFormat load(String name) {
    DataFormat format = all().get(name);
    if (format == null) {
      throw new DataException(
          "Cannot read data of format: "
              + name
              + ", expected one of "
              + String.join(", ", names()));
    }
    return format;
  }

  private static Map<String, DataFormat> all() {
    Map<String, DataFormat> formats = new TreeMap<>();
    for (DataFormat format : ServiceLoader.load(DataFormat.class)) {
      DataFormat other = formats.put(format.name(), format);
      if (other != null) {
        throw new DataException(
            "Cannot use data format: "
                + format.name()
                + ", expected one class for it, not "
                + other.getClass().getName()
                + " and "
                + format.getClass().getName());
      }
    }
    return formats;
  }
}
