package io.octant.graph;

/** What a node does: the six opcodes of a {@code torch.fx.Node}. */
public sealed interface Operation {
  /** The opcode's PyTorch name, {@code call_module} say. */
  String opcode();

  /** The target in text: a name, a dotted path, a function name. */
  String target();

  /** A graph input. */
  record Placeholder(String target) implements Operation {
    @Override
    public String opcode() {
      return "placeholder";
    }
  }

  /** Reads a parameter, buffer or attribute of the root module by dotted path. */
  record GetAttr(String target) implements Operation {
    @Override
    public String opcode() {
      return "get_attr";
    }
  }

  /** Applies a free function. */
  record CallFunction(FunctionType function) implements Operation {
    @Override
    public String opcode() {
      return "call_function";
    }

    @Override
    public String target() {
      return function.name();
    }
  }

  /** Applies a method of the first argument. */
  record CallMethod(String target) implements Operation {
    @Override
    public String opcode() {
      return "call_method";
    }
  }

  /** Calls a submodule by dotted path. */
  record CallModule(String target) implements Operation {
    @Override
    public String opcode() {
      return "call_module";
    }
  }

  /** The result: its first argument is returned. */
  record Output() implements Operation {
    @Override
    public String opcode() {
      return "output";
    }

    @Override
    public String target() {
      return "output";
    }
  }
}
