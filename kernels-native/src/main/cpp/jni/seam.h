// Conversions at the Java/native seam. Java passes a layout as long[]: type, dims, strides.
#pragma once

#include <jni.h>

#include <string>
#include <vector>

#include "../kernel.h"

namespace octant::jni {

inline std::vector<int64_t> longs(JNIEnv* env, jlongArray array) {
  std::vector<int64_t> values(static_cast<size_t>(env->GetArrayLength(array)));
  static_assert(sizeof(jlong) == sizeof(int64_t));
  env->GetLongArrayRegion(array, 0, static_cast<jsize>(values.size()),
                          reinterpret_cast<jlong*>(values.data()));
  return values;
}

inline std::vector<float> floats(JNIEnv* env, jfloatArray array) {
  if (array == nullptr) return {};
  std::vector<float> values(static_cast<size_t>(env->GetArrayLength(array)));
  env->GetFloatArrayRegion(array, 0, static_cast<jsize>(values.size()), values.data());
  return values;
}

inline std::vector<uint8_t> bytes(JNIEnv* env, jbyteArray array) {
  std::vector<uint8_t> values(static_cast<size_t>(env->GetArrayLength(array)));
  env->GetByteArrayRegion(array, 0, static_cast<jsize>(values.size()),
                          reinterpret_cast<jbyte*>(values.data()));
  return values;
}

inline std::string text(JNIEnv* env, jstring string) {
  const char* chars = env->GetStringUTFChars(string, nullptr);
  std::string value(chars);
  env->ReleaseStringUTFChars(string, chars);
  return value;
}

/// The constant of an enumeration whose codes run from 0 to `last`.
template <typename Enum>
Enum decoded(int64_t code, Enum last) {
  if (code < 0 || code > static_cast<int64_t>(last)) {
    throw std::invalid_argument("Cannot decode constant: " + std::to_string(code) +
                                ", expected 0 to " + std::to_string(static_cast<int64_t>(last)));
  }
  return static_cast<Enum>(code);
}

inline Type type(int64_t code) { return decoded(code, Type::s64); }

inline Layout layout(JNIEnv* env, jlongArray array) {
  const std::vector<int64_t> values = longs(env, array);
  const auto rank = static_cast<std::ptrdiff_t>(values.size() / 2);
  return {type(values[0]),
          {values.begin() + 1, values.begin() + 1 + rank},
          {values.begin() + 1 + rank, values.end()}};
}

template <typename T>
T* pointer(jlong handle) {
  return reinterpret_cast<T*>(static_cast<intptr_t>(handle));
}

template <typename T>
jlong handle(T* pointer) {
  return static_cast<jlong>(reinterpret_cast<intptr_t>(pointer));
}

inline void raise(JNIEnv* env, const char* type, const char* message) {
  if (!env->ExceptionCheck()) env->ThrowNew(env->FindClass(type), message);
}

/// Runs `body`; a C++ exception becomes the Java exception of its kind and `fallback` is returned.
template <typename Result, typename Body>
Result guarded(JNIEnv* env, Result fallback, const Body& body) {
  try {
    return body();
  } catch (const Unsupported& e) {
    raise(env, "io/octant/kernels/binding/UnsupportedKernelException", e.what());
  } catch (const std::bad_alloc&) {
    raise(env, "java/lang/OutOfMemoryError", "Cannot allocate native memory");
  } catch (const std::exception& e) {
    raise(env, "io/octant/kernels/binding/NativeException", e.what());
  }
  return fallback;
}

}  // namespace octant::jni
