// The loops of integer_pair.h for one instruction set: included once for each, in a namespace of its
// own, with OCTANT_TARGET (attributes of its functions), Round, kRows, and OCTANT_INTRINSIC(name),
// OCTANT_WHOLE(name) (intrinsics on packed and on whole vectors).

using Integer = Round::Integer;
using Real = Round::Real;
constexpr int kLanes = Round::kLanes;

/// Sums R rows of V vectors of columns. What addresses are made of is hidden from the compiler,
/// which else takes a register for every sum of two.
template <int R, int V>
OCTANT_TARGET OCTANT_INLINE void multiply(const PairOperands& o, Integer (&sums)[R][V]) {
  _Pragma("GCC unroll 8") for (int r = 0; r < R; ++r) {
    _Pragma("GCC unroll 2") for (int v = 0; v < V; ++v) sums[r][v] = Round::load(kZeros);
  }
  const int16_t* b = o.b;
  int64_t stride = o.stride;
  asm("" : "+r"(stride));
  for (int64_t l = 0; l < o.lines; ++l) {
    // Rows 0 to 2 of each three.
    const int16_t* at[(R + 2) / 3];
    _Pragma("GCC unroll 3") for (int i = 0; i < (R + 2) / 3; ++i) {
      at[i] = o.a + l * o.line_stride + 3 * i * stride;
      asm("" : "+r"(at[i]));
    }
    for (int64_t p = 0; p < o.pairs; ++p, b += 2 * V * kLanes) {
      Integer weights[V];
      _Pragma("GCC unroll 2") for (int v = 0; v < V; ++v) {
        weights[v] = Round::load(b + 2 * v * kLanes);
      }
      _Pragma("GCC unroll 8") for (int r = 0; r < R; ++r) {
        int32_t pair;
        std::memcpy(&pair, at[r / 3] + 2 * p + r % 3 * stride, sizeof pair);
        const Integer x = OCTANT_INTRINSIC(set1_epi32)(pair);
        _Pragma("GCC unroll 2") for (int v = 0; v < V; ++v) {
          sums[r][v] = OCTANT_INTRINSIC(add_epi32)(sums[r][v],
                                                   OCTANT_INTRINSIC(madd_epi16)(x, weights[v]));
        }
      }
    }
  }
}

template <int R, int V>
OCTANT_TARGET void finish_tile(const PairOperands& o, const PairEnding& e, int64_t width,
                               uint8_t* dst, int64_t pitch) {
  Integer sums[R][V];
  multiply<R, V>(o, sums);
  const Round round(e.ending);
  Real bias[V], by[V];
  _Pragma("GCC unroll 2") for (int v = 0; v < V; ++v) {
    bias[v] = Round::reals(e.bias + v * kLanes);
    by[v] = Round::reals(e.multiplier + v * kLanes);
  }
  if (e.ending.before != 0) {
    round.template rows<true>(sums, bias, by, width, dst, pitch);
  } else {
    round.template rows<false>(sums, bias, by, width, dst, pitch);
  }
}

template <int R, int V>
OCTANT_TARGET void sum_tile(const PairOperands& o, int32_t* dst) {
  Integer sums[R][V];
  multiply<R, V>(o, sums);
  _Pragma("GCC unroll 8") for (int r = 0; r < R; ++r) {
    _Pragma("GCC unroll 2") for (int v = 0; v < V; ++v) {
      OCTANT_WHOLE(storeu)(reinterpret_cast<Integer*>(dst + (r * V + v) * kLanes), sums[r][v]);
    }
  }
}

/// Tiles of 1 to kRows rows.
template <int... I>
struct Tiles {
  static constexpr void (*finish[2][sizeof...(I)])(const PairOperands&, const PairEnding&, int64_t,
                                                   uint8_t*, int64_t) = {{finish_tile<I + 1, 1>...},
                                                                         {finish_tile<I + 1, 2>...}};
  static constexpr void (*sums[2][sizeof...(I)])(const PairOperands&, int32_t*) = {
      {sum_tile<I + 1, 1>...}, {sum_tile<I + 1, 2>...}};
};
template <int... I>
Tiles<I...> tiles(std::integer_sequence<int, I...>);
using AllTiles = decltype(tiles(std::make_integer_sequence<int, kRows>{}));

void finish(const PairOperands& o, const PairEnding& e, int64_t width, uint8_t* dst,
            int64_t pitch) {
  AllTiles::finish[width > kLanes][o.rows - 1](o, e, width, dst, pitch);
}

void sums(const PairOperands& o, int64_t width, int32_t* dst) {
  AllTiles::sums[width > kLanes][o.rows - 1](o, dst);
}

constexpr PairLoops kLoops{kRows, 2 * kLanes, finish, sums};

#undef OCTANT_TARGET
#undef OCTANT_INTRINSIC
#undef OCTANT_WHOLE
