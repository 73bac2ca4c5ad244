// The native methods of 8-bit layers: what oneDNN would be given, restated as the float arithmetic
// of the reference operators, for a kernel of our own and for oneDNN's.
#include "../kernels/integer_layer.h"

#include <cmath>

#include "../kernels/factories.h"
#include "objects.h"

using namespace octant;
using namespace octant::jni;
using kernels::LayerShape;
using kernels::LayerStep;
using kernels::Requantization;
using onednn::Attributes;

namespace {

/// One scale, or one for each of `n` channels.
struct Scales {
  std::vector<float> values{1.0f};
  float at(size_t i) const { return values[values.size() == 1 ? 0 : i]; }
};

struct Parameters {
  Scales src, weights, dst;
  int32_t src_zero = 0, dst_zero = 0;

  explicit Parameters(const Attributes& attributes) {
    for (const auto& c : attributes.constants()) {
      const bool scales = !c.scales.empty();
      if (c.argument == DNNL_ARG_SRC) {
        if (scales) src.values = c.scales;
        if (!scales) src_zero = c.zero_points[0];
      } else if (c.argument == DNNL_ARG_DST) {
        if (scales) dst.values = c.scales;
        if (!scales) dst_zero = c.zero_points[0];
      } else if (c.argument == DNNL_ARG_WEIGHTS && scales) {
        weights.values = c.scales;
      } else {
        throw Unsupported("an exact 8-bit layer takes no such scale or zero point");
      }
    }
  }
};

LayerStep step(const Attributes::PostOperation& p, const Layout& dst, float scale) {
  if (p.unary == Attributes::Unary::relu) return {LayerStep::Kind::leaky_relu, p.alpha, 0};
  if (p.unary == Attributes::Unary::clip) {
    return {LayerStep::Kind::clamp, p.alpha / scale, p.beta / scale};
  }
  if (p.unary == Attributes::Unary::tanh) return {LayerStep::Kind::tanh, 0, 0};
  if (p.binary == Attributes::Binary::add && p.layout.type == Type::f32 &&
      p.layout.dims == dst.dims && p.layout.strides == dst.strides) {
    return {LayerStep::Kind::add, 0, 0};
  }
  throw Unsupported("an exact 8-bit layer has no such post-operation");
}

// The float32 operations of the reference operators, in their order; of a result in f32, bias stays
// in real numbers.
Requantization requantization(const Attributes& attributes, const Parameters& parameters,
                              const std::vector<float>& bias, const Layout& dst, int64_t channels,
                              bool rounds_bias, bool rounds_first) {
  const float scale = parameters.dst.at(0);
  Requantization r{{}, {}, scale, parameters.dst_zero, rounds_first, {}, {}};
  for (size_t c = 0; c < static_cast<size_t>(channels); ++c) {
    const float unit = parameters.src.at(0) * parameters.weights.at(c);
    const float units = bias.empty() ? 0.0f : dst.type == Type::f32 ? bias[c] : bias[c] / unit;
    r.bias.push_back(rounds_bias && dst.type != Type::f32 ? std::rint(units) : units);
    r.multiplier.push_back(unit / scale);
  }
  for (const auto& p : attributes.post_operations()) r.steps.push_back(step(p, dst, scale));
  if (const auto& a = attributes.addition()) {
    r.addition = {kernels::affine(scale, parameters.dst_zero, a->low, a->high),
                  kernels::affine(a->scale, a->zero_point, a->low, a->high),
                  kernels::affine(a->sum_scale, a->sum_zero_point, a->low, a->high)};
  }
  return r;
}

// The same operations for oneDNN: no scales, which it would multiply in an order of its own, but
// the bias in units of the sum, and then each step as a post-operation.
Attributes in_steps(const Requantization& r, const Parameters& parameters, size_t rank) {
  if (r.addition) throw Unsupported("oneDNN adds no tensor to a rounded result");
  Attributes out;
  out.zero_point(DNNL_ARG_SRC, parameters.src_zero);
  out.multiply_channels(r.multiplier, rank);
  for (const LayerStep& step : r.steps) {
    switch (step.kind) {
      case LayerStep::Kind::leaky_relu:
        out.eltwise(Attributes::Unary::relu, step.a, 0);
        break;
      case LayerStep::Kind::clamp:
        out.eltwise(Attributes::Unary::clip, step.a, step.b);
        break;
      case LayerStep::Kind::tanh:
      case LayerStep::Kind::add:
        throw Unsupported("oneDNN has tanh and addition in real numbers, not in steps");
    }
  }
  if (r.rounds_first) out.eltwise(Attributes::Unary::round, 0, 0);
  out.zero_point(DNNL_ARG_DST, parameters.dst_zero);
  return out;
}

// Spatial axes are the last of three.
LayerShape shape(const Layout& src, const Layout& weights, const Layout& dst,
                 const onednn::Window& window) {
  LayerShape s;
  const size_t rank = src.dims.size() - 2;
  const bool grouped = weights.dims.size() > src.dims.size();
  s.samples = src.dims[0];
  s.groups = grouped ? weights.dims[0] : 1;
  s.out = weights.dims[grouped ? 1 : 0];
  s.in = weights.dims[grouped ? 2 : 1];
  s.src_sample = src.strides[0];
  for (size_t i = 0; i < rank; ++i) {
    const size_t axis = 3 - rank + i;
    s.src[axis] = src.dims[i + 2];
    s.dst[axis] = dst.dims[i + 2];
    s.src_stride[axis] = src.strides[i + 2];
    s.kernel[axis] = window.kernel[i];
    s.stride[axis] = window.stride[i];
    s.dilation[axis] = window.dilation[i];
    s.pad[axis] = window.pad_begin[i];
  }
  return s;
}

}  // namespace

// `windowing` is null for a linear layer, whose src and dst are [rows, features].
OCTANT_JNI(jlong, libraryIntegerLayer)
(JNIEnv* env, jclass, jlongArray src, jlongArray weights, jbyteArray weightData, jfloatArray bias,
 jlongArray dst, jlongArray windowing, jlong attributes, jboolean roundsBias,
 jboolean roundsFirst) {
  return make(env, [&] {
    const Layout from = layout(env, src), to = layout(env, dst), w = layout(env, weights);
    const Attributes& asked = *pointer<Attributes>(attributes);
    const Parameters parameters(asked);
    const std::vector<float> real = floats(env, bias);
    const Requantization r = requantization(asked, parameters, real, to, to.dims[1],
                                            roundsBias != JNI_FALSE, roundsFirst != JNI_FALSE);
    const Attributes given = in_steps(r, parameters, to.dims.size());
    const float* added = real.empty() ? nullptr : r.bias.data();
    const std::vector<uint8_t> data = bytes(env, weightData);
    return windowing == nullptr ? onednn::linear(from, w, data.data(), added, to, given)
                                : onednn::convolution(from, w, data.data(), added, to,
                                                      window(env, windowing), given);
  });
}

// `windowing` is null for a linear layer, whose src and dst are [rows, features].
OCTANT_JNI(jlong, integerLayer)
(JNIEnv* env, jclass, jlongArray src, jlongArray weights, jbyteArray weightData, jfloatArray bias,
 jlongArray dst, jlongArray windowing, jlong attributes, jboolean roundsBias, jboolean roundsFirst,
 jstring isa) {
  return make(env, [&] {
    const Layout from = layout(env, src), to = layout(env, dst), w = layout(env, weights);
    const LayerShape s =
        windowing == nullptr ? shape(from, w, to, {}) : shape(from, w, to, window(env, windowing));
    if (from.strides[1] != 1 && from.dims[1] != 1) {
      throw Unsupported("an exact 8-bit layer needs channels last");
    }
    const Attributes& a = *pointer<Attributes>(attributes);
    const Parameters parameters(a);
    const std::vector<uint8_t> data = bytes(env, weightData);
    const auto layer =
        to.type == Type::f32 ? kernels::integer_layer_to_float : kernels::integer_layer;
    return layer(
        from.type, s, parameters.src_zero, reinterpret_cast<const int8_t*>(data.data()),
        requantization(a, parameters, floats(env, bias), to, s.groups * s.out,
                       roundsBias != JNI_FALSE, roundsFirst != JNI_FALSE),
        text(env, isa));
  });
}
