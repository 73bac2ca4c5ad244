package io.octant.quantization.prepare;

import io.octant.NearestNames;
import io.octant.graph.GraphModule;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.graph.TargetType;
import io.octant.quantization.fuse.PreservedAttributes;
import io.octant.quantization.qconfig.ConfigMapping;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.quantization.qconfig.Occurrence;
import io.octant.reference.quantized.QuantizedEngine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Entries of a configuration that fit nothing in the model: most likely they are misspelled, so
 * each is reported with the nearest name that there is. PyTorch ignores them in silence.
 *
 * <p>Types that default mappings list fit no model all; a type is reported if the user added it. A
 * bare name stands for a function and a method: it is enough if one of them fits.
 */
final class UnusedEntries {
  private final Set<String> paths = new LinkedHashSet<>();
  private final Set<TargetType> types = new LinkedHashSet<>();
  private final List<String> warnings = new ArrayList<>();

  private UnusedEntries(GraphModule model) {
    for (Node node : model.graph()) {
      addWithParents(node.scope().modulePath());
      if (node.operation() instanceof Operation.CallModule m) {
        addWithParents(m.target());
      } else if (node.operation() instanceof Operation.GetAttr a) {
        addWithParents(a.target());
      }
      TargetType type = model.typeOf(node);
      if (type != null) {
        types.add(type);
      }
      ModuleType around = node.scope().moduleType();
      if (around != null) {
        types.add(around);
      }
    }
    model.forEachModule((path, module) -> types.add(module.type()));
  }

  /** Paths of what is called and of where nodes stand, with those around them. */
  private void addWithParents(String path) {
    for (String p = path; !p.isEmpty(); p = p.substring(0, Math.max(0, p.lastIndexOf('.')))) {
      paths.add(p);
    }
  }

  /** A warning for each entry of the options that fits nothing in a model. */
  static List<String> of(GraphModule model, PrepareOptions options) {
    UnusedEntries found = new UnusedEntries(model);
    Set<TargetType> usual = DefaultQConfigMappings.ptq(QuantizedEngine.X86).objectTypes().keySet();
    found.mapping("", options.qconfigMapping(), usual);
    found.mapping("equalization ", options.equalization(), Set.of());
    PrepareCustomConfig custom = options.customConfig();
    found.names("standalone_module_name", custom.standaloneModuleNames().keySet());
    found.types("standalone_module_class", custom.standaloneModuleClasses().keySet(), Set.of());
    custom
        .floatToObserved()
        .values()
        .forEach(m -> found.types("float_to_observed_custom_module_class", m.keySet(), Set.of()));
    found.names("non_traceable_module_name", custom.nonTraceableModuleNames());
    found.types("non_traceable_module_class", custom.nonTraceableModuleClasses(), Set.of());
    found.warnings.addAll(PreservedAttributes.unknown(model, custom.preservedAttributes()));
    return List.copyOf(found.warnings);
  }

  private void mapping(String what, ConfigMapping<?, ?> mapping, Set<TargetType> usual) {
    types(what + "object_type", mapping.objectTypes().keySet(), usual);
    for (String regex : mapping.moduleNameRegexes().keySet()) {
      Pattern pattern = Pattern.compile(regex);
      if (paths.stream().noneMatch(path -> pattern.matcher(path).lookingAt())) {
        warnings.add(what + "module_name_regex " + regex + " fits no module of the model");
      }
    }
    names(what + "module_name", mapping.moduleNames().keySet());
    for (Occurrence o : mapping.moduleNameObjectTypeOrders().keySet()) {
      String key = what + "module_name_object_type_order";
      names(key, o.modulePath().isEmpty() ? List.of() : List.of(o.modulePath()));
      types(key, List.of(o.type()), Set.of());
    }
  }

  private void names(String key, Collection<String> names) {
    for (String name : names) {
      if (!paths.contains(name)) {
        warnings.add(
            key + " " + name + " fits no module of the model" + NearestNames.suffix(name, paths));
      }
    }
  }

  private void types(String key, Collection<? extends TargetType> wanted, Set<TargetType> usual) {
    Set<String> used = new HashSet<>();
    wanted.stream().filter(types::contains).forEach(t -> used.add(plainName(t)));
    Set<String> known = new TreeSet<>();
    types.forEach(t -> known.add(t.name()));
    for (TargetType type : wanted) {
      if (!usual.contains(type) && used.add(plainName(type))) {
        warnings.add(
            key
                + " "
                + type.name()
                + " fits nothing in the model"
                + NearestNames.suffix(type.name(), known));
      }
    }
  }

  private static String plainName(TargetType type) {
    return type.name().substring(type.name().lastIndexOf('.') + 1);
  }
}
