// The native method of float convolutions by Winograd: what oneDNN would be given, for a kernel of
// our own.
#include "../kernels/winograd.h"

#include "objects.h"

using namespace octant;
using namespace octant::jni;
using kernels::WinogradGrid;
using kernels::WinogradStep;
using onednn::Attributes;

namespace {

// A clamp of f32 ends the chain, as with oneDNN, so that it is the same chain that joins.
std::vector<WinogradStep> steps(const Attributes& attributes, const Layout& dst) {
  if (!attributes.constants().empty()) throw Unsupported("winograd takes no scales");
  const auto clamps = attributes.clamps(dst.type);
  std::vector<WinogradStep> out;
  const auto& asked = attributes.post_operations();
  for (size_t i = 0; i + clamps.size() < asked.size(); ++i) {
    const auto& p = asked[i];
    WinogradStep step;
    if (p.binary == Attributes::Binary::mul) {
      step.kind = WinogradStep::Kind::multiply;
    } else if (p.binary != Attributes::Binary::add) {
      throw Unsupported("winograd has no such post-operation");
    }
    const Layout& operand = p.layout;
    step.by_channel = operand.elements() == dst.dims[1] && operand.dims[1] == dst.dims[1] &&
                      operand.dims != dst.dims && operand.strides[1] == 1;
    const bool alike = operand.dims == dst.dims && operand.strides == dst.strides;
    if (operand.type != Type::f32 || !p.values.empty() || !(alike || step.by_channel)) {
      throw Unsupported("winograd joins f32 tensors like its result, or one value a channel");
    }
    out.push_back(step);
  }
  for (const auto& bounds : clamps) {
    out.push_back({WinogradStep::Kind::clamp, bounds.low, bounds.high, false});
  }
  return out;
}

void require_channels_last(const Layout& layout) {
  if (layout.type != Type::f32 || layout.dims.size() != 4 || layout.strides[1] != 1) {
    throw Unsupported("winograd needs images of f32 with channels last");
  }
}

WinogradGrid grid(const Layout& src, const Layout& dst, const onednn::Window& window) {
  require_channels_last(src);
  require_channels_last(dst);
  WinogradGrid g;
  g.samples = src.dims[0];
  g.src_sample = src.strides[0];
  g.dst_sample = dst.strides[0];
  for (size_t i = 0; i < 2; ++i) {
    if (window.kernel[i] != 3 || window.stride[i] != 1 || window.dilation[i] != 1) {
      throw Unsupported("winograd needs a 3x3 window of stride and dilation 1");
    }
    g.src[i] = src.dims[i + 2];
    g.dst[i] = dst.dims[i + 2];
    g.pad[i] = window.pad_begin[i];
    g.src_stride[i] = src.strides[i + 2];
    g.dst_stride[i] = dst.strides[i + 2];
  }
  return g;
}

}  // namespace

OCTANT_JNI(jlong, winograd)
(JNIEnv* env, jclass, jlongArray src, jlongArray weights, jfloatArray weightData, jfloatArray bias,
 jlongArray dst, jlongArray windowing, jlong attributes, jstring isa) {
  return make(env, [&] {
    const Layout from = layout(env, src), to = layout(env, dst), w = layout(env, weights);
    if (w.type != Type::f32 || w.dims.size() != 4) throw Unsupported("winograd takes no groups");
    const std::vector<float> data = floats(env, weightData), added = floats(env, bias);
    return kernels::winograd({grid(from, to, window(env, windowing)), w.dims[1], w.dims[0],
                              steps(*pointer<Attributes>(attributes), to)},
                             data.data(), or_null(added), text(env, isa));
  });
}
