// Implements the native methods of io.octant.kernels.binding.Bindings.
#include <cstdlib>
#include <memory>

#include "../kernels/curve.h"
#include "../kernels/factories.h"
#include "../kernels/moving.h"
#include "../kernels/pairwise.h"
#include "../kernels/peak.h"
#include "../kernels/resample.h"
#include "../onednn/identity.h"
#include "../onednn/operators.h"
#include "objects.h"

using namespace octant;
using namespace octant::jni;
using onednn::Attributes;

// --- memory and identity ---------------------------------------------------------------------

JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM*, void*) {
  onednn::settle();
  return JNI_VERSION_1_8;
}

OCTANT_JNI(jint, effectiveIsa)(JNIEnv*, jclass) { return onednn::effective_isa(); }

OCTANT_JNI(jboolean, limitIsa)(JNIEnv*, jclass, jint code) { return onednn::limit_isa(code); }

OCTANT_JNI(jstring, libraryVersion)(JNIEnv* env, jclass) {
  return guarded<jstring>(env, nullptr,
                          [&] { return env->NewStringUTF(onednn::version().c_str()); });
}

OCTANT_JNI(jlong, cacheBytes)(JNIEnv*, jclass, jint level) { return onednn::cache_bytes(level); }

OCTANT_JNI(jobjectArray, variants)(JNIEnv* env, jclass) {
  std::vector<const char*> names;
  for (auto isa : {kernels::Isa::baseline, kernels::Isa::avx2, kernels::Isa::avx512}) {
    if (kernels::supported(isa)) names.push_back(kernels::name_of(isa));
  }
  jobjectArray array = env->NewObjectArray(static_cast<jsize>(names.size()),
                                           env->FindClass("java/lang/String"), nullptr);
  for (size_t i = 0; i < names.size(); ++i) {
    env->SetObjectArrayElement(array, static_cast<jsize>(i), env->NewStringUTF(names[i]));
  }
  return array;
}

OCTANT_JNI(jlong, multiplyAdds)(JNIEnv*, jclass, jboolean integer, jlong times) {
  return integer ? kernels::integer_peak()(times)
                 : kernels::choose(kernels::float_peak()).function(times);
}

OCTANT_JNI(jlong, liveObjects)(JNIEnv*, jclass) { return live_objects().load(); }

OCTANT_JNI(jlong, allocate)(JNIEnv* env, jclass, jlong size) {
  return guarded<jlong>(env, 0, [&] {
    const size_t rounded = (static_cast<size_t>(size) + 63) / 64 * 64;
    void* memory = std::aligned_alloc(64, rounded == 0 ? 64 : rounded);
    if (memory == nullptr) throw std::bad_alloc();
    return owned(memory);
  });
}

OCTANT_JNI(void, free)(JNIEnv*, jclass, jlong address) {
  --live_objects();
  std::free(pointer<void>(address));
}

OCTANT_JNI(jobject, view)(JNIEnv* env, jclass, jlong address, jlong size) {
  return env->NewDirectByteBuffer(pointer<void>(address), size);
}

// --- attributes --------------------------------------------------------------------------------

OCTANT_JNI(jlong, attributes)(JNIEnv* env, jclass) {
  return guarded<jlong>(env, 0, [&] { return owned(new Attributes()); });
}

OCTANT_JNI(void, freeAttributes)(JNIEnv*, jclass, jlong attributes) {
  disown<Attributes>(attributes);
}

OCTANT_JNI(void, scales)(JNIEnv* env, jclass, jlong attributes, jint argument, jfloatArray values) {
  guarded<int>(env, 0, [&] {
    pointer<Attributes>(attributes)->scales(argument, floats(env, values));
    return 0;
  });
}

OCTANT_JNI(void, zeroPoint)(JNIEnv* env, jclass, jlong attributes, jint argument, jint value) {
  guarded<int>(env, 0, [&] {
    pointer<Attributes>(attributes)->zero_point(argument, value);
    return 0;
  });
}

OCTANT_JNI(void, eltwisePostOp)
(JNIEnv* env, jclass, jlong attributes, jint algorithm, jfloat alpha, jfloat beta) {
  guarded<int>(env, 0, [&] {
    pointer<Attributes>(attributes)
        ->eltwise(decoded(algorithm, Attributes::Unary::soft_relu), alpha, beta);
    return 0;
  });
}

OCTANT_JNI(void, binaryPostOp)
(JNIEnv* env, jclass, jlong attributes, jint algorithm, jlongArray operand) {
  guarded<int>(env, 0, [&] {
    pointer<Attributes>(attributes)
        ->binary(decoded(algorithm, Attributes::Binary::min), layout(env, operand));
    return 0;
  });
}

OCTANT_JNI(void, additionPostOp)
(JNIEnv* env, jclass, jlong attributes, jfloat scale, jint zeroPoint, jfloat sumScale,
 jint sumZeroPoint, jint low, jint high) {
  guarded<int>(env, 0, [&] {
    pointer<Attributes>(attributes)->add({scale, zeroPoint, sumScale, sumZeroPoint, low, high});
    return 0;
  });
}

// --- oneDNN operators --------------------------------------------------------------------------

OCTANT_JNI(jlong, convolution)
(JNIEnv* env, jclass, jlongArray src, jlongArray weights, jobject weightData, jfloatArray bias,
 jlongArray dst, jlongArray windowing, jlong attributes) {
  return make(env, [&] {
    const Layout weight_layout = layout(env, weights);
    const WeightData data(env, weightData, weight_layout.type);
    const std::vector<float> bias_values = floats(env, bias);
    return onednn::convolution(layout(env, src), weight_layout, data.data(), or_null(bias_values),
                               layout(env, dst), window(env, windowing),
                               *pointer<Attributes>(attributes));
  });
}

OCTANT_JNI(jlong, linear)
(JNIEnv* env, jclass, jlongArray src, jlongArray weights, jobject weightData, jfloatArray bias,
 jlongArray dst, jlong attributes) {
  return make(env, [&] {
    const Layout weight_layout = layout(env, weights);
    const WeightData data(env, weightData, weight_layout.type);
    const std::vector<float> bias_values = floats(env, bias);
    return onednn::linear(layout(env, src), weight_layout, data.data(), or_null(bias_values),
                          layout(env, dst), *pointer<Attributes>(attributes));
  });
}

OCTANT_JNI(jlong, matmul)
(JNIEnv* env, jclass, jlongArray a, jlongArray b, jlongArray dst, jlong attributes) {
  return make(env, [&] {
    return onednn::matmul(layout(env, a), layout(env, b), layout(env, dst),
                          *pointer<Attributes>(attributes));
  });
}

OCTANT_JNI(jlong, pooling)
(JNIEnv* env, jclass, jint kind, jlongArray src, jlongArray dst, jlongArray windowing,
 jlong attributes) {
  return make(env, [&] {
    return onednn::pooling(decoded(kind, onednn::Pooling::average_exclude_padding),
                           layout(env, src), layout(env, dst), window(env, windowing),
                           *pointer<Attributes>(attributes));
  });
}

OCTANT_JNI(jlong, softmax)
(JNIEnv* env, jclass, jlongArray src, jlongArray dst, jint axis, jboolean logarithm) {
  return make(env, [&] {
    return onednn::softmax(layout(env, src), layout(env, dst), axis, logarithm != JNI_FALSE);
  });
}

OCTANT_JNI(jlong, layerNorm)
(JNIEnv* env, jclass, jlongArray src, jlongArray dst, jfloatArray scale, jfloatArray shift,
 jfloat epsilon) {
  return make(env, [&] {
    const std::vector<float> scales = floats(env, scale), shifts = floats(env, shift);
    return onednn::layer_norm(layout(env, src), layout(env, dst), or_null(scales), or_null(shifts),
                              epsilon);
  });
}

OCTANT_JNI(jlong, rmsNorm)
(JNIEnv* env, jclass, jlongArray src, jlongArray dst, jfloatArray scale, jfloat epsilon) {
  return make(env, [&] {
    const std::vector<float> scales = floats(env, scale);
    return onednn::rms_norm(layout(env, src), layout(env, dst), or_null(scales), epsilon);
  });
}

OCTANT_JNI(jlong, binary)
(JNIEnv* env, jclass, jint algorithm, jlongArray a, jlongArray b, jlongArray dst,
 jlong attributes) {
  return make(env, [&] {
    return onednn::binary(decoded(algorithm, Attributes::Binary::min), layout(env, a),
                          layout(env, b), layout(env, dst), *pointer<Attributes>(attributes));
  });
}

OCTANT_JNI(jlong, eltwise)
(JNIEnv* env, jclass, jint algorithm, jfloat alpha, jfloat beta, jlongArray src, jlongArray dst,
 jlong attributes) {
  return make(env, [&] {
    return onednn::eltwise(decoded(algorithm, Attributes::Unary::soft_relu), alpha, beta,
                           layout(env, src), layout(env, dst), *pointer<Attributes>(attributes));
  });
}

OCTANT_JNI(jlong, reduction)(JNIEnv* env, jclass, jint kind, jlongArray src, jlongArray dst) {
  return make(env, [&] {
    return onednn::reduction(decoded(kind, onednn::Reduction::min), layout(env, src),
                             layout(env, dst));
  });
}

// --- kernels of our own ------------------------------------------------------------------------

OCTANT_JNI(jlong, copy)
(JNIEnv* env, jclass, jint elementBytes, jlongArray dims, jlongArray srcStrides,
 jlongArray dstStrides) {
  return make(env, [&] {
    return kernels::copy(elementBytes, longs(env, dims), longs(env, srcStrides),
                         longs(env, dstStrides));
  });
}

OCTANT_JNI(jlong, quantize)
(JNIEnv* env, jclass, jint typeCode, jlong n, jfloat scale, jint zeroPoint, jint low, jint high,
 jstring isa) {
  return make(env, [&] {
    return kernels::quantize(type(typeCode), n, kernels::affine(scale, zeroPoint, low, high),
                             text(env, isa));
  });
}

OCTANT_JNI(jlong, dequantize)
(JNIEnv* env, jclass, jint typeCode, jlong n, jfloat scale, jint zeroPoint, jstring isa) {
  return make(env, [&] {
    return kernels::dequantize(type(typeCode), n, kernels::affine(scale, zeroPoint, 0, 0),
                               text(env, isa));
  });
}

namespace {

// The dims of dst, then the strides of a, b and dst.
kernels::PairSpace pair_space(JNIEnv* env, jlongArray space) {
  const std::vector<int64_t> v = longs(env, space);
  const auto rank = static_cast<std::ptrdiff_t>(v.size() / 4);
  const auto part = [&](std::ptrdiff_t i) {
    return std::vector<int64_t>(v.begin() + i * rank, v.begin() + (i + 1) * rank);
  };
  return {part(0), {part(1), part(2), part(3)}};
}

}  // namespace

OCTANT_JNI(jlong, pairwise)
(JNIEnv* env, jclass, jint function, jint typeCode, jlongArray space, jstring isa) {
  return make(env, [&] {
    return kernels::pairwise(decoded(function, kernels::Pair::logical_xor), type(typeCode),
                             pair_space(env, space), text(env, isa));
  });
}

// `scales` and `zeroPoints` hold those of a, b and dst.
OCTANT_JNI(jlong, quantizedPairwise)
(JNIEnv* env, jclass, jint function, jint typeCode, jlongArray space, jfloatArray scales,
 jlongArray zeroPoints, jint low, jint high, jstring isa) {
  return make(env, [&] {
    const std::vector<float> s = floats(env, scales);
    const std::vector<int64_t> z = longs(env, zeroPoints);
    const auto parameters = [&](size_t i) {
      return kernels::affine(s[i], static_cast<int32_t>(z[i]), low, high);
    };
    return kernels::quantized_pairwise(
        decoded(function, kernels::Pair::logical_xor), type(typeCode), pair_space(env, space),
        {parameters(0), parameters(1), parameters(2)}, text(env, isa));
  });
}

OCTANT_JNI(jlong, clamp)
(JNIEnv* env, jclass, jint typeCode, jlong n, jint low, jint high, jstring isa) {
  return make(env, [&] { return kernels::clamp(type(typeCode), n, low, high, text(env, isa)); });
}

OCTANT_JNI(jlong, lookUp)(JNIEnv* env, jclass, jlong n, jbyteArray table) {
  return make(env, [&] { return kernels::look_up(n, bytes(env, table).data()); });
}

OCTANT_JNI(jlong, lookUpChannels)
(JNIEnv* env, jclass, jlong places, jlong channels, jbyteArray tables) {
  return make(env, [&] { return kernels::look_up_channels(places, channels, bytes(env, tables)); });
}

// `offsets` has the dims of dst, its strides, then the offsets of every index of every axis.
OCTANT_JNI(jlong, take)
(JNIEnv* env, jclass, jint elementBytes, jint rank, jlongArray offsets, jlong fill) {
  return make(env, [&] {
    const std::vector<int64_t> v = longs(env, offsets);
    const std::vector<int64_t> strides(v.begin() + rank, v.begin() + 2 * rank);
    std::vector<std::vector<int64_t>> axes;
    auto at = v.begin() + 2 * rank;
    for (int i = 0; i < rank; ++i) {
      axes.emplace_back(at, at + v[static_cast<size_t>(i)]);
      at += v[static_cast<size_t>(i)];
    }
    return kernels::take(elementBytes, axes, strides, static_cast<uint64_t>(fill));
  });
}

OCTANT_JNI(jlong, gather)
(JNIEnv* env, jclass, jlong outer, jlong n, jlong innerBytes, jlong count, jboolean fromEnd) {
  return make(env, [&] {
    return kernels::gather({outer, n, innerBytes, count, fromEnd != JNI_FALSE});
  });
}

// The dims of dst, then the strides of the condition, a, b and dst.
OCTANT_JNI(jlong, select)
(JNIEnv* env, jclass, jint elementBytes, jlongArray space) {
  return make(env, [&] {
    const std::vector<int64_t> v = longs(env, space);
    const auto rank = static_cast<std::ptrdiff_t>(v.size() / 5);
    const auto part = [&](std::ptrdiff_t i) {
      return std::vector<int64_t>(v.begin() + i * rank, v.begin() + (i + 1) * rank);
    };
    return kernels::select(elementBytes, part(0), {part(1), part(2), part(3), part(4)});
  });
}

namespace {

// Elements of the input, how many output positions there are, where the taps of each begin, then
// what each reads.
kernels::AxisTaps axis_taps(JNIEnv* env, jlongArray positions, jdoubleArray weights) {
  const std::vector<int64_t> v = longs(env, positions);
  const auto begin = v.begin() + 2, at = begin + v[1] + 1;
  std::vector<double> w(static_cast<size_t>(env->GetArrayLength(weights)));
  env->GetDoubleArrayRegion(weights, 0, static_cast<jsize>(w.size()), w.data());
  return {v[0], {begin, at}, {at, v.end()}, w};
}

}  // namespace

OCTANT_JNI(jlong, resample)
(JNIEnv* env, jclass, jint typeCode, jlong samples, jlong channels, jlongArray rows,
 jdoubleArray rowWeights, jlongArray columns, jdoubleArray columnWeights, jint zeroPoint,
 jstring isa) {
  return make(env, [&] {
    return kernels::resample(type(typeCode), samples, channels, axis_taps(env, rows, rowWeights),
                             axis_taps(env, columns, columnWeights), zeroPoint, text(env, isa));
  });
}

OCTANT_JNI(jlong, curve)
(JNIEnv* env, jclass, jint code, jlong n, jdouble a, jdouble b) {
  return make(env,
              [&] { return kernels::curve(decoded(code, kernels::Curve::softshrink), n, a, b); });
}

OCTANT_JNI(jlong, convert)
(JNIEnv* env, jclass, jint src, jint dst, jlong n, jboolean truth) {
  return make(env, [&] { return kernels::convert(type(src), type(dst), n, truth != JNI_FALSE); });
}

OCTANT_JNI(jlong, responseNorm)
(JNIEnv* env, jclass, jlong places, jlong channels, jlong size, jdouble alpha, jdouble beta,
 jdouble k, jstring isa) {
  return make(env, [&] {
    return kernels::response_norm({places, channels, size, alpha, beta, k}, text(env, isa));
  });
}

// `shape` holds the fields of PoolShape in their order.
static kernels::PoolShape pool_shape(JNIEnv* env, jlongArray shape) {
  const std::vector<int64_t> s = longs(env, shape);
  return {s[0], s[1], s[2], s[3],  s[4],  s[5],       s[6],
          s[7], s[8], s[9], s[10], s[11], s[12] != 0, s[13] != 0};
}

OCTANT_JNI(jlong, averagePool)
(JNIEnv* env, jclass, jint typeCode, jlongArray shape, jint zeroPoint, jstring isa) {
  return make(env, [&] {
    return kernels::average_pool(type(typeCode), pool_shape(env, shape), zeroPoint,
                                 text(env, isa));
  });
}

OCTANT_JNI(jlong, maximumPool)
(JNIEnv* env, jclass, jint typeCode, jlongArray shape, jstring isa) {
  return make(env, [&] {
    return kernels::maximum_pool(type(typeCode), pool_shape(env, shape), text(env, isa));
  });
}

// --- observers ---------------------------------------------------------------------------------

OCTANT_JNI(jlong, observe)
(JNIEnv* env, jclass, jlong outer, jlong samples, jlong inner, jstring isa) {
  return make(env, [&] { return kernels::observe({outer, samples, inner}, text(env, isa)); });
}

OCTANT_JNI(jlong, observeShared)(JNIEnv* env, jclass, jlong n, jstring isa) {
  return make(env, [&] { return kernels::observe_shared(n, text(env, isa)); });
}

OCTANT_JNI(jlong, observer)(JNIEnv* env, jclass) {
  return guarded<jlong>(env, 0, [&] { return owned(new kernels::Observer()); });
}

OCTANT_JNI(void, freeObserver)(JNIEnv*, jclass, jlong observer) {
  disown<kernels::Observer>(observer);
}

OCTANT_JNI(void, resetObserver)(JNIEnv*, jclass, jlong observer) {
  pointer<kernels::Observer>(observer)->reset();
}

// Fills `counts` with zeros, positive and negative infinities, `range` with minimum and maximum.
OCTANT_JNI(void, observerExtrema)
(JNIEnv* env, jclass, jlong observer, jlongArray counts, jfloatArray range) {
  const kernels::Extrema& e = pointer<kernels::Observer>(observer)->extrema();
  const jlong numbers[] = {e.zeros, e.positive_infinities, e.negative_infinities};
  const jfloat bounds[] = {e.min, e.max};
  env->SetLongArrayRegion(counts, 0, 3, numbers);
  env->SetFloatArrayRegion(range, 0, 2, bounds);
}

// Fills `counts` with the bins of one sign and exponent and returns their sum.
OCTANT_JNI(jlong, observerPage)
(JNIEnv* env, jclass, jlong observer, jint page, jlongArray counts) {
  constexpr int n = kernels::Observer::kPageBins;
  const kernels::Bins& bins = pointer<kernels::Observer>(observer)->bins();
  jlong values[n];
  jlong sum = 0;
  for (int i = 0; i < n; ++i) sum += values[i] = bins.at(int64_t{page} * n + i);
  if (sum != 0) env->SetLongArrayRegion(counts, 0, n, values);
  return sum;
}

// --- kernels and calls -------------------------------------------------------------------------

OCTANT_JNI(jint, operandCount)(JNIEnv*, jclass, jlong kernel) {
  return static_cast<jint>(pointer<Kernel>(kernel)->operand_count());
}

OCTANT_JNI(jlong, scratchBytes)(JNIEnv*, jclass, jlong kernel) {
  return static_cast<jlong>(pointer<Kernel>(kernel)->scratch_bytes());
}

OCTANT_JNI(jlong, constantBytes)(JNIEnv*, jclass, jlong kernel) {
  return static_cast<jlong>(pointer<Kernel>(kernel)->constant_bytes());
}

OCTANT_JNI(jstring, implementation)(JNIEnv* env, jclass, jlong kernel) {
  return env->NewStringUTF(pointer<Kernel>(kernel)->implementation().c_str());
}

OCTANT_JNI(jlong, bind)
(JNIEnv* env, jclass, jlong kernel, jlongArray operands, jlong scratch) {
  return guarded<jlong>(env, 0, [&] {
    std::vector<void*> addresses;
    for (int64_t address : longs(env, operands)) addresses.push_back(pointer<void>(address));
    return owned<Call>(pointer<Kernel>(kernel)->bind(addresses, pointer<void>(scratch)).release());
  });
}

OCTANT_JNI(void, run)(JNIEnv* env, jclass, jlong call, jlong valid) {
  guarded<int>(env, 0, [&] {
    pointer<Call>(call)->run(valid);
    return 0;
  });
}

OCTANT_JNI(void, freeCall)(JNIEnv*, jclass, jlong call) { disown<Call>(call); }

OCTANT_JNI(void, freeKernel)(JNIEnv*, jclass, jlong kernel) { disown<Kernel>(kernel); }
