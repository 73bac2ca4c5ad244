package io.octant.jobs.config;

import com.typesafe.config.ConfigObject;
import io.octant.pipeline.data.preprocess.Crop;
import io.octant.pipeline.data.preprocess.Interpolation;
import io.octant.pipeline.data.preprocess.Resize;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The pretrained configuration of timm 1.0, and the evaluation transform that it stands for ({@code
 * timm.data.transforms_factory}): resize by the crop's share, crop, scale to 1, normalize.
 */
final class TimmFile {
  private static final Set<String> STEPS =
      Set.of("input_size", "interpolation", "crop_pct", "crop_mode", "mean", "std");

  /** What says nothing about the pictures of an evaluation. */
  private static final Set<String> OTHERS =
      Set.of(
          "architecture",
          "classifier",
          "custom_load",
          "file",
          "first_conv",
          "fixed_input_size",
          "hf_hub_filename",
          "hf_hub_id",
          "label_descriptions",
          "label_names",
          "license",
          "min_input_size",
          "notes",
          "num_classes",
          "origin_url",
          "paper_ids",
          "paper_name",
          "pool_size",
          "source",
          "tag",
          "test_crop_pct",
          "test_input_size",
          "url");

  private TimmFile() {}

  static PictureBase read(ConfigObject object) {
    Set<String> known = new HashSet<>(STEPS);
    known.addAll(OTHERS);
    Parts parts = Parts.of(object, known);
    List<Double> size = parts.require("input_size", PictureKeys.numbers());
    if (size.size() != 3 || size.get(0) != 3 || !size.get(1).equals(size.get(2))) {
      throw parts.refused("input_size", "3 channels of a square");
    }
    int side = size.get(1).intValue();
    double share = parts.find("crop_pct", Kind.number(0.01, 1)).orElse(0.875);
    int scaled = (int) Math.floor(side / share);
    Interpolation interpolation =
        parts
            .find("interpolation", Kind.choice(Interpolation.class))
            .orElse(Interpolation.BILINEAR);
    String mode = parts.find("crop_mode", Kind.oneOf(List.of("center", "squash"))).orElse("center");
    return PictureBase.rgb(
        Optional.of(
            mode.equals("squash")
                ? new Resize(scaled, scaled, interpolation)
                : Resize.shorter(scaled, interpolation)),
        Optional.of(new Crop(side, side)),
        1 / 255d,
        Optional.of(PictureKeys.normalizeRgb(parts, "mean", "std")));
  }
}
