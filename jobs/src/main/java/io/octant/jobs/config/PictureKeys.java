package io.octant.jobs.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.octant.pipeline.data.preprocess.Channels;
import io.octant.pipeline.data.preprocess.Crop;
import io.octant.pipeline.data.preprocess.Interpolation;
import io.octant.pipeline.data.preprocess.Layout;
import io.octant.pipeline.data.preprocess.Normalize;
import io.octant.pipeline.data.preprocess.Orientation;
import io.octant.pipeline.data.preprocess.PictureSteps;
import io.octant.pipeline.data.preprocess.Resize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads how the pictures of a column are prepared. */
final class PictureKeys {
  /** The key without which the others mean nothing. */
  static final String DECODE = "decode";

  static final Set<String> STEPS = Set.of("orientation", "resize", "crop", "normalize", "layout");

  private static final int MOST_SIDE = 1 << 15;
  private static final Kind<Integer> SIDE = Kind.wholeNumber(1, MOST_SIDE);

  private PictureKeys() {}

  /** The steps of a column with {@link #DECODE}. */
  static PictureSteps steps(Parts parts) {
    Channels channels = parts.require(DECODE, Kind.choice(Channels.class));
    Optional<Normalize> normalize =
        parts.find("normalize", kind("an object with mean and std", PictureKeys::normalize));
    if (normalize.filter(n -> n.mean().size() != channels.count()).isPresent()) {
      throw parts.refused("normalize", channels.count() + " numbers each in mean and std");
    }
    return PictureSteps.of(
        channels,
        parts.find("orientation", Kind.choice(Orientation.class)).orElse(Orientation.IGNORE),
        parts.find(
            "resize",
            kind(
                "a size of the shorter side, or an object with size or height and width, and"
                    + " interpolation",
                PictureKeys::resize)),
        parts.find("crop", kind("a size, or an object with height and width", PictureKeys::crop)),
        normalize,
        parts.find("layout", Kind.choice(Layout.class)).orElse(Layout.NCHW));
  }

  private static <T> Kind<T> kind(
      String description, java.util.function.Function<ConfigValue, Optional<T>> reader) {
    return new Kind<>(description, Kind.Syntax.HOCON, reader);
  }

  private static Optional<Resize> resize(ConfigValue value) {
    if (!(value instanceof ConfigObject object)) {
      return SIDE.reader().apply(value).map(n -> Resize.shorter(n, Interpolation.BILINEAR));
    }
    Parts parts = Parts.of(object, Set.of("size", "height", "width", "interpolation"));
    Interpolation interpolation =
        parts
            .find("interpolation", Kind.choice(Interpolation.class))
            .orElse(Interpolation.BILINEAR);
    if (parts.has("size") == (parts.has("height") || parts.has("width"))) {
      return Optional.empty();
    }
    return Optional.of(
        parts.has("size")
            ? Resize.shorter(parts.require("size", SIDE), interpolation)
            : new Resize(
                parts.require("height", SIDE), parts.require("width", SIDE), interpolation));
  }

  private static Optional<Crop> crop(ConfigValue value) {
    if (!(value instanceof ConfigObject object)) {
      return SIDE.reader().apply(value).map(n -> new Crop(n, n));
    }
    Parts parts = Parts.of(object, Set.of("height", "width"));
    return Optional.of(new Crop(parts.require("height", SIDE), parts.require("width", SIDE)));
  }

  private static Optional<Normalize> normalize(ConfigValue value) {
    if (!(value instanceof ConfigObject object)) {
      return Optional.empty();
    }
    Parts parts = Parts.of(object, Set.of("mean", "std"));
    List<Double> std = parts.require("std", kind("a list of numbers", PictureKeys::numbers));
    if (std.contains(0.)) {
      throw parts.refused("std", "numbers other than 0");
    }
    List<Double> mean = parts.require("mean", kind("a list of numbers", PictureKeys::numbers));
    return mean.isEmpty() || mean.size() != std.size()
        ? Optional.empty()
        : Optional.of(new Normalize(mean, std));
  }

  private static Optional<List<Double>> numbers(ConfigValue value) {
    if (!(value instanceof ConfigList list)) {
      return Optional.empty();
    }
    List<Double> numbers = new ArrayList<>();
    for (ConfigValue item : list) {
      Kind.number(-1e300, 1e300).reader().apply(item).ifPresent(numbers::add);
    }
    return numbers.size() == list.size() ? Optional.of(numbers) : Optional.empty();
  }
}
