package io.octant.onnx.operator;

import io.octant.onnx.OnnxNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the dotted torch path of each operator's module.
 *
 * <p>Three sources, the first that speaks wins: the name of a weight ({@code
 * layer1.0.conv1.weight}); what the dynamo exporter writes into metadata ({@code
 * pkg.torch.onnx.name_scopes}); the node names of the TorchScript exporter ({@code
 * /layer1/layer1.0/conv1/Conv}). Without any, the node's own name or its type and a number. A
 * weight that several nodes read speaks for none that stands elsewhere: exporters keep equal
 * tensors once, under the name of the first, such as biases that are zeros. Paths are unique and
 * depend on the file only.
 */
final class ModulePaths {
  /**
   * Where an operator stood in the exported program.
   *
   * @param path the module that was running, "" for the root or if unknown
   * @param type its class, "" if unknown
   * @param isLeaf whether the operator is all that this module does
   */
  record Site(String path, String type, boolean isLeaf) {
    static final Site UNKNOWN = new Site("", "", false);
  }

  private static final Pattern PARAMETER =
      Pattern.compile("([A-Za-z0-9_][A-Za-z0-9_.]*)\\.(weight|bias|w_0|b_0|running_mean)");
  private static final Pattern QUOTED = Pattern.compile("'([^']*)'");
  private static final String TORCH_MODULES = "torch.nn.modules.";

  private final Map<OnnxNode, Site> sites = new HashMap<>();
  private final Map<String, Integer> readers = new HashMap<>();
  private final Set<String> parents = new HashSet<>();
  private final Set<String> leaves = new HashSet<>();

  ModulePaths(List<OnnxNode> nodes) {
    Map<String, Integer> population = new HashMap<>();
    List<OnnxNode> working = nodes.stream().filter(n -> !n.opType().equals("Constant")).toList();
    for (OnnxNode n : working) {
      population.merge(scriptPath(n.name()), 1, Integer::sum);
      n.inputs().forEach(input -> readers.merge(input, 1, Integer::sum));
    }
    for (OnnxNode n : working) {
      Site site = fromMetadata(n.metadata());
      String script = scriptPath(n.name());
      if (site == Site.UNKNOWN && !script.isEmpty()) {
        site = new Site(script, "", population.getOrDefault(script, 0) == 1);
      }
      sites.put(n, site);
      addParents(site.path());
    }
    // A module that others live in is no leaf, however little it does itself.
    sites.replaceAll(
        (n, s) -> new Site(s.path(), s.type(), s.isLeaf() && !parents.contains(s.path())));
  }

  private void addParents(String path) {
    for (int dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
      parents.add(path.substring(0, dot));
    }
  }

  Site site(OnnxNode node) {
    return sites.getOrDefault(node, Site.UNKNOWN);
  }

  /** A unique path for the module of a node that has weights under the given ONNX names. */
  String weightedPath(OnnxNode node, List<String> weightNames) {
    Site site = site(node);
    for (String name : weightNames) {
      Matcher m = PARAMETER.matcher(name);
      if (m.matches()
          && !name.startsWith("onnx::")
          && (readers.getOrDefault(name, 0) < 2 || mayLie(m.group(1), site.path()))) {
        return reserve(m.group(1));
      }
    }
    if (!site.path().isEmpty()) {
      return reserve(
          parents.contains(site.path()) ? site.path() + "." + node.opType() : site.path());
    }
    return reserve(node.name().isEmpty() ? node.opType() : node.name().replace('/', '.'));
  }

  /**
   * Whether what is at {@code path} may run at {@code site}: the components of the site are among
   * its own in their order. Sites leave out containers that are not called themselves.
   */
  private static boolean mayLie(String path, String site) {
    Iterator<String> rest = List.of(path.split("\\.")).iterator();
    for (String component : site.isEmpty() ? new String[0] : site.split("\\.")) {
      do {
        if (!rest.hasNext()) {
          return false;
        }
      } while (!rest.next().equals(component));
    }
    return true;
  }

  /** A unique path for the module at a leaf site. */
  String leafPath(Site site) {
    return reserve(site.path());
  }

  /** A unique path that is neither above nor below another module. */
  String reserve(String wanted) {
    String base =
        String.join(
            ".",
            Pattern.compile("\\.+")
                .splitAsStream(wanted.replaceAll("[^A-Za-z0-9_.]", "_"))
                .filter(s -> !s.isEmpty())
                .toList());
    base = base.isEmpty() ? "module" : base;
    for (int dot = base.indexOf('.'); dot > 0; dot = base.indexOf('.', dot + 1)) {
      if (leaves.contains(base.substring(0, dot))) {
        base = base.replace('.', '_'); // would stand below a module with a forward of its own
        break;
      }
    }
    String path = base;
    for (int i = 1; leaves.contains(path) || parents.contains(path); i++) {
      path = base + "_" + i;
    }
    leaves.add(path);
    addParents(path);
    return path;
  }

  // ---- the exporters' conventions

  private static Site fromMetadata(Map<String, String> metadata) {
    List<String> scopes = quoted(metadata.getOrDefault("pkg.torch.onnx.name_scopes", ""));
    List<String> types = quoted(metadata.getOrDefault("pkg.torch.onnx.class_hierarchy", ""));
    if (scopes.size() < 2 || types.size() != scopes.size()) {
      return Site.UNKNOWN;
    }
    String path = scopes.get(scopes.size() - 2);
    String type = types.get(types.size() - 2);
    boolean leaf =
        !path.isEmpty()
            && type.startsWith(TORCH_MODULES)
            && !type.startsWith(TORCH_MODULES + "container.");
    return new Site(path, canonicalType(type), leaf);
  }

  private static String canonicalType(String type) {
    return type.startsWith(TORCH_MODULES)
        ? "torch.nn" + type.substring(type.lastIndexOf('.'))
        : type;
  }

  private static List<String> quoted(String pythonList) {
    List<String> out = new ArrayList<>();
    Matcher m = QUOTED.matcher(pythonList);
    while (m.find()) {
      out.add(m.group(1));
    }
    return out;
  }

  /**
   * The path of {@code /a/a.0/b/Op}: {@code a.0.b}. A component that repeats the one before it and
   * a dot replaces it: children of a Sequential are written with their parent's name.
   */
  static String scriptPath(String nodeName) {
    if (!nodeName.startsWith("/")) {
      return "";
    }
    List<String> path = new ArrayList<>();
    String[] parts = nodeName.substring(1).split("/");
    String previous = "";
    for (int i = 0; i + 1 < parts.length; i++) {
      String part = parts[i];
      path.add(
          !previous.isEmpty() && part.startsWith(previous + ".")
              ? part.substring(previous.length() + 1)
              : part);
      previous = part;
    }
    return String.join(".", path);
  }
}
