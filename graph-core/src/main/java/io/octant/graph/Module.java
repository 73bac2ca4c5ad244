package io.octant.graph;

import io.octant.tensor.Tensor;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A node of the module tree, after {@code torch.nn.Module}: named children, parameters and buffers
 * (tensors), attributes (other values), a training flag and a forward computation.
 *
 * <p>Tensors are immutable and shared between copies; everything else is copied by {@link #copy()}.
 * A subclass with mutable state of its own overrides {@link #copiedFrom}. Modules are not
 * thread-safe unless they say so.
 */
public abstract class Module implements Cloneable {
  private Map<String, Module> children = new LinkedHashMap<>();
  private Map<String, Tensor> parameters = new LinkedHashMap<>();
  private Map<String, Tensor> buffers = new LinkedHashMap<>();
  private Map<String, Object> attributes = new LinkedHashMap<>();
  private Map<Class<?>, Object> attachments = new LinkedHashMap<>();
  private boolean training;

  /**
   * Computes on concrete values (see {@link Arguments}).
   *
   * @throws io.octant.OctantException if the arguments do not fit
   */
  public abstract Object evaluate(List<Object> args, Map<String, Object> kwargs);

  /**
   * The type that configuration and patterns see: the {@link TorchType} of the class, or the class
   * name.
   */
  public ModuleType type() {
    return typeOf(getClass());
  }

  /** The type of a module class. */
  public static ModuleType typeOf(Class<? extends Module> type) {
    TorchType name = type.getDeclaredAnnotation(TorchType.class);
    return new ModuleType(name != null ? name.value() : type.getName());
  }

  /**
   * Constructor-like plain settings by their PyTorch names, in constructor order; values as in
   * {@link Arguments}.
   */
  public Map<String, Object> hyperparameters() {
    return Map.of();
  }

  // ---- tree

  /**
   * Adds or replaces a direct child.
   *
   * @throws GraphException if the name has a dot, or this module is within the child
   */
  public final <M extends Module> M setChild(String name, M child) {
    requireSimple(name);
    Module added = child;
    if (added.contains(this)) {
      throw new GraphException(
          "Cannot register child "
              + name
              + " of "
              + type()
              + ": it contains this module, expected a tree");
    }
    children.put(name, child);
    return child;
  }

  private boolean contains(Module other) {
    return this == other || children.values().stream().anyMatch(c -> c.contains(other));
  }

  /** Removes a direct child; nothing happens if there is none. */
  public final void removeChild(String name) {
    children.remove(name);
  }

  /** Direct children in registration order. */
  public final Map<String, Module> children() {
    return Collections.unmodifiableMap(children);
  }

  /** A descendant by dotted path, "" being this module itself; null if there is none. */
  public final @Nullable Module findModule(String path) {
    Module m = this;
    if (!path.isEmpty()) {
      for (String part : path.split("\\.", -1)) {
        m = m.children.get(part);
        if (m == null) {
          return null;
        }
      }
    }
    return m;
  }

  /**
   * A descendant by dotted path.
   *
   * @throws GraphException if there is none
   */
  public final Module module(String path) {
    Module m = findModule(path);
    if (m == null) {
      throw new GraphException(
          "Cannot find module: " + path + ", expected a path within " + type());
    }
    return m;
  }

  /** Adds or replaces a descendant; missing parents become {@link Container}s. */
  public final void setModule(String path, Module module) {
    int dot = path.lastIndexOf('.');
    parentOf(path, dot).setChild(path.substring(dot + 1), module);
  }

  /**
   * Visits this module and its descendants, parents first, with dotted paths; a shared module is
   * visited at every path.
   */
  public final void forEachModule(BiConsumer<String, Module> visit) {
    walk("", visit);
  }

  private void walk(String path, BiConsumer<String, Module> visit) {
    visit.accept(path, this);
    children.forEach((name, child) -> child.walk(path.isEmpty() ? name : path + "." + name, visit));
  }

  private Module parentOf(String path, int dot) {
    Module m = this;
    if (dot >= 0) {
      for (String part : path.substring(0, dot).split("\\.", -1)) {
        requireSimple(part);
        m = m.children.computeIfAbsent(part, p -> new Container());
      }
    }
    return m;
  }

  // ---- state

  /**
   * Adds or replaces a parameter: a tensor that training would change.
   *
   * @throws GraphException if the name is empty or has a dot
   */
  public final void setParameter(String name, Tensor value) {
    requireSimple(name);
    parameters.put(name, value);
  }

  /**
   * Adds or replaces a buffer: a tensor of the state that training does not optimize.
   *
   * @throws GraphException if the name is empty or has a dot
   */
  public final void setBuffer(String name, Tensor value) {
    requireSimple(name);
    buffers.put(name, value);
  }

  /** Sets a plain attribute: a tensor that is no parameter, a packed weight, a number. */
  public final void setAttribute(String name, Object value) {
    requireSimple(name);
    attributes.put(name, value);
  }

  /** Removes the parameter, buffer and attribute of a name; nothing happens if there is none. */
  public final void removeState(String name) {
    parameters.remove(name);
    buffers.remove(name);
    attributes.remove(name);
  }

  /** Parameters of this module without those of its children, in registration order; a view. */
  public final Map<String, Tensor> parameters() {
    return Collections.unmodifiableMap(parameters);
  }

  /** Buffers of this module without those of its children, in registration order; a view. */
  public final Map<String, Tensor> buffers() {
    return Collections.unmodifiableMap(buffers);
  }

  /**
   * Plain attributes of this module without those of its children, in registration order; a view.
   */
  public final Map<String, Object> attributes() {
    return Collections.unmodifiableMap(attributes);
  }

  /** A parameter or buffer of this module, null if there is none. */
  public final @Nullable Tensor findTensor(String name) {
    Tensor p = parameters.get(name);
    return p != null ? p : buffers.get(name);
  }

  /**
   * A parameter or buffer of this module.
   *
   * @throws GraphException if there is none
   */
  public final Tensor tensor(String name) {
    Tensor t = findTensor(name);
    if (t == null) {
      throw new GraphException(
          "Cannot find tensor: " + name + ", expected a parameter or buffer of " + type());
    }
    return t;
  }

  /**
   * A parameter, buffer, attribute or child by dotted path, as {@code get_attr} reads it; null if
   * there is none.
   */
  public final @Nullable Object findAttribute(String path) {
    int dot = path.lastIndexOf('.');
    Module owner = dot < 0 ? this : findModule(path.substring(0, dot));
    if (owner == null) {
      return null;
    }
    String name = path.substring(dot + 1);
    Tensor t = owner.findTensor(name);
    if (t != null) {
      return t;
    }
    Object a = owner.attributes.get(name);
    return a != null ? a : owner.children.get(name);
  }

  /**
   * A parameter, buffer, attribute or child by dotted path.
   *
   * @throws GraphException if there is none
   */
  public final Object attribute(String path) {
    Object a = findAttribute(path);
    if (a == null) {
      throw new GraphException(
          "Cannot find attribute: " + path + ", expected a path within " + type());
    }
    return a;
  }

  /**
   * Parameters and buffers of this module and its descendants by dotted name, after {@code
   * state_dict}: {@code layer1.0.conv1.weight}, {@code bn.running_mean}. A module's own come before
   * its children's, parameters before buffers, each in registration order, or where a graph uses
   * them, in the order of its nodes; a shared module's stand under each of its paths. Attributes
   * are no part of it.
   *
   * @return a new map, with the tensors that the modules hold
   * @throws GraphException if a module keeps quantized weights, which are no parameters
   */
  public final Map<String, Tensor> stateDict() {
    return StateDict.of(this);
  }

  /**
   * Replaces all parameters and buffers of this module and its descendants, after {@code
   * load_state_dict(strict=True)}; types must agree too. A shared module's may stand under one of
   * its paths alone.
   *
   * @param state tensors by the names that {@link #stateDict} gives
   * @throws GraphException listing the names that are missing, those that are unexpected, and those
   *     whose dtype or shape does not fit, with what is expected; nothing is replaced then
   */
  public final void loadStateDict(Map<String, Tensor> state) {
    StateDict.load(this, state);
  }

  /**
   * Whether loading may change the shape of a parameter or buffer, to any of at most one axis: for
   * statistics that are one a channel once data were seen.
   */
  protected boolean resizes(String name) {
    return false;
  }

  /** Whether part of this module's own state is in integers that are no parameter and no buffer. */
  protected boolean hasPackedState() {
    return attributes.values().stream()
        .anyMatch(a -> a instanceof PackedState || (a instanceof Tensor t && t.isQuantized()));
  }

  // ---- attachments: typed facts that passes leave for later passes

  /** Leaves a typed fact for later passes; one a class. Copied by reference. */
  public final <T> void attach(Class<T> key, T fact) {
    attachments.put(key, fact);
  }

  /** Removes the fact of a class; nothing happens if there is none. */
  public final void detach(Class<?> key) {
    attachments.remove(key);
  }

  /** The fact of a class; empty if no pass left one. */
  public final <T> Optional<T> attachment(Class<T> key) {
    return Optional.ofNullable(key.cast(attachments.get(key)));
  }

  // ---- training flag

  /** Whether batch norm, dropout and the like behave as in training; false at first. */
  public final boolean isTraining() {
    return training;
  }

  /** Sets the training flag of this module and its descendants. */
  public final void train(boolean on) {
    forEachModule((path, m) -> m.setTraining(on));
  }

  /**
   * Sets the flag of this module alone; a module that reacts to it overrides this and calls super.
   */
  protected void setTraining(boolean on) {
    training = on;
  }

  // ---- copying

  /**
   * A deep copy of the tree; modules that are shared stay shared within the copy, tensors are
   * shared with the original.
   */
  public final Module copy() {
    return copy(new IdentityHashMap<>());
  }

  private Module copy(IdentityHashMap<Module, Module> done) {
    Module existing = done.get(this);
    if (existing != null) {
      return existing;
    }
    Module out;
    try {
      out = (Module) clone();
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("Module is Cloneable", e);
    }
    done.put(this, out);
    out.children = new LinkedHashMap<>();
    children.forEach((name, child) -> out.children.put(name, child.copy(done)));
    out.parameters = new LinkedHashMap<>(parameters);
    out.buffers = new LinkedHashMap<>(buffers);
    out.attributes = new LinkedHashMap<>(attributes);
    out.attachments = new LinkedHashMap<>(attachments);
    out.copiedFrom(this);
    return out;
  }

  /**
   * Called on a fresh shallow copy, whose fields still alias those of the original, to make mutable
   * fields its own.
   */
  protected void copiedFrom(Module original) {}

  private static void requireSimple(String name) {
    if (name.isEmpty() || name.indexOf('.') >= 0) {
      throw new GraphException("Cannot register name: '" + name + "', expected one without a dot");
    }
  }

  /**
   * The tree in PyTorch's form: type and settings, and below it a line a child, indented.
   *
   * <pre>{@code
   * torch.nn.Sequential(
   *   (0): torch.nn.Linear(in_features=4, out_features=2)
   *   (1): torch.nn.ReLU(inplace=false)
   * )
   * }</pre>
   */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    print(out, "");
    return out.toString();
  }

  private void print(StringBuilder out, String indent) {
    StringJoiner settings = new StringJoiner(", ", "(", "");
    hyperparameters().forEach((name, value) -> settings.add(name + "=" + value));
    out.append(type().name()).append(settings);
    children.forEach(
        (name, child) -> {
          out.append("\n").append(indent).append("  (").append(name).append("): ");
          child.print(out, indent + "  ");
        });
    out.append(children.isEmpty() ? ")" : "\n" + indent + ")");
  }
}
