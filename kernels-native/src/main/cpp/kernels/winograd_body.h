// The loops of winograd_loops.h for one instruction set: included once for each, in a namespace of
// its own, with OCTANT_TARGET (attributes of its functions) and V, its vectors.

using Vector = V::Vector;

OCTANT_TARGET void source(const float* const* pixels, int64_t channels, float* v, int64_t step) {
  for (int64_t c = 0; c < channels; c += V::kLanes) {
    Vector t[16];
    _Pragma("GCC unroll 4") for (int j = 0; j < 4; ++j) {
      const Vector d0 = V::load(pixels[j] + c), d1 = V::load(pixels[4 + j] + c);
      const Vector d2 = V::load(pixels[8 + j] + c), d3 = V::load(pixels[12 + j] + c);
      t[j] = V::sub(d0, d2);
      t[4 + j] = V::add(d1, d2);
      t[8 + j] = V::sub(d2, d1);
      t[12 + j] = V::sub(d1, d3);
    }
    float* to = v + c;
    _Pragma("GCC unroll 4") for (int i = 0; i < 16; i += 4) {
      V::store(to + i * step, V::sub(t[i], t[i + 2]));
      V::store(to + (i + 1) * step, V::add(t[i + 1], t[i + 2]));
      V::store(to + (i + 2) * step, V::sub(t[i + 2], t[i + 1]));
      V::store(to + (i + 3) * step, V::sub(t[i + 1], t[i + 3]));
    }
  }
}

// Sums that stay in registers. One level of loops each, for the compiler to keep them there. Asks
// for k cache lines `stride` floats apart from `next` on.
template <int R, bool Two>
OCTANT_TARGET void tile(const float* a, int64_t pitch, const float* b, int64_t k,
                        const float* next, int64_t stride, float* m, int64_t m_pitch) {
  Vector first[R], second[R];
  _Pragma("GCC unroll 14") for (int r = 0; r < R; ++r) first[r] = second[r] = V::set(0);
  for (int64_t i = 0; i < k; ++i, b += Two ? 2 * V::kLanes : V::kLanes) {
    const Vector x = V::load(b), y = Two ? V::load(b + V::kLanes) : x;
    __builtin_prefetch(next + i * stride, 0, 2);
    _Pragma("GCC unroll 14") for (int r = 0; r < R; ++r) {
      const Vector u = V::set(a[r * pitch + i]);
      first[r] = V::fma(u, x, first[r]);
      if (Two) second[r] = V::fma(u, y, second[r]);
    }
  }
  _Pragma("GCC unroll 14") for (int r = 0; r < R; ++r) {
    V::store(m + r * m_pitch, first[r]);
    if (Two) V::store(m + r * m_pitch + V::kLanes, second[r]);
  }
}

using Tile = void(const float*, int64_t, const float*, int64_t, const float*, int64_t, float*,
                  int64_t);

/// Tiles of 1 to kRows rows.
template <int... I>
struct Tiles {
  static constexpr Tile* list[2][sizeof...(I)] = {{tile<I + 1, false>...}, {tile<I + 1, true>...}};
};
template <int... I>
Tiles<I...> tiles(std::integer_sequence<int, I...>);
using AllTiles = decltype(tiles(std::make_integer_sequence<int, V::kRows>{}));

void products(const float* a, int64_t pitch, int64_t rows, const float* b, int64_t k,
              int64_t columns, float* m, int64_t m_pitch) {
  // Tiles of about the same height: one of a row or two would be slow. All together ask for the
  // panel that comes next, which may be in memory still.
  const int64_t groups = (rows + V::kRows - 1) / V::kRows;
  for (int64_t c = 0; c < columns; c += 2 * V::kLanes) {
    const bool two = columns - c > V::kLanes;
    const int64_t panel = k * (two ? 2 : 1) * V::kLanes;
    const int64_t share = panel / groups, stride = (share + k - 1) / k;
    for (int64_t g = 0, r = 0; g < groups; ++g) {
      const int64_t n = (rows - r + groups - g - 1) / (groups - g);
      AllTiles::list[two][n - 1](a + r * pitch, pitch, b, k, b + panel + g * share, stride,
                                 m + r * m_pitch + c, m_pitch);
      r += n;
    }
    b += panel;
  }
}

OCTANT_TARGET OCTANT_INLINE Vector after(Vector x, const WinogradStep& step, const float* operand,
                                        int64_t c) {
  switch (step.kind) {
    case WinogradStep::Kind::add:
      return V::add(x, V::load(operand + c));
    case WinogradStep::Kind::multiply:
      return V::mul(x, V::load(operand + c));
    case WinogradStep::Kind::clamp:
      return V::clamp(x, V::set(step.low), V::set(step.high));
  }
  return x;
}

OCTANT_TARGET void results(const float* m, int64_t step, int64_t channels, const WinogradEnding& e) {
  for (int64_t c = 0; c < channels; c += V::kLanes) {
    const float* from = m + c;
    Vector t[8];
    _Pragma("GCC unroll 4") for (int j = 0; j < 4; ++j) {
      const Vector m0 = V::load(from + j * step), m1 = V::load(from + (4 + j) * step);
      const Vector m2 = V::load(from + (8 + j) * step), m3 = V::load(from + (12 + j) * step);
      t[j] = V::add(V::add(m0, m1), m2);
      t[4 + j] = V::sub(V::sub(m1, m2), m3);
    }
    const Vector bias = V::load(e.bias + c);
    Vector y[4];
    _Pragma("GCC unroll 2") for (int i = 0; i < 2; ++i) {
      const Vector* row = t + 4 * i;
      y[2 * i] = V::add(V::add(V::add(row[0], row[1]), row[2]), bias);
      y[2 * i + 1] = V::add(V::sub(V::sub(row[1], row[2]), row[3]), bias);
    }
    if (__builtin_expect(!V::finite(V::add(V::add(y[0], y[1]), V::add(y[2], y[3]))), 0)) {
      float again[4 * V::kLanes];
      for (int i = 0; i < 4; ++i) V::store(again + i * V::kLanes, y[i]);
      e.repair(e.context, c, V::kLanes, again);
      for (int i = 0; i < 4; ++i) y[i] = V::load(again + i * V::kLanes);
    }
    for (int64_t s = 0; s < e.count; ++s) {
      _Pragma("GCC unroll 4") for (int i = 0; i < 4; ++i) {
        y[i] = after(y[i], e.steps[s], e.operands[4 * s + i], c);
      }
    }
    _Pragma("GCC unroll 4") for (int i = 0; i < 4; ++i) V::store(e.dst[i] + c, y[i]);
  }
}

constexpr WinogradLoops kLoops{2 * V::kLanes, V::kRows, source, products, results};

#undef OCTANT_TARGET
