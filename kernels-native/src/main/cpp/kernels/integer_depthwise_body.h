// The loops of integer_depthwise.h for one instruction set: included once for each, in a namespace
// of its own, with OCTANT_TARGET (attributes of its functions), OCTANT_WIDEST (channels of its
// widest block) and OCTANT_LANES (2 or 4). OCTANT_DOT4 is the instruction of four lanes.

#define OCTANT_FUNCTION OCTANT_TARGET OCTANT_INLINE static

/// Vectors of N bytes.
template <int N>
struct Vector;

#define OCTANT_VECTOR(n, whole, single, prefix, bits)                                             \
  template <>                                                                                     \
  struct Vector<n> {                                                                              \
    using Integer = whole;                                                                        \
    using Real = single;                                                                           \
    OCTANT_FUNCTION Integer load(const void* at) {                                                \
      return prefix##_loadu_si##bits(static_cast<const Integer*>(at));                            \
    }                                                                                             \
    OCTANT_FUNCTION void store(void* at, Integer x) {                                             \
      prefix##_storeu_si##bits(static_cast<Integer*>(at), x);                                     \
    }                                                                                             \
    OCTANT_FUNCTION Real reals(const float* at) { return prefix##_loadu_ps(at); }                 \
    OCTANT_FUNCTION Integer bytes(int x) { return prefix##_set1_epi8(static_cast<char>(x)); }     \
    OCTANT_FUNCTION Integer words(int x) { return prefix##_set1_epi16(static_cast<short>(x)); }   \
    OCTANT_FUNCTION Real real(float x) { return prefix##_set1_ps(x); }                            \
    OCTANT_FUNCTION Integer flip(Integer x, Integer by) { return prefix##_xor_si##bits(x, by); }  \
    OCTANT_FUNCTION Integer low8(Integer x, Integer y) { return prefix##_unpacklo_epi8(x, y); }   \
    OCTANT_FUNCTION Integer high8(Integer x, Integer y) { return prefix##_unpackhi_epi8(x, y); }  \
    OCTANT_FUNCTION Integer low16(Integer x, Integer y) { return prefix##_unpacklo_epi16(x, y); } \
    OCTANT_FUNCTION Integer high16(Integer x, Integer y) {                                        \
      return prefix##_unpackhi_epi16(x, y);                                                       \
    }                                                                                             \
    OCTANT_FUNCTION Integer pairs(Integer sum, Integer x, Integer y) {                            \
      return prefix##_add_epi32(sum, prefix##_madd_epi16(x, y));                                  \
    }                                                                                             \
    OCTANT_FUNCTION Integer near(Integer sum, Real bias, Real by, Real before) {                  \
      const Real x = prefix##_mul_ps(prefix##_add_ps(prefix##_cvtepi32_ps(sum), bias), by);       \
      return prefix##_cvtps_epi32(prefix##_add_ps(x, before));                                    \
    }                                                                                             \
    OCTANT_FUNCTION Integer narrow(Integer x, Integer y) { return prefix##_packs_epi32(x, y); }   \
    OCTANT_FUNCTION Integer clamped(Integer x, Integer y, Integer after, Integer low,             \
                                    Integer high, Integer flip) {                                 \
      const Integer a = prefix##_adds_epi16(x, after), b = prefix##_adds_epi16(y, after);         \
      const Integer c = prefix##_max_epu8(prefix##_packus_epi16(a, b), low);                      \
      return prefix##_xor_si##bits(prefix##_min_epu8(c, high), flip);                             \
    }                                                                                             \
  };

OCTANT_VECTOR(16, __m128i, __m128, _mm, 128)
#if OCTANT_WIDEST >= 32
OCTANT_VECTOR(32, __m256i, __m256, _mm256, 256)
#endif
#if OCTANT_WIDEST >= 64
OCTANT_VECTOR(64, __m512i, __m512, _mm512, 512)
#endif
#undef OCTANT_VECTOR

template <int N>
OCTANT_FUNCTION void multiply(typename Vector<N>::Integer& sum, typename Vector<N>::Integer x,
                              typename Vector<N>::Integer w) {
#if OCTANT_LANES == 4
  // The instruction itself: of the intrinsic the compiler keeps the sums in memory.
  asm(OCTANT_DOT4 : "+v"(sum) : "v"(x), "v"(w));
#else
  sum = Vector<N>::pairs(sum, x, w);
#endif
}

/// One group of one column.
template <int N>
OCTANT_FUNCTION void interleave_pixels(const uint8_t* const (&at)[OCTANT_LANES],
                                       typename Vector<N>::Integer flip, uint8_t* out) {
  using V = Vector<N>;
  const auto a = V::flip(V::load(at[0]), flip), b = V::flip(V::load(at[1]), flip);
  const auto low = V::low8(a, b), high = V::high8(a, b);
#if OCTANT_LANES == 4
  const auto c = V::flip(V::load(at[2]), flip), d = V::flip(V::load(at[3]), flip);
  const auto then = V::low8(c, d), last = V::high8(c, d);
  V::store(out, V::low16(low, then));
  V::store(out + N, V::high16(low, then));
  V::store(out + 2 * N, V::low16(high, last));
  V::store(out + 3 * N, V::high16(high, last));
#else
  const auto zero = V::bytes(0);
  V::store(out, V::low8(low, zero));
  V::store(out + N, V::high8(low, zero));
  V::store(out + 2 * N, V::low8(high, zero));
  V::store(out + 3 * N, V::high8(high, zero));
#endif
}

template <int N>
OCTANT_TARGET void interleave(const DepthwiseColumns& c, uint8_t* groups) {
  const auto flip = Vector<N>::bytes(c.flip);
  const int64_t step = 4 * N * c.groups;
  for (int64_t g = 0; g < c.groups; ++g, groups += 4 * N) {
    const DepthwiseLane* lanes = c.lanes + g * OCTANT_LANES;
    // The columns at which all lanes read pixels of their lines.
    int64_t from = 0, to = c.columns;
    for (int l = 0; l < OCTANT_LANES; ++l) {
      from = std::max(from, -c.first - lanes[l].shift);
      to = std::min(to, c.width - c.first - lanes[l].shift);
    }
    if (N == 16 && c.count < N) from = to = 0;
    uint8_t* out = groups;
    const uint8_t* at[OCTANT_LANES];
    for (int64_t x = 0; x < c.columns; ++x, out += step) {
      if (x == from && from < to) {
        for (int l = 0; l < OCTANT_LANES; ++l) {
          at[l] = lanes[l].line + (c.first + x + lanes[l].shift) * lanes[l].step;
        }
        for (; x < to; ++x, out += step) {
          interleave_pixels<N>(at, flip, out);
          for (int l = 0; l < OCTANT_LANES; ++l) at[l] += lanes[l].step;
        }
        if (x == c.columns) break;
      }
      uint8_t part[OCTANT_LANES][16];
      for (int l = 0; l < OCTANT_LANES; ++l) {
        const int64_t column = c.first + x + lanes[l].shift;
        const bool inside = column >= 0 && column < c.width;
        at[l] = inside ? lanes[l].line + column * lanes[l].step : c.padding;
        if (N == 16 && c.count < N) {
          std::memset(part[l], 0, sizeof part[l]);
          std::memcpy(part[l], at[l], static_cast<size_t>(c.count));
          at[l] = part[l];
        }
      }
      interleave_pixels<N>(at, flip, out);
    }
  }
}

/// Sums of R positions, of the V vectors from `first` on. What addresses are made of is hidden from
/// the compiler, which else takes a register for every sum of two.
template <int N, int R, int V>
OCTANT_FUNCTION void sum(const DepthwisePositions& p, const uint8_t* groups,
                         const DepthwiseBlock& block, int first,
                         typename Vector<N>::Integer (&sums)[R][V]) {
  using Vectors = Vector<N>;
  _Pragma("GCC unroll 4") for (int v = 0; v < V; ++v) {
    const auto start = Vectors::load(block.start + (first + v) * (N / 4));
    _Pragma("GCC unroll 8") for (int r = 0; r < R; ++r) sums[r][v] = start;
  }
  const auto* w = static_cast<const uint8_t*>(block.weights) + first * N;
  const uint8_t* at[R];
  _Pragma("GCC unroll 8") for (int r = 0; r < R; ++r) {
    at[r] = groups + r * p.stride + first * N;
    asm("" : "+r"(at[r]));
  }
  for (int64_t s = 0; s < p.steps; ++s, w += 4 * N) {
    const int64_t offset = p.offsets[s];
    _Pragma("GCC unroll 4") for (int v = 0; v < V; ++v) {
      auto weights = Vectors::load(w + v * N);
      asm("" : "+x"(weights));
      _Pragma("GCC unroll 8") for (int r = 0; r < R; ++r) {
        multiply<N>(sums[r][v], Vectors::load(at[r] + offset + v * N), weights);
      }
    }
  }
}

/// Half of the channels at a time: two vectors of sums become one of 16-bit integers.
template <int N, int R>
OCTANT_FUNCTION void finish_positions(const DepthwisePositions& p, const uint8_t* groups,
                                      const DepthwiseBlock& block, const Ending& e, int64_t count,
                                      uint8_t* dst, int64_t pitch) {
  using Vectors = Vector<N>;
  typename Vectors::Integer words[2][R];
  const auto before = Vectors::real(e.before);
  _Pragma("GCC unroll 2") for (int half = 0; half < 2; ++half) {
    typename Vectors::Integer sums[R][2];
    sum<N, R, 2>(p, groups, block, 2 * half, sums);
    _Pragma("GCC unroll 2") for (int v = 0; v < 2; ++v) {
      const auto bias = Vectors::reals(block.bias + (2 * half + v) * (N / 4));
      const auto by = Vectors::reals(block.multiplier + (2 * half + v) * (N / 4));
      _Pragma("GCC unroll 8") for (int r = 0; r < R; ++r) {
        sums[r][v] = Vectors::near(sums[r][v], bias, by, before);
      }
    }
    _Pragma("GCC unroll 8") for (int r = 0; r < R; ++r) {
      words[half][r] = Vectors::narrow(sums[r][0], sums[r][1]);
    }
  }
  const auto after = Vectors::words(e.shift), flip = Vectors::bytes(e.flip);
  const auto low = Vectors::bytes(e.least), high = Vectors::bytes(e.most);
  _Pragma("GCC unroll 8") for (int r = 0; r < R; ++r) {
    const auto bytes = Vectors::clamped(words[0][r], words[1][r], after, low, high, flip);
    if (N == 16 && count < N) {
      uint8_t all[N];
      Vectors::store(all, bytes);
      std::memcpy(dst + r * pitch, all, static_cast<size_t>(count));
    } else {
      Vectors::store(dst + r * pitch, bytes);
    }
  }
}

template <int N>
OCTANT_TARGET void finish(const DepthwisePositions& p, const DepthwiseBlock& block,
                          const Ending& e, int64_t count, uint8_t* dst, int64_t pitch) {
  const uint8_t* groups = p.groups;
  int64_t left = p.positions;
  for (; left >= 4; left -= 4, groups += 4 * p.stride, dst += 4 * pitch) {
    finish_positions<N, 4>(p, groups, block, e, count, dst, pitch);
  }
  if (left >= 2) {
    finish_positions<N, 2>(p, groups, block, e, count, dst, pitch);
    groups += 2 * p.stride;
    dst += 2 * pitch;
    left -= 2;
  }
  if (left > 0) finish_positions<N, 1>(p, groups, block, e, count, dst, pitch);
}

template <int N>
OCTANT_TARGET void sums(const DepthwisePositions& p, const DepthwiseBlock& block, int32_t* dst) {
  for (int64_t i = 0; i < p.positions; ++i, dst += N) {
    typename Vector<N>::Integer sums[1][4];
    sum<N, 1, 4>(p, p.groups + i * p.stride, block, 0, sums);
    int32_t mixed[N];
    for (int v = 0; v < 4; ++v) Vector<N>::store(mixed + v * (N / 4), sums[0][v]);
    for (int c = 0; c < N; ++c) dst[depthwise_channel(N, c)] = mixed[c];
  }
}

template <int N>
DepthwiseLoops loops() {
  if constexpr (N <= OCTANT_WIDEST) {
    return {interleave<N>, finish<N>, sums<N>};
  } else {
    return {nullptr, nullptr, nullptr};
  }
}

DepthwiseSet set(const char* isa, bool (*supported)()) {
  return {isa, supported, OCTANT_LANES, {loops<16>(), loops<32>(), loops<64>()}};
}

#undef OCTANT_FUNCTION
#undef OCTANT_TARGET
#undef OCTANT_WIDEST
#undef OCTANT_LANES
#undef OCTANT_DOT4
