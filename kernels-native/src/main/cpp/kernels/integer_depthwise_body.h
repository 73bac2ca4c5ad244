// The loops of integer_depthwise.h for one instruction set: included once for each, in a namespace
// of its own, with OCTANT_TARGET (attributes of its functions), OCTANT_WIDEST (channels of its
// widest block) and OCTANT_LANES (2 or 4). OCTANT_DOT4 is the instruction of four lanes.

#define OCTANT_FUNCTION OCTANT_TARGET OCTANT_INLINE static

/// Vectors of N bytes.
template <int N>
struct Vector;

#define OCTANT_VECTOR(n, whole, round, prefix, bits)                                             \
  template <>                                                                                     \
  struct Vector<n> {                                                                              \
    using Integer = whole;                                                                        \
    using Round = round;                                                                           \
    OCTANT_FUNCTION Integer load(const void* at) {                                                \
      return prefix##_loadu_si##bits(static_cast<const Integer*>(at));                            \
    }                                                                                             \
    OCTANT_FUNCTION void store(void* at, Integer x) {                                             \
      prefix##_storeu_si##bits(static_cast<Integer*>(at), x);                                     \
    }                                                                                             \
    OCTANT_FUNCTION Integer bytes(int x) { return prefix##_set1_epi8(static_cast<char>(x)); }     \
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
  };

OCTANT_VECTOR(16, __m128i, RoundBaseline, _mm, 128)
#if OCTANT_WIDEST >= 32
OCTANT_VECTOR(32, __m256i, RoundAvx2, _mm256, 256)
#endif
#if OCTANT_WIDEST >= 64
OCTANT_VECTOR(64, __m512i, RoundAvx512, _mm512, 512)
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

/// The vectors of a group, from those of its lanes.
template <int W>
OCTANT_FUNCTION void interleave_lanes(const typename Vector<W>::Integer (&lanes)[OCTANT_LANES],
                                      typename Vector<W>::Integer flip,
                                      typename Vector<W>::Integer (&out)[4]) {
  using V = Vector<W>;
  const auto a = V::flip(lanes[0], flip), b = V::flip(lanes[1], flip);
  const auto low = V::low8(a, b), high = V::high8(a, b);
#if OCTANT_LANES == 4
  const auto c = V::flip(lanes[2], flip), d = V::flip(lanes[3], flip);
  const auto then = V::low8(c, d), last = V::high8(c, d);
  out[0] = V::low16(low, then);
  out[1] = V::high16(low, then);
  out[2] = V::low16(high, last);
  out[3] = V::high16(high, last);
#else
  const auto zero = V::bytes(0);
  out[0] = V::low8(low, zero);
  out[1] = V::high8(low, zero);
  out[2] = V::low8(high, zero);
  out[3] = V::high8(high, zero);
#endif
}

/// One group of one column.
template <int N>
OCTANT_FUNCTION void interleave_pixels(const uint8_t* const (&at)[OCTANT_LANES],
                                       typename Vector<N>::Integer flip, uint8_t* out) {
  typename Vector<N>::Integer lanes[OCTANT_LANES], mixed[4];
  _Pragma("GCC unroll 4") for (int l = 0; l < OCTANT_LANES; ++l) {
    lanes[l] = Vector<N>::load(at[l]);
  }
  interleave_lanes<N>(lanes, flip, mixed);
  _Pragma("GCC unroll 4") for (int v = 0; v < 4; ++v) Vector<N>::store(out + v * N, mixed[v]);
}

/// Blocks of N channels, of which the widest vectors hold several columns.
template <int N>
struct Several;

#if OCTANT_WIDEST == 32
template <>
struct Several<16> {
  OCTANT_FUNCTION __m256i load(const uint8_t* at, int64_t step) {
    return _mm256_inserti128_si256(_mm256_castsi128_si256(Vector<16>::load(at)),
                                   Vector<16>::load(at + step), 1);
  }
  /// Writes what columns have of each of the four vectors, one column behind the other.
  OCTANT_FUNCTION void store(const __m256i (&v)[4], uint8_t* out, int64_t step) {
    Vector<32>::store(out, _mm256_permute2x128_si256(v[0], v[1], 0x20));
    Vector<32>::store(out + 32, _mm256_permute2x128_si256(v[2], v[3], 0x20));
    Vector<32>::store(out + step, _mm256_permute2x128_si256(v[0], v[1], 0x31));
    Vector<32>::store(out + step + 32, _mm256_permute2x128_si256(v[2], v[3], 0x31));
  }
  /// Bytes of positions, in the order of their channels.
  OCTANT_FUNCTION __m256i ordered(__m256i bytes) { return in_order(bytes); }
};
#elif OCTANT_WIDEST == 64
template <>
struct Several<16> {
  OCTANT_FUNCTION __m512i load(const uint8_t* at, int64_t step) {
    __m512i x = _mm512_castsi128_si512(Vector<16>::load(at));
    x = _mm512_inserti32x4(x, Vector<16>::load(at + step), 1);
    x = _mm512_inserti32x4(x, Vector<16>::load(at + 2 * step), 2);
    return _mm512_inserti32x4(x, Vector<16>::load(at + 3 * step), 3);
  }
  OCTANT_FUNCTION void store(const __m512i (&v)[4], uint8_t* out, int64_t step) {
    const __m512i a = _mm512_shuffle_i32x4(v[0], v[1], 0x44);
    const __m512i b = _mm512_shuffle_i32x4(v[2], v[3], 0x44);
    const __m512i c = _mm512_shuffle_i32x4(v[0], v[1], 0xee);
    const __m512i d = _mm512_shuffle_i32x4(v[2], v[3], 0xee);
    Vector<64>::store(out, _mm512_shuffle_i32x4(a, b, 0x88));
    Vector<64>::store(out + step, _mm512_shuffle_i32x4(a, b, 0xdd));
    Vector<64>::store(out + 2 * step, _mm512_shuffle_i32x4(c, d, 0x88));
    Vector<64>::store(out + 3 * step, _mm512_shuffle_i32x4(c, d, 0xdd));
  }
  OCTANT_FUNCTION __m512i ordered(__m512i bytes) { return in_order(bytes); }
};
template <>
struct Several<32> {
  OCTANT_FUNCTION __m512i load(const uint8_t* at, int64_t step) {
    return _mm512_inserti64x4(_mm512_castsi256_si512(Vector<32>::load(at)),
                              Vector<32>::load(at + step), 1);
  }
  OCTANT_FUNCTION void store(const __m512i (&v)[4], uint8_t* out, int64_t step) {
    Vector<64>::store(out, _mm512_shuffle_i64x2(v[0], v[1], 0x44));
    Vector<64>::store(out + 64, _mm512_shuffle_i64x2(v[2], v[3], 0x44));
    Vector<64>::store(out + step, _mm512_shuffle_i64x2(v[0], v[1], 0xee));
    Vector<64>::store(out + step + 64, _mm512_shuffle_i64x2(v[2], v[3], 0xee));
  }
  OCTANT_FUNCTION __m512i ordered(__m512i bytes) {
    return _mm512_permutexvar_epi32(
        _mm512_setr_epi32(0, 8, 1, 9, 4, 12, 5, 13, 2, 10, 3, 11, 6, 14, 7, 15), bytes);
  }
};
#endif

/// Columns side by side, as many at once as the widest vectors hold; returns how many were done.
template <int N>
OCTANT_FUNCTION int64_t interleave_columns(const DepthwiseLane* lanes,
                                           const uint8_t* (&at)[OCTANT_LANES], int64_t columns,
                                           uint8_t flip, uint8_t* out, int64_t step) {
  constexpr int W = OCTANT_WIDEST;
  int64_t done = 0;
  if constexpr (N < W) {
    constexpr int together = W / N;
    const auto by = Vector<W>::bytes(flip);
    for (; done + together <= columns; done += together, out += together * step) {
      typename Vector<W>::Integer x[OCTANT_LANES], mixed[4];
      _Pragma("GCC unroll 4") for (int l = 0; l < OCTANT_LANES; ++l) {
        const int64_t apart = lanes[l].step;
        x[l] = apart == N ? Vector<W>::load(at[l]) : Several<N>::load(at[l], apart);
        at[l] += together * apart;
      }
      interleave_lanes<W>(x, by, mixed);
      Several<N>::store(mixed, out, step);
    }
  }
  return done;
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
        const int64_t done =
            interleave_columns<N>(lanes, at, to - from, c.flip, out, step);
        x += done;
        out += done * step;
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

/// Sums of R positions of blocks of N channels, of the V vectors of W bytes from `first` on. What
/// addresses are made of is hidden from the compiler, which else takes a register for every sum of
/// two.
template <int N, int W, int R, int V>
OCTANT_FUNCTION void sum(const DepthwisePositions& p, const uint8_t* groups,
                         const DepthwiseBlock& block, int first,
                         typename Vector<W>::Integer (&sums)[R][V]) {
  using Vectors = Vector<W>;
  _Pragma("GCC unroll 4") for (int v = 0; v < V; ++v) {
    const auto start = Vectors::load(block.start + (first + v) * (W / 4));
    _Pragma("GCC unroll 8") for (int r = 0; r < R; ++r) sums[r][v] = start;
  }
  const auto* w = static_cast<const uint8_t*>(block.weights) + first * W;
  const uint8_t* at[R];
  _Pragma("GCC unroll 8") for (int r = 0; r < R; ++r) {
    at[r] = groups + r * p.stride + first * W;
    asm("" : "+r"(at[r]));
  }
  for (int64_t s = 0; s < p.steps; ++s, w += 4 * N) {
    const int64_t offset = p.offsets[s];
    _Pragma("GCC unroll 4") for (int v = 0; v < V; ++v) {
      auto weights = Vectors::load(w + v * W);
      asm("" : "+x"(weights));
      _Pragma("GCC unroll 8") for (int r = 0; r < R; ++r) {
        multiply<W>(sums[r][v], Vectors::load(at[r] + offset + v * W), weights);
      }
    }
  }
}

/// Rounds the sums of the V vectors from `first` on.
template <int W, int R, int V>
OCTANT_FUNCTION void near(const typename Vector<W>::Round& round, const DepthwiseBlock& block,
                          int first, typename Vector<W>::Integer (&sums)[R][V]) {
  _Pragma("GCC unroll 2") for (int v = 0; v < V; ++v) {
    const auto bias = Vector<W>::Round::reals(block.bias + (first + v) * (W / 4));
    const auto by = Vector<W>::Round::reals(block.multiplier + (first + v) * (W / 4));
    _Pragma("GCC unroll 8") for (int r = 0; r < R; ++r) {
      sums[r][v] = round.template steps<true>(sums[r][v], bias, by);
    }
  }
}

/// Blocks as wide as vectors, half of the channels at a time: two vectors of sums become one of
/// 16-bit integers.
template <int N, int R>
OCTANT_FUNCTION void finish_wide(const DepthwisePositions& p, const uint8_t* groups,
                                 const DepthwiseBlock& block,
                                 const typename Vector<N>::Round& round, int64_t count,
                                 uint8_t* dst, int64_t pitch) {
  typename Vector<N>::Integer words[2][R];
  _Pragma("GCC unroll 2") for (int half = 0; half < 2; ++half) {
    typename Vector<N>::Integer sums[R][2];
    sum<N, N, R, 2>(p, groups, block, 2 * half, sums);
    near<N, R, 2>(round, block, 2 * half, sums);
    _Pragma("GCC unroll 8") for (int r = 0; r < R; ++r) {
      words[half][r] = round.narrowed(sums[r][0], sums[r][1]);
    }
  }
  _Pragma("GCC unroll 8") for (int r = 0; r < R; ++r) {
    const auto bytes = round.bounded(words[0][r], words[1][r]);
    if (N == 16 && count < N) {
      uint8_t all[N];
      Vector<N>::store(all, bytes);
      std::memcpy(dst + r * pitch, all, static_cast<size_t>(count));
    } else {
      Vector<N>::store(dst + r * pitch, bytes);
    }
  }
}

/// Narrower ones: what four vectors become holds several positions.
template <int N, int R>
OCTANT_FUNCTION void finish_narrow(const DepthwisePositions& p, const uint8_t* groups,
                                   const DepthwiseBlock& block,
                                   const typename Vector<OCTANT_WIDEST>::Round& round,
                                   int64_t count, uint8_t* dst, int64_t pitch) {
  constexpr int W = OCTANT_WIDEST, V = 4 * N / W, together = W / N;
  typename Vector<W>::Integer sums[R][V];
  sum<N, W, R, V>(p, groups, block, 0, sums);
  near<W, R, V>(round, block, 0, sums);
  _Pragma("GCC unroll 4") for (int r = 0; r < R; r += together) {
    typename Vector<W>::Integer x[4];
    _Pragma("GCC unroll 4") for (int i = 0; i < 4; ++i) {
      x[i] = sums[r + i / V < R ? r + i / V : r][i % V];
    }
    const auto bytes = Several<N>::ordered(
        round.bounded(round.narrowed(x[0], x[1]), round.narrowed(x[2], x[3])));
    alignas(W) uint8_t all[W];
    Vector<W>::store(all, bytes);
    _Pragma("GCC unroll 4") for (int i = 0; i < together; ++i) {
      if (r + i >= R) continue;
      if (N == 16 && count < N) {
        std::memcpy(dst + (r + i) * pitch, all + i * N, static_cast<size_t>(count));
      } else {
        std::memcpy(dst + (r + i) * pitch, all + i * N, N);
      }
    }
  }
}

template <int N, int R, typename Round>
OCTANT_FUNCTION void finish_positions(const DepthwisePositions& p, const uint8_t* groups,
                                      const DepthwiseBlock& block, const Round& round,
                                      int64_t count, uint8_t* dst, int64_t pitch) {
  if constexpr (N == OCTANT_WIDEST) {
    finish_wide<N, R>(p, groups, block, round, count, dst, pitch);
  } else {
    finish_narrow<N, R>(p, groups, block, round, count, dst, pitch);
  }
}

template <int N>
OCTANT_TARGET void finish(const DepthwisePositions& p, const DepthwiseBlock& block,
                          const Ending& e, int64_t count, uint8_t* dst, int64_t pitch) {
  const typename Vector<OCTANT_WIDEST>::Round round(e);
  const uint8_t* groups = p.groups;
  int64_t left = p.positions;
  for (; left >= 4; left -= 4, groups += 4 * p.stride, dst += 4 * pitch) {
    finish_positions<N, 4>(p, groups, block, round, count, dst, pitch);
  }
  if (left >= 2) {
    finish_positions<N, 2>(p, groups, block, round, count, dst, pitch);
    groups += 2 * p.stride;
    dst += 2 * pitch;
    left -= 2;
  }
  if (left > 0) finish_positions<N, 1>(p, groups, block, round, count, dst, pitch);
}

template <int N>
OCTANT_TARGET void sums(const DepthwisePositions& p, const DepthwiseBlock& block, int32_t* dst) {
  for (int64_t i = 0; i < p.positions; ++i, dst += N) {
    typename Vector<N>::Integer sums[1][4];
    sum<N, N, 1, 4>(p, p.groups + i * p.stride, block, 0, sums);
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
