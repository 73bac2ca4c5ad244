package io.octant.shape;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What operators do to the samples of a batch, by their names without package. A name that no list
 * has is {@link #UNKNOWN}: the operator is run to find out.
 */
enum SampleKind {
  /** Element by element, operands broadcast. */
  POINTWISE,
  /** Other axes over the same elements in the same order. */
  RESHAPE,
  /** Elements in other places, none changed; only the first argument is moved. */
  MOVE,
  /** Elements of several tensors in other places. */
  JOIN,
  /** Each index of axis 0 for itself; fixed number of axes. */
  PER_ROW,
  /** Within each row of the last axes. */
  TRAILING,
  /** Along an axis, argument {@code dim}. */
  ALONG,
  /** To fewer axes, argument {@code dim}. */
  REDUCTION,
  /** Product of matrices. */
  MATMUL,
  /** One row of a table for each integer. */
  LOOKUP,
  /** Made from the shape of what it is given. */
  CONSTANT,
  UNKNOWN;

  private static final Map<String, SampleKind> BY_NAME = new HashMap<>();

  private static void put(SampleKind kind, String names) {
    Arrays.stream(names.split("\\s+")).filter(n -> !n.isEmpty()).forEach(n -> BY_NAME.put(n, kind));
  }

  static {
    put(
        POINTWISE,
        """
        abs absolute acos acosh add addcdiv addcmul arccos arccosh arcsin arcsinh arctan arctan2
        arctanh asin asinh atan atan2 atanh bfloat16 bitwise_and bitwise_not bitwise_or bitwise_xor
        bool byte ceil celu char clamp clamp_max clamp_min clip clone contiguous copysign cos cosh
        cpu deg2rad dequantize detach div divide double dropout alpha_dropout feature_alpha_dropout
        elu eq erf erfc exp exp2 expm1 fix float floor floor_divide floordiv fmax fmin fmod frac ge
        gelu greater greater_equal gt half hardshrink hardsigmoid hardswish hardtanh hypot int
        int_repr isfinite isinf isnan le leaky_relu lerp less less_equal log log10 log1p log2
        logical_and logical_not logical_or logical_xor logsigmoid long lt masked_fill maximum
        minimum mish mod mul multiply nan_to_num ne neg negative not_equal positive pos pow
        quantize_per_tensor quantize_per_channel rad2deg reciprocal relu relu6 remainder round rrelu
        rsqrt rsub selu short sigmoid sign silu sin sinh softplus softshrink softsign sqrt square
        sub subtract tan tanh tanhshrink threshold to true_divide truediv trunc type type_as where
        and_ or_ xor invert iadd imul isub itruediv ifloordiv ipow
        """);
    put(
        RESHAPE,
        "reshape view flatten unflatten squeeze unsqueeze ravel reshape_as view_as Flatten"
            + " Unflatten");
    put(
        MOVE,
        """
        permute transpose swapaxes swapdims movedim moveaxis t expand broadcast_to repeat tile flip
        fliplr flipud roll rot90 split chunk tensor_split hsplit vsplit dsplit unbind select narrow
        getitem __getitem__ index_select repeat_interleave diagonal pad
        """);
    put(JOIN, "cat concat concatenate stack hstack vstack dstack column_stack row_stack");
    put(
        PER_ROW,
        """
        conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d batch_norm
        instance_norm group_norm local_response_norm interpolate upsample pixel_shuffle
        pixel_unshuffle channel_shuffle dropout1d dropout2d dropout3d
        """);
    put(TRAILING, "linear layer_norm rms_norm");
    put(
        ALONG,
        "softmax softmin log_softmax cumsum cumprod sort argsort topk glu normalize Softmax"
            + " LogSoftmax Softmin GLU");
    put(
        REDUCTION,
        """
        mean sum prod amax amin argmax argmin all any max min norm logsumexp count_nonzero aminmax
        var std var_mean std_mean
        """);
    put(MATMUL, "matmul bmm mm");
    put(LOOKUP, "embedding Embedding");
    put(
        CONSTANT,
        "zeros_like ones_like full_like new_zeros new_ones new_full arange full zeros ones");
  }

  private static final Pattern POINTWISE_MODULE =
      Pattern.compile(
          "(ReLU6?|ReLU|Hardtanh|Hardswish|Hardsigmoid|Sigmoid|LogSigmoid|Tanh|GELU|SiLU|Mish|LeakyReLU"
              + "|ELU|CELU|SELU|PReLU|RReLU|Softplus|Softsign|Threshold|Hardshrink|Softshrink"
              + "|Tanhshrink|BatchNorm[123]d|BNReLU[123]d|(Feature)?(Alpha)?Dropout([123]d)?|Identity)");

  private static final Pattern PER_ROW_NAME =
      Pattern.compile(
          "(Conv(Transpose)?(Bn)?(Add)?(ReLU)?[123]d|(Lazy)?InstanceNorm[123]d|GroupNorm"
              + "|LocalResponseNorm|(Adaptive)?(Max|Avg)Pool[123]d|LPPool[123]d|Upsample"
              + "|Upsampling(Nearest|Bilinear)2d|Pixel(Uns|S)huffle|ChannelShuffle"
              + "|(Zero|Constant|Reflection|Replication|Circular)Pad[123]d|Softmax2d"
              + "|(adaptive_)?(max|avg|lp)_pool[123]d(_with_indices)?)");

  private static final Pattern TRAILING_MODULE =
      Pattern.compile(
          "(LayerNorm|RMSNorm|(NonDynamicallyQuantizable)?Linear(ReLU|LeakyReLU|Tanh)?)");

  /** The kind of a function or method. */
  static SampleKind ofCall(String name) {
    if (PER_ROW_NAME.matcher(name).matches()) {
      return PER_ROW;
    }
    SampleKind found = BY_NAME.get(name);
    if (found == null && name.endsWith("_")) {
      found = BY_NAME.get(name.substring(0, name.length() - 1)); // in place
    }
    return found == null ? UNKNOWN : found;
  }

  /** The kind of a module's class. */
  static SampleKind ofModule(String name) {
    if (POINTWISE_MODULE.matcher(name).matches()) {
      return POINTWISE;
    }
    if (PER_ROW_NAME.matcher(name).matches()) {
      return PER_ROW;
    }
    if (TRAILING_MODULE.matcher(name).matches()) {
      return TRAILING;
    }
    return Character.isUpperCase(name.charAt(0)) ? BY_NAME.getOrDefault(name, UNKNOWN) : UNKNOWN;
  }
}
