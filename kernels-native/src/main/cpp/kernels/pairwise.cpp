#include "pairwise.h"

#include <cmath>
#include <cstring>
#include <type_traits>

#include "function_kernel.h"
#include "walk.h"

namespace octant::kernels {

namespace {

OCTANT_INLINE uint32_t bits(float x) {
  uint32_t b;
  std::memcpy(&b, &x, sizeof b);
  return b;
}

OCTANT_INLINE float number(uint32_t b) {
  float x;
  std::memcpy(&x, &b, sizeof x);
  return x;
}

struct Add {
  template <typename T>
  OCTANT_INLINE T operator()(T x, T y) const {
    return x + y;
  }
};
struct Multiply {
  template <typename T>
  OCTANT_INLINE T operator()(T x, T y) const {
    return x * y;
  }
};
struct Subtract {
  template <typename T>
  OCTANT_INLINE T operator()(T x, T y) const {
    return x - y;
  }
};
struct Divide {
  OCTANT_INLINE float operator()(float x, float y) const { return x / y; }
};
// Equal numbers differ in the sign of 0 at most.
struct Maximum {
  OCTANT_INLINE float operator()(float x, float y) const {
    float v = x > y ? x : y;
    v = x == y ? number(bits(x) & bits(y)) : v;
    return x != x ? x : v;
  }
  template <typename T>
  OCTANT_INLINE T operator()(T x, T y) const {
    return x > y ? x : y;
  }
};
struct Minimum {
  OCTANT_INLINE float operator()(float x, float y) const {
    float v = x < y ? x : y;
    v = x == y ? number(bits(x) | bits(y)) : v;
    return x != x ? x : v;
  }
  template <typename T>
  OCTANT_INLINE T operator()(T x, T y) const {
    return x < y ? x : y;
  }
};
// C gives pow(1, NaN) = 1 and pow(±1, ±∞) = 1, the reference operators NaN; both 1 of exponent 0.
struct Power {
  OCTANT_INLINE float operator()(float x, float y) const {
    if (y != y || (std::fabs(x) == 1.0f && std::isinf(y))) return number(0x7fc00000u);
    return static_cast<float>(std::pow(static_cast<double>(x), static_cast<double>(y)));
  }
};

#define OCTANT_TRUTH(name, expression)                 \
  struct name {                                        \
    template <typename T>                              \
    OCTANT_INLINE uint8_t operator()(T x, T y) const { \
      return (expression) ? 1 : 0;                     \
    }                                                  \
  };
OCTANT_TRUTH(Equal, x == y)
OCTANT_TRUTH(NotEqual, x != y)
OCTANT_TRUTH(Less, x < y)
OCTANT_TRUTH(LessEqual, x <= y)
OCTANT_TRUTH(Greater, x > y)
OCTANT_TRUTH(GreaterEqual, x >= y)
OCTANT_TRUTH(And, (x != 0) && (y != 0))
OCTANT_TRUTH(Or, (x != 0) || (y != 0))
OCTANT_TRUTH(Xor, (x != 0) != (y != 0))
#undef OCTANT_TRUTH

template <typename Operation, typename T, typename R>
OCTANT_INLINE void row(const T* a, const T* b, R* __restrict dst, int64_t n, int64_t a_step,
                       int64_t b_step) {
  const Operation f;
  if (a_step == 1 && b_step == 1) {
    for (int64_t i = 0; i < n; ++i) dst[i] = static_cast<R>(f(a[i], b[i]));
  } else if (a_step == 1 && b_step == 0) {
    const T y = b[0];
    for (int64_t i = 0; i < n; ++i) dst[i] = static_cast<R>(f(a[i], y));
  } else if (a_step == 0 && b_step == 1) {
    const T x = a[0];
    for (int64_t i = 0; i < n; ++i) dst[i] = static_cast<R>(f(x, b[i]));
  } else {
    for (int64_t i = 0; i < n; ++i) dst[i] = static_cast<R>(f(a[i * a_step], b[i * b_step]));
  }
}

OCTANT_INLINE void f32_row(Pair function, const float* a, const float* b, float* dst, int64_t n,
                           int64_t sa, int64_t sb) {
  switch (function) {
    case Pair::add:
      return row<Add>(a, b, dst, n, sa, sb);
    case Pair::mul:
      return row<Multiply>(a, b, dst, n, sa, sb);
    case Pair::sub:
      return row<Subtract>(a, b, dst, n, sa, sb);
    case Pair::div:
      return row<Divide>(a, b, dst, n, sa, sb);
    case Pair::max:
      return row<Maximum>(a, b, dst, n, sa, sb);
    case Pair::min:
      return row<Minimum>(a, b, dst, n, sa, sb);
    default:
      return row<Power>(a, b, dst, n, sa, sb);
  }
}

template <typename T>
OCTANT_INLINE void integer_row(Pair function, const T* a, const T* b, T* dst, int64_t n, int64_t sa,
                               int64_t sb) {
  // Unsigned sums wrap around where signed ones are undefined.
  using Unsigned = std::make_unsigned_t<T>;
  const auto* ua = reinterpret_cast<const Unsigned*>(a);
  const auto* ub = reinterpret_cast<const Unsigned*>(b);
  auto* ud = reinterpret_cast<Unsigned*>(dst);
  switch (function) {
    case Pair::add:
      return row<Add>(ua, ub, ud, n, sa, sb);
    case Pair::mul:
      return row<Multiply>(ua, ub, ud, n, sa, sb);
    case Pair::sub:
      return row<Subtract>(ua, ub, ud, n, sa, sb);
    case Pair::max:
      return row<Maximum>(a, b, dst, n, sa, sb);
    default:
      return row<Minimum>(a, b, dst, n, sa, sb);
  }
}

template <typename T>
OCTANT_INLINE void truth_row(Pair function, const T* a, const T* b, uint8_t* dst, int64_t n,
                             int64_t sa, int64_t sb) {
  switch (function) {
    case Pair::eq:
      return row<Equal>(a, b, dst, n, sa, sb);
    case Pair::ne:
      return row<NotEqual>(a, b, dst, n, sa, sb);
    case Pair::lt:
      return row<Less>(a, b, dst, n, sa, sb);
    case Pair::le:
      return row<LessEqual>(a, b, dst, n, sa, sb);
    case Pair::gt:
      return row<Greater>(a, b, dst, n, sa, sb);
    case Pair::ge:
      return row<GreaterEqual>(a, b, dst, n, sa, sb);
    case Pair::logical_and:
      return row<And>(a, b, dst, n, sa, sb);
    case Pair::logical_or:
      return row<Or>(a, b, dst, n, sa, sb);
    default:
      return row<Xor>(a, b, dst, n, sa, sb);
  }
}

template <typename Operation, typename T>
OCTANT_INLINE void affine_row(const T* a, const T* b, T* __restrict dst, int64_t n, int64_t a_step,
                              int64_t b_step, const PairAffine& q) {
  const Affine qa = q.a, qb = q.b, qd = q.dst;
  const Operation f;
  if (a_step == 1 && b_step == 1) {
    for (int64_t i = 0; i < n; ++i) {
      dst[i] = static_cast<T>(to_step_then_shift(f(to_real(a[i], qa), to_real(b[i], qb)), qd));
    }
  } else if (a_step == 1 && b_step == 0) {
    const float y = to_real(b[0], qb);
    for (int64_t i = 0; i < n; ++i) {
      dst[i] = static_cast<T>(to_step_then_shift(f(to_real(a[i], qa), y), qd));
    }
  } else if (a_step == 0 && b_step == 1) {
    const float x = to_real(a[0], qa);
    for (int64_t i = 0; i < n; ++i) {
      dst[i] = static_cast<T>(to_step_then_shift(f(x, to_real(b[i], qb)), qd));
    }
  } else {
    for (int64_t i = 0; i < n; ++i) {
      const float x = to_real(a[i * a_step], qa), y = to_real(b[i * b_step], qb);
      dst[i] = static_cast<T>(to_step_then_shift(f(x, y), qd));
    }
  }
}

template <typename T>
OCTANT_INLINE void quantized_row(Pair function, const T* a, const T* b, T* dst, int64_t n,
                                 int64_t sa, int64_t sb, const PairAffine& q) {
  switch (function) {
    case Pair::add:
      return affine_row<Add>(a, b, dst, n, sa, sb, q);
    case Pair::mul:
      return affine_row<Multiply>(a, b, dst, n, sa, sb, q);
    case Pair::sub:
      return affine_row<Subtract>(a, b, dst, n, sa, sb, q);
    case Pair::div:
      return affine_row<Divide>(a, b, dst, n, sa, sb, q);
    case Pair::max:
      return affine_row<Maximum>(a, b, dst, n, sa, sb, q);
    default:
      return affine_row<Minimum>(a, b, dst, n, sa, sb, q);
  }
}

}  // namespace

OCTANT_VARIANTS(pair_f32, f32_row,
                (Pair function, const float* a, const float* b, float* dst, int64_t n, int64_t sa,
                 int64_t sb),
                (function, a, b, dst, n, sa, sb))
OCTANT_VARIANTS(pair_s64, integer_row,
                (Pair function, const int64_t* a, const int64_t* b, int64_t* dst, int64_t n,
                 int64_t sa, int64_t sb),
                (function, a, b, dst, n, sa, sb))
OCTANT_VARIANTS(pair_s32, integer_row,
                (Pair function, const int32_t* a, const int32_t* b, int32_t* dst, int64_t n,
                 int64_t sa, int64_t sb),
                (function, a, b, dst, n, sa, sb))
OCTANT_VARIANTS(compare_f32, truth_row,
                (Pair function, const float* a, const float* b, uint8_t* dst, int64_t n, int64_t sa,
                 int64_t sb),
                (function, a, b, dst, n, sa, sb))
OCTANT_VARIANTS(compare_s64, truth_row,
                (Pair function, const int64_t* a, const int64_t* b, uint8_t* dst, int64_t n,
                 int64_t sa, int64_t sb),
                (function, a, b, dst, n, sa, sb))
OCTANT_VARIANTS(compare_u8, truth_row,
                (Pair function, const uint8_t* a, const uint8_t* b, uint8_t* dst, int64_t n,
                 int64_t sa, int64_t sb),
                (function, a, b, dst, n, sa, sb))
OCTANT_VARIANTS(quantized_pair_u8, quantized_row,
                (Pair function, const uint8_t* a, const uint8_t* b, uint8_t* dst, int64_t n,
                 int64_t sa, int64_t sb, const PairAffine& q),
                (function, a, b, dst, n, sa, sb, q))
OCTANT_VARIANTS(quantized_pair_s8, quantized_row,
                (Pair function, const int8_t* a, const int8_t* b, int8_t* dst, int64_t n,
                 int64_t sa, int64_t sb, const PairAffine& q),
                (function, a, b, dst, n, sa, sb, q))

namespace {

void require_rows(const Walk<3>& walk) {
  walk.rows([](const Walk<3>::Steps&, int64_t n, const Walk<3>::Steps& step) {
    if (n > 1 && step[2] != 1) throw Unsupported("writes with a stride");
  });
}

template <typename T, typename R>
std::unique_ptr<Kernel> made(const Variants<PairRow<T, R>>& variants, Pair function,
                             const PairSpace& space, const std::string& isa) {
  const auto variant = choose(variants, isa);
  const Walk<3> walk(space.dims, space.strides);
  require_rows(walk);
  return std::make_unique<FunctionKernel>(
      named("pairwise", variant), 3, 0, [=](const std::vector<void*>& o, void*, int64_t) {
        walk.rows([&](const Walk<3>::Steps& at, int64_t n, const Walk<3>::Steps& step) {
          variant.function(function, in<T>(o, 0) + at[0], in<T>(o, 1) + at[1], out<R>(o, 2) + at[2],
                           n, step[0], step[1]);
        });
      });
}

template <typename T>
std::unique_ptr<Kernel> quantized(const Variants<QuantizedPairRow<T>>& variants, Pair function,
                                  const PairSpace& space, const PairAffine& q,
                                  const std::string& isa) {
  const auto variant = choose(variants, isa);
  const Walk<3> walk(space.dims, space.strides);
  require_rows(walk);
  return std::make_unique<FunctionKernel>(
      named("quantized_pairwise", variant), 3, 0, [=](const std::vector<void*>& o, void*, int64_t) {
        walk.rows([&](const Walk<3>::Steps& at, int64_t n, const Walk<3>::Steps& step) {
          variant.function(function, in<T>(o, 0) + at[0], in<T>(o, 1) + at[1], out<T>(o, 2) + at[2],
                           n, step[0], step[1], q);
        });
      });
}

}  // namespace

std::unique_ptr<Kernel> pairwise(Pair function, Type type, const PairSpace& space,
                                 const std::string& isa) {
  const bool compares = function >= Pair::eq;
  if (type == Type::f32) {
    if (function >= Pair::logical_and) throw Unsupported("logic of f32");
    return compares ? made(compare_f32(), function, space, isa)
                    : made(pair_f32(), function, space, isa);
  }
  if (type == Type::s64) {
    if (function == Pair::div || function == Pair::pow) throw Unsupported("a quotient of integers");
    return compares ? made(compare_s64(), function, space, isa)
                    : made(pair_s64(), function, space, isa);
  }
  if (type == Type::s32 && !compares) {
    if (function == Pair::div || function == Pair::pow) throw Unsupported("a quotient of integers");
    return made(pair_s32(), function, space, isa);
  }
  if (type == Type::u8 && compares) return made(compare_u8(), function, space, isa);
  throw Unsupported("no loop over two tensors of this type");
}

std::unique_ptr<Kernel> quantized_pairwise(Pair function, Type type, const PairSpace& space,
                                           const PairAffine& q, const std::string& isa) {
  require_8_bits("quantized arithmetic", type);
  if (function > Pair::min)
    throw Unsupported("quantized tensors are added, multiplied and the like");
  return type == Type::u8 ? quantized(quantized_pair_u8(), function, space, q, isa)
                          : quantized(quantized_pair_s8(), function, space, q, isa);
}

}  // namespace octant::kernels
