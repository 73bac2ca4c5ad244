// The two nouns of the native side: a Kernel is an immutable, packed, shareable operator; a Call is
// that operator bound to the addresses of one execution context.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace octant {

/// Element types as Java numbers them (io.octant.kernels.binding.ElementType).
enum class Type : int { f32 = 0, s32 = 1, s8 = 2, u8 = 3, s64 = 4 };

inline size_t size_of(Type type) {
  switch (type) {
    case Type::f32:
    case Type::s32:
      return 4;
    case Type::s8:
    case Type::u8:
      return 1;
    case Type::s64:
      return 8;
  }
  throw std::invalid_argument("Cannot size an element: unknown type");
}

/// A tensor in memory: logical dims and the stride of each in elements.
struct Layout {
  Type type;
  std::vector<int64_t> dims;
  std::vector<int64_t> strides;

  int64_t elements() const {
    int64_t n = 1;
    for (int64_t d : dims) n *= d;
    return n;
  }
};

/// The same place in memory without an axis of length 1.
inline Layout without(Layout layout, size_t axis) {
  layout.dims.erase(layout.dims.begin() + static_cast<std::ptrdiff_t>(axis));
  layout.strides.erase(layout.strides.begin() + static_cast<std::ptrdiff_t>(axis));
  return layout;
}

/// One operator with fixed operand addresses. Not thread-safe: it belongs to one context.
class Call {
 public:
  virtual ~Call() = default;

  /// Executes on the calling thread. `valid` is the number of samples of the micro-batch that are
  /// data; only observers look at it, every other kernel computes the padded samples as well.
  virtual void run(int64_t valid) = 0;
};

/// An operator with everything that does not change between runs: descriptors, packed weights,
/// scales. Immutable, so any number of threads may bind and run it.
class Kernel {
 public:
  virtual ~Kernel() = default;

  /// Binds operand addresses, in the order that the factory function documents, and scratch memory
  /// of scratch_bytes() that no other running call may use.
  virtual std::unique_ptr<Call> bind(const std::vector<void*>& operands, void* scratch) const = 0;

  virtual size_t operand_count() const = 0;
  virtual size_t scratch_bytes() const { return 0; }
  /// Bytes of packed weights and other constants that this kernel keeps.
  virtual size_t constant_bytes() const { return 0; }
  /// Name of the chosen implementation, with its instruction set.
  virtual std::string implementation() const = 0;
};

/// Native objects that Java has not closed yet.
inline std::atomic<int64_t>& live_objects() {
  static std::atomic<int64_t> count{0};
  return count;
}

/// A request that no kernel serves; the caller falls back to the reference kernel with this reason.
class Unsupported : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace octant
