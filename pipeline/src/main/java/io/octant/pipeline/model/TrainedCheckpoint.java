package io.octant.pipeline.model;

import io.octant.NearestNames;
import io.octant.OctantException;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.safetensors.SafetensorsFile;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The state dict of a model that PyTorch trained with fake quantizes ({@code prepare_qat_fx}), put
 * into the graph that the same preparation makes here: names, shapes and element types have to be
 * those of the graph, every one of both.
 */
public final class TrainedCheckpoint {
  private TrainedCheckpoint() {}

  /**
   * Loads.
   *
   * @param prepared gets the tensors
   * @param safetensors bytes of the file
   * @return the graph
   * @throws OctantException naming tensors that are missing, that the graph has not, or that have
   *     another shape
   */
  public static GraphModule load(GraphModule prepared, byte[] safetensors) {
    SafetensorsFile file = SafetensorsFile.parse("of the checkpoint", safetensors);
    Set<String> unread = new TreeSet<>(file.names());
    Set<String> missing = new TreeSet<>();
    // A module under several names has its tensors under each, here as in PyTorch.
    prepared.forEachModule((path, module) -> load(path, module, file, unread, missing));
    if (!missing.isEmpty() || !unread.isEmpty()) {
      String unknown = unread.stream().findFirst().orElse("");
      throw new OctantException(
          "Cannot load checkpoint: "
              + (missing.isEmpty()
                  ? ""
                  : missing.size() + " tensors are missing, such as " + missing.iterator().next())
              + (missing.isEmpty() || unread.isEmpty() ? "" : "; ")
              + (unread.isEmpty()
                  ? ""
                  : unread.size()
                      + " are not of the model, such as "
                      + unknown
                      + (missing.isEmpty()
                          ? ""
                          : " (nearest " + NearestNames.one(unknown, List.copyOf(missing)) + ")"))
              + ", expected the state dict of prepare_qat_fx of this model, with its batch norms"
              + " in the ONNX file");
    }
    prepared.train(false);
    return prepared;
  }

  private static void load(
      String path, Module module, SafetensorsFile file, Set<String> unread, Set<String> missing) {
    String prefix = path.isEmpty() ? "" : path + ".";
    List<String> names = new ArrayList<>(module.parameters().keySet());
    names.addAll(module.buffers().keySet());
    for (String name : names) {
      if (!file.contains(prefix + name)) {
        missing.add(prefix + name);
        continue;
      }
      unread.remove(prefix + name);
      Tensor value = file.tensor(prefix + name);
      Tensor there = module.tensor(name);
      // Ranges and scales have as many elements as channels once something was seen.
      boolean grows = module.parameters().get(name) == null;
      if (!grows && !value.shape().equals(there.shape())) {
        throw new OctantException(
            "Cannot load checkpoint: "
                + prefix
                + name
                + " has shape "
                + value.shape()
                + ", expected the model's "
                + there.shape());
      }
      if (module.parameters().containsKey(name)) {
        module.setParameter(name, value);
      } else {
        module.setBuffer(name, value);
      }
    }
  }
}
