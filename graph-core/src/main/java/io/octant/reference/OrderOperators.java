package io.octant.reference;

import io.octant.graph.Tuple;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Scans;
import io.octant.reference.kernel.Shapes;
import io.octant.reference.kernel.Sorting;
import io.octant.reference.kernel.Sorting.Order;
import io.octant.reference.kernel.Uniques;
import io.octant.reference.kernel.Values;
import io.octant.tensor.Tensor;

/** Sorting along an axis, and running sums and products. */
final class OrderOperators {
  private OrderOperators() {}

  private interface Scan {
    Tensor apply(Tensor x, int axis);
  }

  static void register(OperatorSet.Builder ops) {
    ops.define("sort", a -> pair(sorted(a)));
    ops.define("argsort", a -> sorted(a).positions());
    ops.define(
        "topk",
        a ->
            pair(
                Sorting.first(
                    a.tensor("input"),
                    a.integer("k"),
                    a.integer("dim"),
                    a.flag("largest") ? Order.DESCENDING : Order.ASCENDING)));
    ops.define("unique", OrderOperators::unique);
    ops.define("cumsum", a -> scan(a, Scans::sum));
    ops.define("cumprod", a -> scan(a, Scans::product));
  }

  private static Object unique(NamedValues args) {
    Tensor x = args.tensor("input");
    boolean all = args.isNone("dim");
    Uniques found =
        Uniques.along(
            all ? Shapes.reshape(x, -1) : x,
            all ? 0 : args.integer("dim"),
            args.flag("sorted") ? Uniques.Order.ASCENDING : Uniques.Order.AS_THEY_CAME);
    return Tuple.of(found.values(), found.first(), found.inverse(), found.counts());
  }

  private static Sorting.Sorted sorted(NamedValues args) {
    return Sorting.sort(
        args.tensor("input"),
        args.integer("dim"),
        args.flag("descending") ? Order.DESCENDING : Order.ASCENDING);
  }

  private static Tuple pair(Sorting.Sorted sorted) {
    return Tuple.of(sorted.values(), sorted.positions());
  }

  private static Object scan(NamedValues args, Scan kernel) {
    Tensor x = args.tensor("input");
    return kernel.apply(
        args.isNone("dtype") ? x : Values.cast(x, args.dtype("dtype")), args.integer("dim"));
  }
}
