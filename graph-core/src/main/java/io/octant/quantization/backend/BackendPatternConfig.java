package io.octant.quantization.backend;

import io.octant.graph.ModuleType;
import io.octant.graph.TargetType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a backend does with one pattern; PyTorch's {@code BackendPatternConfig}. Build one with
 * {@link #builder}.
 *
 * @param pattern what is matched
 * @param sequence the operators in the order they run, if the pattern was given that way
 * @param observationType how the output is observed
 * @param dtypeConfigs the type combinations, any of which will do
 * @param rootModule the float module at the root, {@code torch.nn.Conv2d} of a conv-relu
 * @param qatModule the module that replaces it for training
 * @param referenceQuantizedModule the module that replaces the root at conversion
 * @param fusedModule the module that the pattern is fused to
 * @param fuserMethod name of the method that fuses
 * @param customFuser the method itself, if it is not one of the standard ones
 * @param rootNodeGetter picks the root of a match; by default the innermost first argument
 * @param extraInputsGetter picks further inputs of the fused module
 * @param numTensorArgsToObservationType overrides the observation type by the number of arguments
 *     that are tensors: tensor plus scalar differs from tensor plus tensor
 * @param inputTypeToIndex position of "weight" and "bias" among a function's arguments
 */
public record BackendPatternConfig(
    Pattern pattern,
    Optional<List<TargetType>> sequence,
    ObservationType observationType,
    List<DTypeConfig> dtypeConfigs,
    Optional<ModuleType> rootModule,
    Optional<ModuleType> qatModule,
    Optional<ModuleType> referenceQuantizedModule,
    Optional<ModuleType> fusedModule,
    Optional<String> fuserMethod,
    Optional<FuserMethod> customFuser,
    Optional<NodeGetter> rootNodeGetter,
    Optional<NodeGetter> extraInputsGetter,
    Map<Integer, ObservationType> numTensorArgsToObservationType,
    Map<String, Integer> inputTypeToIndex) {

  public BackendPatternConfig {
    dtypeConfigs = List.copyOf(dtypeConfigs);
    numTensorArgsToObservationType = Map.copyOf(numTensorArgsToObservationType);
    inputTypeToIndex = Map.copyOf(inputTypeToIndex);
  }

  /** A pattern of one operator. */
  public static Builder builder(TargetType type) {
    return new Builder(Pattern.of(type), Optional.of(List.of(type)));
  }

  /**
   * A pattern of two or three operators in the order they run.
   *
   * @throws io.octant.quantization.mapform.ConfigurationException for another number
   */
  public static Builder builder(List<TargetType> sequence) {
    return new Builder(Pattern.sequence(sequence), Optional.of(List.copyOf(sequence)));
  }

  /** Any pattern; {@code _set_pattern_complex_format}. */
  public static Builder builder(Pattern pattern) {
    return new Builder(pattern, Optional.empty());
  }

  /** Reads the map form, see {@link BackendConfig#fromMap}. */
  public static BackendPatternConfig fromMap(Object map) {
    return PatternConfigMaps.read(map, List.of());
  }

  /** The map form, which {@link #fromMap} reads; parts that are not set are left out. */
  public Map<String, Object> toMap() {
    return PatternConfigMaps.write(this);
  }

  /** Collects the optional parts. */
  public static final class Builder {
    private final Pattern pattern;
    private final Optional<List<TargetType>> sequence;
    private ObservationType observationType =
        ObservationType.OUTPUT_USE_DIFFERENT_OBSERVER_AS_INPUT;
    private final List<DTypeConfig> dtypeConfigs = new ArrayList<>();
    private Optional<ModuleType> rootModule = Optional.empty();
    private Optional<ModuleType> qatModule = Optional.empty();
    private Optional<ModuleType> referenceQuantizedModule = Optional.empty();
    private Optional<ModuleType> fusedModule = Optional.empty();
    private Optional<String> fuserMethod = Optional.empty();
    private Optional<FuserMethod> customFuser = Optional.empty();
    private Optional<NodeGetter> rootNodeGetter = Optional.empty();
    private Optional<NodeGetter> extraInputsGetter = Optional.empty();
    private final Map<Integer, ObservationType> byTensorArgs = new LinkedHashMap<>();
    private final Map<String, Integer> inputTypeToIndex = new LinkedHashMap<>();

    private Builder(Pattern pattern, Optional<List<TargetType>> sequence) {
      this.pattern = pattern;
      this.sequence = sequence;
    }

    /** Sets how the output is observed; by an observer of its own at first. */
    public Builder observationType(ObservationType type) {
      observationType = type;
      return this;
    }

    /** Adds a type combination that will do. */
    public Builder dtypeConfig(DTypeConfig config) {
      dtypeConfigs.add(config);
      return this;
    }

    /** Sets the float module at the root of the pattern. */
    public Builder rootModule(ModuleType type) {
      rootModule = Optional.of(type);
      return this;
    }

    /** Sets the module that takes the place of the pattern's for training. */
    public Builder qatModule(ModuleType type) {
      qatModule = Optional.of(type);
      return this;
    }

    /** Sets the module that takes the place of the root at conversion. */
    public Builder referenceQuantizedModule(ModuleType type) {
      referenceQuantizedModule = Optional.of(type);
      return this;
    }

    /** Sets the module that the pattern is fused to. */
    public Builder fusedModule(ModuleType type) {
      fusedModule = Optional.of(type);
      return this;
    }

    /** A standard fuser by name: {@code sequential_wrapper2}, {@code fuse_conv_bn} and so on. */
    public Builder fuserMethod(String name) {
      fuserMethod = Optional.of(name);
      return this;
    }

    /** Sets a fuser of one's own; maps hold its name only. */
    public Builder fuserMethod(FuserMethod method) {
      fuserMethod = Optional.of(method.fuserName());
      customFuser = Optional.of(method);
      return this;
    }

    /** Sets what picks the root of a match; the innermost first argument at first. */
    public Builder rootNodeGetter(NodeGetter getter) {
      rootNodeGetter = Optional.of(getter);
      return this;
    }

    /** Sets what picks further inputs of the fused module; none at first. */
    public Builder extraInputsGetter(NodeGetter getter) {
      extraInputsGetter = Optional.of(getter);
      return this;
    }

    /** Sets how the output is observed where so many arguments are tensors. */
    public Builder observationType(int tensorArgs, ObservationType type) {
      byTensorArgs.put(tensorArgs, type);
      return this;
    }

    /** Position of "weight", "bias" or "input" among the arguments of a function. */
    public Builder inputIndex(String inputType, int index) {
      inputTypeToIndex.put(inputType, index);
      return this;
    }

    /** The configuration of the parts collected so far. */
    public BackendPatternConfig build() {
      return new BackendPatternConfig(
          pattern,
          sequence,
          observationType,
          dtypeConfigs,
          rootModule,
          qatModule,
          referenceQuantizedModule,
          fusedModule,
          fuserMethod,
          customFuser,
          rootNodeGetter,
          extraInputsGetter,
          byTensorArgs,
          inputTypeToIndex);
    }
  }
}
