// Implements the native methods of io.octant.kernels.binding.Bindings that training needs.
#include "../onednn/training.h"

#include "../kernels/channel_norm.h"
#include "../kernels/pool_gradient.h"
#include "../kernels/straight_through.h"
#include "objects.h"

using namespace octant;
using namespace octant::jni;

namespace {

std::vector<kernels::Stage> stages(JNIEnv* env, jlongArray codes) {
  std::vector<kernels::Stage> out;
  for (int64_t code : longs(env, codes)) {
    out.push_back(decoded(code, kernels::Stage::fake_quantize));
  }
  return out;
}

}  // namespace

OCTANT_JNI(jlong, trainedConvolution)
(JNIEnv* env, jclass, jint direction, jlongArray src, jlongArray weights, jboolean bias,
 jlongArray dst, jlongArray windowing) {
  return make(env, [&] {
    return onednn::trained_convolution(decoded(direction, onednn::Direction::to_weights),
                                       layout(env, src), layout(env, weights), bias,
                                       layout(env, dst), window(env, windowing));
  });
}

OCTANT_JNI(jlong, channelStatistics)
(JNIEnv* env, jclass, jlong places, jlong channels, jstring isa) {
  return make(env, [&] { return kernels::channel_statistics({places, channels}, text(env, isa)); });
}

OCTANT_JNI(jlong, channelNorm)
(JNIEnv* env, jclass, jint pass, jlong places, jlong channels, jlongArray codes, jstring isa) {
  return make(env, [&] {
    const kernels::Channels shape{places, channels};
    const std::vector<kernels::Stage> list = stages(env, codes);
    return pass == 0   ? kernels::channel_norm(shape, list, text(env, isa))
           : pass == 1 ? kernels::channel_norm_sums(shape, list, text(env, isa))
                       : kernels::channel_norm_gradient(shape, list, text(env, isa));
  });
}

OCTANT_JNI(jlong, extrema)
(JNIEnv* env, jclass, jlong rows, jlong n, jboolean sum, jstring isa) {
  return make(env, [&] { return kernels::extrema(rows, n, sum, text(env, isa)); });
}

OCTANT_JNI(jlong, straightThrough)
(JNIEnv* env, jclass, jlong n, jboolean sum, jlongArray codes, jstring isa) {
  return make(
      env, [&] { return kernels::straight_through(n, sum, stages(env, codes), text(env, isa)); });
}

OCTANT_JNI(jlong, straightThroughRows)
(JNIEnv* env, jclass, jlong rows, jlong n, jstring isa) {
  return make(env, [&] { return kernels::straight_through_rows(rows, n, text(env, isa)); });
}

OCTANT_JNI(jlong, maskedGradient)(JNIEnv* env, jclass, jlong n, jstring isa) {
  return make(env, [&] { return kernels::masked_gradient(n, text(env, isa)); });
}

OCTANT_JNI(jlong, rowProducts)(JNIEnv* env, jclass, jlong rows, jlong n, jstring isa) {
  return make(env, [&] { return kernels::row_products(rows, n, text(env, isa)); });
}

OCTANT_JNI(jlong, columnSums)(JNIEnv* env, jclass, jlong rows, jlong n, jstring isa) {
  return make(env, [&] { return kernels::column_sums(rows, n, text(env, isa)); });
}

OCTANT_JNI(jlong, maxPoolGradient)
(JNIEnv* env, jclass, jlongArray src, jlongArray dst, jlongArray windowing, jstring isa) {
  return make(env, [&] {
    const Layout x = layout(env, src), y = layout(env, dst);
    const onednn::Window w = window(env, windowing);
    if (w.kernel.size() != 2) throw Unsupported("pools images only");
    return kernels::max_pool_gradient(
        {x.dims[0], x.dims[1], x.dims[2], x.dims[3], y.dims[2], y.dims[3], w.kernel[0], w.kernel[1],
         w.stride[0], w.stride[1], w.pad_begin[0], w.pad_begin[1], w.dilation[0], w.dilation[1]},
        text(env, isa));
  });
}
