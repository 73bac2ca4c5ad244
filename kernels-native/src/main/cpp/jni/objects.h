// What the native methods share: handles that Java owns, and operands in the form of the kernels.
#pragma once

#include <memory>
#include <vector>

#include "../onednn/operators.h"
#include "seam.h"

#define OCTANT_JNI(type, name) \
  extern "C" JNIEXPORT type JNICALL Java_io_octant_kernels_binding_Bindings_##name

namespace octant::jni {

/// A handle that Java now owns.
template <typename T>
jlong owned(T* pointer) {
  ++live_objects();
  return handle(pointer);
}

/// Ends what owned() began.
template <typename T>
void disown(jlong handle) {
  --live_objects();
  delete pointer<T>(handle);
}

template <typename Factory>
jlong make(JNIEnv* env, const Factory& factory) {
  return guarded<jlong>(env, 0, [&] { return owned<Kernel>(factory().release()); });
}

// A window is [kernel, stride, dilation, padding before, padding after], `rank` values each.
inline onednn::Window window(JNIEnv* env, jlongArray array) {
  const std::vector<int64_t> v = longs(env, array);
  const auto rank = static_cast<std::ptrdiff_t>(v.size() / 5);
  const auto part = [&](std::ptrdiff_t i) {
    return std::vector<int64_t>(v.begin() + i * rank, v.begin() + (i + 1) * rank);
  };
  return {part(0), part(1), part(2), part(3), part(4)};
}

inline const float* or_null(const std::vector<float>& values) {
  return values.empty() ? nullptr : values.data();
}

/// Weights arrive as float[] or byte[].
class WeightData {
 public:
  WeightData(JNIEnv* env, jobject array, Type type) {
    if (type == Type::f32) {
      floats_ = floats(env, static_cast<jfloatArray>(array));
    } else {
      bytes_ = bytes(env, static_cast<jbyteArray>(array));
    }
  }
  const void* data() const {
    return floats_.empty() ? static_cast<const void*>(bytes_.data()) : floats_.data();
  }

 private:
  std::vector<float> floats_;
  std::vector<uint8_t> bytes_;
};

}  // namespace octant::jni
