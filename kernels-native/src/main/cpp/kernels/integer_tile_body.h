// The loops of integer_tile.h for one instruction set: included once for each, in a namespace of
// its own, with OCTANT_TARGET (attributes of its functions), Round, and OCTANT_ADDS (what adds)
// where the set can.

constexpr int kLanes = Round::kLanes;

/// Constants of a panel's columns.
struct Columns {
  Round::Real bias[2], by[2];

  OCTANT_TARGET explicit Columns(const TileEnding& e) {
    _Pragma("GCC unroll 2") for (int v = 0; v < 2; ++v) {
      bias[v] = Round::reals(e.bias + v * kLanes);
      by[v] = Round::reals(e.multiplier + v * kLanes);
    }
  }
};

template <bool Adds>
OCTANT_TARGET OCTANT_INLINE void round_rows(const int32_t* sums, const TileEnding& e,
                                            uint8_t* dst) {
  const Round round(e.ending);
  const Columns columns(e);
  const auto at = [&](int64_t i) OCTANT_TARGET { return Round::load(sums + i * kLanes); };
  int64_t r = 0;
  for (; r + 1 < e.rows; r += 2) {
    const Round::Integer two[2][2] = {{at(2 * r), at(2 * r + 1)}, {at(2 * r + 2), at(2 * r + 3)}};
    round.rows<Adds>(two, columns.bias, columns.by, e.width, dst + r * e.pitch, e.pitch);
  }
  if (r < e.rows) {
    const Round::Integer one[1][2] = {{at(2 * r), at(2 * r + 1)}};
    round.rows<Adds>(one, columns.bias, columns.by, e.width, dst + r * e.pitch, e.pitch);
  }
}

OCTANT_TARGET void rounded(const int32_t* sums, const TileEnding& e, uint8_t* dst) {
  if (e.ending.before != 0) {
    round_rows<true>(sums, e, dst);
  } else {
    round_rows<false>(sums, e, dst);
  }
}

#ifdef OCTANT_ADDS
template <typename T>
OCTANT_TARGET void added(const int32_t* sums, const TileEnding& e, const Addition& addition,
                         const uint8_t* other, uint8_t* dst) {
  const Round round(addition.sum);
  const OCTANT_ADDS<T> add(addition);
  const Columns columns(e);
  const auto at = [&](int64_t i) OCTANT_TARGET { return Round::load(sums + i * kLanes); };
  const int64_t pitch = e.pitch;
  for (int64_t r = 0; r < e.rows; r += 2, dst += 2 * pitch, other += 2 * pitch) {
    const int64_t s = r + 1 < e.rows ? r + 1 : r;
    const uint8_t* next = other + (s - r) * pitch;
    const auto bytes = round.clamped(
        add.steps(at(2 * r), columns.bias[0], columns.by[0], other),
        add.steps(at(2 * r + 1), columns.bias[1], columns.by[1], other + kLanes),
        add.steps(at(2 * s), columns.bias[0], columns.by[0], next),
        add.steps(at(2 * s + 1), columns.bias[1], columns.by[1], next + kLanes));
    write_rows<2>(bytes, s == r ? 1 : 2, 2 * kLanes, dst, pitch);
  }
}
#endif

#undef OCTANT_TARGET
#undef OCTANT_ADDS
