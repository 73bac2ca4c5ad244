package io.octant.reference.kernel;

import io.octant.graph.Tuple;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Gradients of matrix products, linear layers, PReLU and attention. */
public final class ProductGradient {
  private ProductGradient() {}

  /** Gradients of both operands of {@link MatrixProducts#matmul}. */
  public static Tuple matmul(Tensor grad, Tensor a, Tensor b) {
    Tensor x = a.shape().rank() == 1 ? Shapes.unsqueeze(a, 0) : a;
    Tensor y = b.shape().rank() == 1 ? Shapes.unsqueeze(b, 1) : b;
    Tensor g = grad;
    if (b.shape().rank() == 1) {
      g = Shapes.unsqueeze(g, -1);
    }
    if (a.shape().rank() == 1) {
      g = Shapes.unsqueeze(g, -2);
    }
    Tensor ofA = MatrixProducts.matmul(g, Shapes.transpose(y, -2, -1));
    Tensor ofB = MatrixProducts.matmul(Shapes.transpose(x, -2, -1), g);
    return Tuple.of(
        Spreading.sumTo(ofA, x.shape()).reshape(a.shape()),
        Spreading.sumTo(ofB, y.shape()).reshape(b.shape()));
  }

  /** Gradients of input, weight and bias of {@code x · Wᵀ + bias}. */
  public static Tuple linear(Tensor grad, Tensor x, Tensor weight) {
    int rows = weight.shape().dim(0);
    int depth = weight.shape().dim(1);
    int samples = grad.numel() / Math.max(1, rows);
    double[] g = Values.of(grad);
    double[] ofX = new double[x.numel()];
    Gemm.multiply(
        Precision.DOUBLE,
        samples,
        depth,
        rows,
        Gemm.Block.of(g),
        Gemm.Block.of(Values.of(weight)),
        Gemm.Block.of(ofX));
    double[] ofWeight = new double[weight.numel()];
    Gemm.multiply(
        Precision.DOUBLE,
        rows,
        depth,
        samples,
        Gemm.Block.of(Gemm.transpose(samples, rows, Gemm.Block.of(g))),
        Gemm.Block.of(Values.of(x)),
        Gemm.Block.of(ofWeight));
    return Tuple.of(
        Values.tensor(x.dtype(), x.shape(), ofX),
        Values.tensor(weight.dtype(), weight.shape(), ofWeight),
        Spreading.sumTo(g, Shape.of(samples, rows), Shape.of(rows), grad.dtype()));
  }

  /** Gradients of input and weight of PReLU, one weight or one for each index of axis 1. */
  public static Tuple prelu(Tensor grad, Tensor x, Tensor weight) {
    double[] g = Values.of(grad);
    double[] v = Values.of(x);
    double[] w = Values.of(weight);
    double[] ofWeight = new double[w.length];
    int inner = w.length == 1 ? 1 : x.shape().strides()[1];
    for (int i = 0; i < v.length; i++) {
      int c = i / inner % w.length;
      if (!(v[i] > 0)) {
        ofWeight[c] += g[i] * v[i];
        g[i] *= w[c];
      }
    }
    return Tuple.of(
        Values.tensor(x.dtype(), x.shape(), g),
        Values.tensor(weight.dtype(), weight.shape(), ofWeight));
  }

  /**
   * Gradients of query, key and value of {@link Attention#scaledDotProduct}, whose weights are
   * computed again.
   */
  public static Tuple attention(
      Tensor grad, Tensor query, Tensor key, Tensor value, @Nullable Tensor mask, double scale) {
    Tensor weights = Attention.scaledDotProduct(query, key, value, mask, scale, w -> w).weights();
    Tuple ofProduct = matmul(grad, weights, value);
    Tensor ofScores = ReductionGradient.softmax((Tensor) ofProduct.item(0), weights, -1);
    Tensor scaled = Elementwise.map(query, v -> v * scale);
    Tuple ofFactors = matmul(ofScores, scaled, Shapes.transpose(key, -2, -1));
    return Tuple.of(
        Elementwise.map((Tensor) ofFactors.item(0), v -> v * scale),
        Shapes.transpose((Tensor) ofFactors.item(1), -2, -1),
        ofProduct.item(1));
  }
}
