package io.octant.kernels.plan;

import io.octant.graph.Module;
import io.octant.kernels.binding.Attributes;
import io.octant.kernels.binding.ElementType;
import io.octant.kernels.binding.Kernels;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Float products with constant weights and of two activations. */
final class MatrixLowerings {
  private MatrixLowerings() {}

  static void register(LoweringTable.Builder table) {
    table.module(
        site -> module(site, site.module()),
        "torch.nn.Linear",
        "torch.ao.nn.quantized.reference.Linear");
    table.module(
        site -> ConvolutionLowerings.withRelu(module(site, site.module().module("0"))),
        "torch.ao.nn.intrinsic.LinearReLU");
    table.functions(
        "linear", site -> linear(site, site.constant("weight"), site.findConstant("bias")));
    table.define("matmul", site -> matmul(site, "input", "other"));
    table.define("bmm", site -> matmul(site, "input", "mat2"));
  }

  private static Activation module(Site site, Module called) {
    Activation integers = site.plan().integersOf(site.input());
    if (integers != null && called instanceof ReferenceModule reference) {
      Activation product = QuantizedLayerLowerings.linearToFloat(site, integers, reference);
      if (product != null) {
        return product;
      }
    }
    Module linear = Site.computed(called);
    return linear(site, linear.tensor("weight"), linear.findTensor("bias"));
  }

  private static Activation linear(Site site, Tensor weight, @Nullable Tensor bias) {
    Site.require(site.input().isFloat() && weight.dtype() == DType.FLOAT32, "needs float32");
    Activation src = rows(site.plan(), site.input());
    MemoryLayout dst = result(ElementType.F32, site.input(), weight.shape().dim(0));
    MemoryLayout rows = dst.reshape(src.layout().dim(0), dst.dim(dst.rank() - 1)).orElseThrow();
    Pending kernel =
        new Pending(
            "linear_f32",
            rows,
            List.of(src),
            Attributes::new,
            attributes ->
                Kernels.linear(
                    src.layout(),
                    MemoryLayout.rowMajor(
                        ElementType.F32, weight.shape().dim(0), weight.shape().dim(1)),
                    weight.floats(),
                    bias == null ? null : bias.floats(),
                    rows,
                    attributes));
    return site.plan().defer(site.call(), kernel, DType.FLOAT32, dst, null);
  }

  /** Row-major dims of {@code src} with the last replaced. */
  static MemoryLayout result(ElementType type, Activation src, long features) {
    long[] dims = src.dims();
    dims[dims.length - 1] = features;
    return MemoryLayout.rowMajor(type, dims);
  }

  /** All axes but the last joined to rows; a view where the memory order allows it. */
  static Activation rows(PlanBuilder plan, Activation src) {
    Activation resident = plan.resident(src);
    long features = src.shape().dim(-1);
    long rows = features == 0 ? 0 : src.shape().numel() / features;
    return resident
        .layout()
        .reshape(rows, features)
        .filter(l -> features == 1 || l.stride(1) == 1)
        .map(l -> plan.view(resident, l))
        .orElseGet(
            () -> {
              Activation moved = plan.rowMajor(resident);
              return plan.view(moved, moved.layout().reshape(rows, features).orElseThrow());
            });
  }

  /** Operands of one rank, ready for a kernel, and the result's layout. */
  private record Product(Activation a, Activation b, MemoryLayout dst) {
    static Product of(PlanBuilder plan, Object left, Object right) {
      Activation a = plan.resident(left);
      Activation b = plan.resident(right);
      Site.require(a.isFloat() && b.isFloat(), "needs float32");
      Site.require(a.rank() >= 2 && b.rank() >= 2, "needs matrices");
      int rank = Math.max(a.rank(), b.rank());
      Activation first = matrices(plan, a, rank);
      Activation second = matrices(plan, b, rank);
      long[] dims = new long[rank];
      for (int i = 0; i < rank - 2; i++) {
        dims[i] = Math.max(first.layout().dim(i), second.layout().dim(i));
      }
      dims[rank - 2] = first.layout().dim(rank - 2);
      dims[rank - 1] = second.layout().dim(rank - 1);
      return new Product(first, second, MemoryLayout.rowMajor(ElementType.F32, dims));
    }
  }

  private static Activation matmul(Site site, String left, String right) {
    Product p = Product.of(site.plan(), site.args().value(left), site.args().value(right));
    Pending kernel =
        new Pending(
            "matmul_f32",
            p.dst,
            List.of(p.a, p.b),
            Attributes::new,
            attributes -> Kernels.matmul(p.a.layout(), p.b.layout(), p.dst, attributes));
    return site.plan().defer(site.call(), kernel, DType.FLOAT32, p.dst, null);
  }

  /** A product that nothing joins. */
  static Activation matmul(PlanBuilder plan, Activation left, Activation right) {
    Product p = Product.of(plan, left, right);
    Activation dst = plan.allocate(p.dst);
    plan.emit(
        "matmul_f32",
        () -> {
          try (Attributes none = new Attributes()) {
            return Kernels.matmul(p.a.layout(), p.b.layout(), p.dst, none);
          }
        },
        plan.memory(p.a),
        plan.memory(p.b),
        plan.memory(dst));
    return dst;
  }

  /**
   * With leading axes of length 1 up to a rank, and rows or columns contiguous. oneDNN multiplies
   * wrongly by matrices of one row that lie apart in memory, and where batches lie in another order
   * than their axes: they are copied.
   */
  private static Activation matrices(PlanBuilder plan, Activation a, int rank) {
    MemoryLayout l = a.layout();
    boolean contiguous = l.stride(l.rank() - 1) == 1 || l.stride(l.rank() - 2) == 1;
    boolean single = l.dim(l.rank() - 1) == 1 || l.dim(l.rank() - 2) == 1;
    Activation placed = contiguous && !single && isInOrder(l, rank) ? a : plan.rowMajor(a);
    MemoryLayout out = placed.layout();
    while (out.rank() < rank) {
      out = out.with(0);
    }
    return plan.view(placed, out);
  }

  /**
   * Whether batch axes lie in their order in memory, none of three or more within matrices, and of
   * two the last alone.
   */
  private static boolean isInOrder(MemoryLayout l, int rank) {
    int rows = l.rank() - 2;
    long within = Math.max(l.stride(rows), l.stride(rows + 1));
    long before = Long.MAX_VALUE;
    for (int i = 0; i < rows; i++) {
      if (l.dim(i) != 1) {
        boolean mayBeWithin = rank <= 4 && before >= within;
        if (l.stride(i) > before || (l.stride(i) < within && !mayBeWithin)) {
          return false;
        }
        before = l.stride(i);
      }
    }
    return true;
  }
}
