// Constants that vectors of registers load whole: on lines of the cache.
#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace octant::kernels {

template <typename T>
struct LineAllocator {
  using value_type = T;
  static constexpr std::align_val_t kLine{64};

  LineAllocator() = default;
  template <typename U>
  LineAllocator(const LineAllocator<U>&) {}

  T* allocate(size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), kLine)); }
  void deallocate(T* p, size_t) { ::operator delete(p, kLine); }
};

template <typename T, typename U>
bool operator==(const LineAllocator<T>&, const LineAllocator<U>&) {
  return true;
}
template <typename T, typename U>
bool operator!=(const LineAllocator<T>&, const LineAllocator<U>&) {
  return false;
}

template <typename T>
using Aligned = std::vector<T, LineAllocator<T>>;

}  // namespace octant::kernels
