// What rounds on the vectors of one instruction set: included once for each, with
// OCTANT_NAMED(name) (names with that of the set), OCTANT_TARGET (attributes of its functions),
// OCTANT_INTEGER and OCTANT_REAL (its vectors), OCTANT_INTRINSIC(name), OCTANT_WHOLE(name)
// (intrinsics on packed and on whole vectors), and OCTANT_ADDS where the set can add.

struct OCTANT_NAMED(Round) {
  using Integer = OCTANT_INTEGER;
  using Real = OCTANT_REAL;
  static constexpr int kLanes = sizeof(Integer) / 4;

  Real before;
  Integer shift, least, most, flip;

  OCTANT_TARGET explicit OCTANT_NAMED(Round)(const Ending& e)
      : before(OCTANT_INTRINSIC(set1_ps)(e.before)),
        shift(OCTANT_INTRINSIC(set1_epi16)(static_cast<int16_t>(e.shift))),
        least(OCTANT_INTRINSIC(set1_epi8)(static_cast<char>(e.least))),
        most(OCTANT_INTRINSIC(set1_epi8)(static_cast<char>(e.most))),
        flip(OCTANT_INTRINSIC(set1_epi8)(static_cast<char>(e.flip))) {}

  OCTANT_TARGET OCTANT_INLINE static Integer load(const void* at) {
    return OCTANT_WHOLE(loadu)(static_cast<const Integer*>(at));
  }

  OCTANT_TARGET OCTANT_INLINE static Real reals(const float* at) {
    return OCTANT_INTRINSIC(loadu_ps)(at);
  }

  /// Rounded but not clamped; `Adds` where `before` is not 0.
  template <bool Adds>
  OCTANT_TARGET OCTANT_INLINE Integer steps(Integer sum, Real bias, Real multiplier) const {
    const Real x = OCTANT_INTRINSIC(mul_ps)(
        OCTANT_INTRINSIC(add_ps)(OCTANT_INTRINSIC(cvtepi32_ps)(sum), bias), multiplier);
    return OCTANT_INTRINSIC(cvtps_epi32)(Adds ? OCTANT_INTRINSIC(add_ps)(x, before) : x);
  }

  OCTANT_TARGET OCTANT_INLINE static Integer narrowed(Integer a, Integer b) {
    return OCTANT_INTRINSIC(packs_epi32)(a, b);
  }

  /// The bytes of two vectors of narrowed(), in the order that narrowing leaves. Saturation keeps
  /// what is clamped where it is.
  OCTANT_TARGET OCTANT_INLINE Integer bounded(Integer ab, Integer cd) const {
    const Integer bytes = OCTANT_INTRINSIC(packus_epi16)(OCTANT_INTRINSIC(adds_epi16)(ab, shift),
                                                         OCTANT_INTRINSIC(adds_epi16)(cd, shift));
    const Integer raised = OCTANT_INTRINSIC(max_epu8)(least, bytes);
    return OCTANT_WHOLE(xor)(OCTANT_INTRINSIC(min_epu8)(most, raised), flip);
  }

  /// The results of four vectors of steps(), one behind the other.
  OCTANT_TARGET OCTANT_INLINE Integer clamped(Integer a, Integer b, Integer c, Integer d) const {
    return in_order(bounded(narrowed(a, b), narrowed(c, d)));
  }

  /// Rounds and writes R rows of V vectors, as many rows at once as four vectors hold.
  template <bool Adds, int R, int V>
  OCTANT_TARGET OCTANT_INLINE void rows(const Integer (&sums)[R][V], const Real (&bias)[V],
                                        const Real (&multiplier)[V], int64_t width, uint8_t* dst,
                                        int64_t pitch) const {
    constexpr int together = 4 / V;
    _Pragma("GCC unroll 7") for (int r = 0; r < R; r += together) {
      Integer x[4];
      _Pragma("GCC unroll 4") for (int i = 0; i < 4; ++i) {
        const int row = r + i / V < R ? r + i / V : r;
        x[i] = steps<Adds>(sums[row][i % V], bias[i % V], multiplier[i % V]);
      }
      write_rows<together>(clamped(x[0], x[1], x[2], x[3]), R - r, width, dst + r * pitch, pitch);
    }
  }
};

#ifdef OCTANT_ADDS
/// Adds other 8-bit integers of type T to a vector of results: steps of the sum, not clamped.
template <typename T>
struct OCTANT_NAMED(Add) {
  using Integer = OCTANT_INTEGER;
  using Real = OCTANT_REAL;

  Real before, scale, other_scale, inverse;
  Integer low, high, zero, other_zero;

  OCTANT_TARGET explicit OCTANT_NAMED(Add)(const Addition& a)
      : before(OCTANT_INTRINSIC(set1_ps)(a.before)),
        scale(OCTANT_INTRINSIC(set1_ps)(a.scale)),
        other_scale(OCTANT_INTRINSIC(set1_ps)(a.other_scale)),
        inverse(OCTANT_INTRINSIC(set1_ps)(a.inverse)),
        low(OCTANT_INTRINSIC(set1_epi32)(a.low)),
        high(OCTANT_INTRINSIC(set1_epi32)(a.high)),
        zero(OCTANT_INTRINSIC(set1_epi32)(a.zero)),
        other_zero(OCTANT_INTRINSIC(set1_epi32)(a.other_zero)) {}

  OCTANT_TARGET OCTANT_INLINE Integer steps(Integer sum, Real bias, Real multiplier,
                                            const uint8_t* other) const {
    const Real x = OCTANT_INTRINSIC(mul_ps)(
        OCTANT_INTRINSIC(add_ps)(OCTANT_INTRINSIC(cvtepi32_ps)(sum), bias), multiplier);
    const Integer whole = OCTANT_INTRINSIC(cvtps_epi32)(OCTANT_INTRINSIC(add_ps)(x, before));
    const Integer kept =
        OCTANT_INTRINSIC(min_epi32)(high, OCTANT_INTRINSIC(max_epi32)(low, whole));
    Integer wide;
    widen<std::is_signed_v<T>>(other, wide);
    const Real own =
        OCTANT_INTRINSIC(cvtepi32_ps)(OCTANT_INTRINSIC(sub_epi32)(kept, zero));
    const Real theirs =
        OCTANT_INTRINSIC(cvtepi32_ps)(OCTANT_INTRINSIC(sub_epi32)(wide, other_zero));
    const Real real = OCTANT_INTRINSIC(add_ps)(OCTANT_INTRINSIC(mul_ps)(own, scale),
                                               OCTANT_INTRINSIC(mul_ps)(theirs, other_scale));
    return OCTANT_INTRINSIC(cvtps_epi32)(OCTANT_INTRINSIC(mul_ps)(real, inverse));
  }
};
#endif

#undef OCTANT_NAMED
#undef OCTANT_TARGET
#undef OCTANT_INTEGER
#undef OCTANT_REAL
#undef OCTANT_INTRINSIC
#undef OCTANT_WHOLE
#undef OCTANT_ADDS
