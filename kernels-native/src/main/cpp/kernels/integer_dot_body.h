// The loops of integer_dot.h for one instruction set: included once for each, in a namespace of its
// own, with OCTANT_TARGET (attributes of its functions), Round, kRows, OCTANT_DOT(name) (an
// instruction that adds to its last operand), and OCTANT_INTRINSIC(name), OCTANT_WHOLE(name)
// (intrinsics on packed and on whole vectors).

using Integer = Round::Integer;
constexpr int kLanes = Round::kLanes;
constexpr int64_t kColumns = 2 * kLanes;

// The instructions themselves: of the intrinsics the compiler keeps the sums in memory.
OCTANT_TARGET OCTANT_INLINE void add_quads(Integer& sum, Integer a, Integer b) {
  asm(OCTANT_DOT("vpdpbusd") : "+v"(sum) : "v"(a), "v"(b));
}
OCTANT_TARGET OCTANT_INLINE void add_pairs(Integer& sum, Integer a, Integer b) {
  asm(OCTANT_DOT("vpdpwssd") : "+v"(sum) : "v"(a), "v"(b));
}

OCTANT_TARGET OCTANT_INLINE Integer repeated(const void* at) {
  int32_t x;
  std::memcpy(&x, at, sizeof x);
  return OCTANT_INTRINSIC(set1_epi32)(x);
}

/// Sums R rows of V vectors of columns.
template <int R, int V>
OCTANT_TARGET OCTANT_INLINE void multiply(const DotOperands& o, const int32_t* start,
                                          Integer (&sums)[R][V]) {
  _Pragma("GCC unroll 2") for (int v = 0; v < V; ++v) {
    const Integer x = Round::load(start + v * kLanes);
    _Pragma("GCC unroll 14") for (int r = 0; r < R; ++r) sums[r][v] = x;
  }
  const int8_t* b = o.b;
  const int64_t stride = o.stride;
  for (int64_t l = 0; l < o.lines; ++l) {
    const uint8_t* a = o.a + l * o.line_stride;
    for (int64_t q = 0; q < o.quads; ++q, a += 4, b += 4 * V * kLanes) {
      Integer w[V];
      _Pragma("GCC unroll 2") for (int v = 0; v < V; ++v) w[v] = Round::load(b + 4 * v * kLanes);
      _Pragma("GCC unroll 14") for (int r = 0; r < R; ++r) {
        const Integer x = repeated(a + r * stride);
        _Pragma("GCC unroll 2") for (int v = 0; v < V; ++v) add_quads(sums[r][v], x, w[v]);
      }
    }
  }
}

template <int R, int V>
OCTANT_TARGET void finish_tile(const DotOperands& o, const DotEnding& e, int64_t width,
                               uint8_t* dst, int64_t pitch) {
  Integer sums[R][V];
  multiply<R, V>(o, e.start, sums);
  const Round round(e.ending);
  Round::Real bias[V], by[V];
  _Pragma("GCC unroll 2") for (int v = 0; v < V; ++v) {
    bias[v] = Round::reals(e.bias + v * kLanes);
    by[v] = Round::reals(e.multiplier + v * kLanes);
  }
  if (e.ending.before != 0) {
    round.rows<true>(sums, bias, by, width, dst, pitch);
  } else {
    round.rows<false>(sums, bias, by, width, dst, pitch);
  }
}

template <int R, int V>
OCTANT_TARGET void sum_tile(const DotOperands& o, const int32_t* start, int32_t* dst) {
  Integer sums[R][V];
  multiply<R, V>(o, start, sums);
  _Pragma("GCC unroll 14") for (int r = 0; r < R; ++r) {
    _Pragma("GCC unroll 2") for (int v = 0; v < V; ++v) {
      OCTANT_WHOLE(storeu)(reinterpret_cast<Integer*>(dst + (r * V + v) * kLanes), sums[r][v]);
    }
  }
}

template <int R>
OCTANT_TARGET void pair_tile(const PairOperands& o, int32_t* dst) {
  Integer sums[R][2];
  _Pragma("GCC unroll 8") for (int r = 0; r < R; ++r) {
    sums[r][0] = sums[r][1] = OCTANT_WHOLE(setzero)();
  }
  const int16_t* b = o.b;
  const int64_t stride = o.stride;
  for (int64_t l = 0; l < o.lines; ++l) {
    const int16_t* a = o.a + l * o.line_stride;
    for (int64_t p = 0; p < o.pairs; ++p, a += 2, b += 2 * kColumns) {
      const Integer first = Round::load(b), second = Round::load(b + kColumns);
      _Pragma("GCC unroll 8") for (int r = 0; r < R; ++r) {
        const Integer x = repeated(a + r * stride);
        add_pairs(sums[r][0], x, first);
        add_pairs(sums[r][1], x, second);
      }
    }
  }
  _Pragma("GCC unroll 8") for (int r = 0; r < R; ++r) {
    auto* out = reinterpret_cast<Integer*>(dst + r * kColumns);
    OCTANT_WHOLE(storeu)(out, sums[r][0]);
    OCTANT_WHOLE(storeu)(out + 1, sums[r][1]);
  }
}

/// Tiles of 1 to kRows rows.
template <int... I>
struct Tiles {
  static constexpr void (*finish[2][sizeof...(I)])(const DotOperands&, const DotEnding&, int64_t,
                                                   uint8_t*, int64_t) = {{finish_tile<I + 1, 1>...},
                                                                         {finish_tile<I + 1, 2>...}};
  static constexpr void (*sums[2][sizeof...(I)])(const DotOperands&, const int32_t*, int32_t*) = {
      {sum_tile<I + 1, 1>...}, {sum_tile<I + 1, 2>...}};
};
template <int... I>
Tiles<I...> tiles(std::integer_sequence<int, I...>);
using AllTiles = decltype(tiles(std::make_integer_sequence<int, kRows>{}));

template <int... I>
struct PairTiles {
  static constexpr void (*sums[sizeof...(I)])(const PairOperands&, int32_t*) = {
      pair_tile<I + 1>...};
};
template <int... I>
PairTiles<I...> pair_tiles(std::integer_sequence<int, I...>);
using AllPairTiles = decltype(pair_tiles(std::make_integer_sequence<int, kPairRows>{}));

void finish(const DotOperands& o, const DotEnding& ending, int64_t width, uint8_t* dst,
            int64_t pitch) {
  AllTiles::finish[width > kLanes][o.rows - 1](o, ending, width, dst, pitch);
}

void sums(const DotOperands& o, const int32_t* start, int64_t width, int32_t* dst) {
  AllTiles::sums[width > kLanes][o.rows - 1](o, start, dst);
}

void pairs(const PairOperands& o, int64_t, int32_t* dst) { AllPairTiles::sums[o.rows - 1](o, dst); }

OCTANT_TARGET void copy(const uint8_t* src, uint8_t* dst, int64_t n, uint8_t flip) {
  constexpr int64_t whole = sizeof(Integer);
  const Integer f = OCTANT_INTRINSIC(set1_epi8)(static_cast<char>(flip));
  for (; n > whole; n -= whole, src += whole, dst += whole) {
    OCTANT_WHOLE(storeu)(reinterpret_cast<Integer*>(dst), OCTANT_WHOLE(xor)(Round::load(src), f));
  }
  OCTANT_WHOLE(storeu)(reinterpret_cast<Integer*>(dst), OCTANT_WHOLE(xor)(some(src, n), f));
}

constexpr DotLoops loops(const char* name, Isa isa) {
  return {name, isa, kRows, kColumns, finish, sums, copy, {kPairRows, kColumns, nullptr, pairs}};
}

#undef OCTANT_TARGET
#undef OCTANT_DOT
#undef OCTANT_INTRINSIC
#undef OCTANT_WHOLE
