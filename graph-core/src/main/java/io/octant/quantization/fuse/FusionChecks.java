package io.octant.quantization.fuse;

import io.octant.graph.Module;
import java.util.List;

/** What must hold before modules are fused. */
final class FusionChecks {
  private FusionChecks() {}

  static boolean isBatchNorm(Module module) {
    return module.type().name().startsWith("torch.nn.BatchNorm");
  }

  /** A batch norm and what it is fused with train together or not at all. */
  static void requireOneMode(List<Module> parts) {
    if (parts.stream().noneMatch(FusionChecks::isBatchNorm)) {
      return;
    }
    boolean training = parts.get(0).isTraining();
    if (parts.stream().anyMatch(p -> p.isTraining() != training)) {
      throw new FusionException(
          "Cannot fuse "
              + parts
              + ": they must be in the same mode, all training or all evaluation");
    }
  }

  /** For training, a batch norm must follow its weight, channel for channel, with statistics. */
  static void requireTrainable(List<Module> parts) {
    for (int i = 1; i < parts.size(); i++) {
      Module norm = parts.get(i);
      if (!isBatchNorm(norm)) {
        continue;
      }
      Module weighted = parts.get(i - 1);
      int channels = weighted.tensor("weight").shape().dim(0);
      Object features = norm.hyperparameters().get("num_features");
      if (!Long.valueOf(channels).equals(features)) {
        throw new FusionException(
            "Cannot fuse "
                + weighted
                + " and "
                + norm
                + ": the output channels must match num_features, expected "
                + channels);
      }
      requireFlag(norm, "affine");
      requireFlag(norm, "track_running_stats");
    }
  }

  private static void requireFlag(Module norm, String flag) {
    if (!Boolean.TRUE.equals(norm.hyperparameters().get(flag))) {
      throw new FusionException(
          "Cannot fuse " + norm + " for training: expected " + flag + "=True");
    }
  }
}
