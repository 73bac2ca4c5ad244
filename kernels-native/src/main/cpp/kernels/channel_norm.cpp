#include "channel_norm.h"

#include <algorithm>
#include <limits>

#include "function_kernel.h"

namespace octant::kernels {

namespace {

// Places are taken in rows of about a thousand values, so that loops are long where channels are
// few and everything stays in the first-level cache. Sums are taken in f32 over kFlush rows, then
// in f64; their order depends on the shape only.
constexpr int64_t kRow = 1024;
constexpr int64_t kFlush = 32;

struct Rows {
  int64_t places, channels, places_a_row;

  explicit Rows(const Channels& shape)
      : places(shape.places),
        channels(shape.channels),
        places_a_row(std::max<int64_t>(1, std::min(shape.places, kRow / shape.channels))) {}
  int64_t length() const { return channels * places_a_row; }
};

// A value of each channel, repeated over a row.
OCTANT_INLINE void repeat(const float* values, float* row, const Rows& rows) {
  for (int64_t p = 0; p < rows.places_a_row; ++p) {
    for (int64_t c = 0; c < rows.channels; ++c) row[p * rows.channels + c] = values[c];
  }
}

OCTANT_INLINE void flush(float* __restrict sums, double* __restrict totals, int64_t n) {
  for (int64_t i = 0; i < n; ++i) {
    totals[i] += sums[i];
    sums[i] = 0;
  }
}

OCTANT_INLINE void fold(const double* totals, double* out, const Rows& rows) {
  for (int64_t c = 0; c < rows.channels; ++c) {
    double sum = 0;
    for (int64_t p = 0; p < rows.places_a_row; ++p) sum += totals[p * rows.channels + c];
    out[c] = sum;
  }
}

// Scratch memory in parts of one row.
struct Scratch {
  float* next;
  int64_t length;
  float* floats() {
    float* out = next;
    next += length;
    return out;
  }
  double* doubles() {
    double* out = reinterpret_cast<double*>(next);
    next += 2 * length;
    return out;
  }
};

size_t scratch_bytes(const Channels& shape, int64_t rows) {
  return static_cast<size_t>(Rows(shape).length() * rows) * sizeof(float);
}

OCTANT_INLINE void statistics_block(const float* __restrict x, const float* __restrict shift,
                                    float* __restrict s1, float* __restrict s2,
                                    float* __restrict low, float* __restrict high, int64_t n) {
  for (int64_t i = 0; i < n; ++i) {
    const float v = x[i], d = v - shift[i];
    s1[i] += d;
    s2[i] += d * d;
    low[i] = v < low[i] ? v : low[i];
    high[i] = v > high[i] ? v : high[i];
  }
}

OCTANT_INLINE void statistics_loop(const float* x, double* sums, float* extrema, float* scratch,
                                   const Rows& rows) {
  const int64_t length = rows.length();
  Scratch parts{scratch, length};
  double *t1 = parts.doubles(), *t2 = parts.doubles();
  float *shift = parts.floats(), *s1 = parts.floats(), *s2 = parts.floats();
  float *low = parts.floats(), *high = parts.floats();
  repeat(x, shift, rows);
  for (int64_t i = 0; i < length; ++i) {
    t1[i] = t2[i] = 0;
    s1[i] = s2[i] = 0;
    low[i] = std::numeric_limits<float>::infinity();
    high[i] = -std::numeric_limits<float>::infinity();
  }
  int64_t done = 0;
  for (int64_t p = 0; p < rows.places; p += rows.places_a_row) {
    const int64_t n = std::min(rows.places_a_row, rows.places - p) * rows.channels;
    statistics_block(x + p * rows.channels, shift, s1, s2, low, high, n);
    if (++done % kFlush == 0) {
      flush(s1, t1, length);
      flush(s2, t2, length);
    }
  }
  flush(s1, t1, length);
  flush(s2, t2, length);
  fold(t1, sums, rows);
  fold(t2, sums + rows.channels, rows);
  for (int64_t c = 0; c < rows.channels; ++c) {
    float least = low[c], most = high[c];
    for (int64_t i = c; i < length; i += rows.channels) {
      least = low[i] < least ? low[i] : least;
      most = high[i] > most ? high[i] : most;
    }
    extrema[c] = shift[c];
    extrema[rows.channels + c] = least;
    extrema[2 * rows.channels + c] = most;
  }
}

struct StageList {
  const Stage* kinds;
  int64_t count;
};

OCTANT_INLINE void normalize(const float* __restrict x, const float* __restrict m,
                             const float* __restrict a, const float* __restrict b,
                             float* __restrict dst, int64_t n) {
  for (int64_t i = 0; i < n; ++i) dst[i] = (x[i] - m[i]) * a[i] + b[i];
}

// What one call reads besides tensors, repeated over a row; `stages` are the stages' parameters.
struct Repeated {
  const float *m, *a, *b, *stages;
};

OCTANT_INLINE Repeated repeated(const float* parameters, Scratch& parts, const Rows& rows) {
  float *m = parts.floats(), *a = parts.floats(), *b = parts.floats();
  repeat(parameters, m, rows);
  repeat(parameters + rows.channels, a, rows);
  repeat(parameters + 2 * rows.channels, b, rows);
  return {m, a, b, parameters + 3 * rows.channels};
}

// The lists of stages that networks have run in one loop; others stage by stage. `KNOWN` is a
// function of a list that returns whether it fits.
#define OCTANT_KNOWN(KNOWN, arguments)                                                         \
  if (KNOWN<stages::Fixed<>> arguments) return;                                                \
  if (KNOWN<stages::Fixed<Stage::relu>> arguments) return;                                     \
  if (KNOWN<stages::Fixed<Stage::clip>> arguments) return;                                     \
  if (KNOWN<stages::Fixed<Stage::fake_quantize>> arguments) return;                            \
  if (KNOWN<stages::Fixed<Stage::relu, Stage::fake_quantize>> arguments) return;               \
  if (KNOWN<stages::Fixed<Stage::fake_quantize, Stage::clip, Stage::fake_quantize>> arguments) \
    return;

template <typename List>
OCTANT_INLINE void forward_block(const List& list, const float* __restrict x,
                                 const float* __restrict m, const float* __restrict a,
                                 const float* __restrict b, float* __restrict dst, int64_t n) {
  const List local = list;
  for (int64_t i = 0; i < n; ++i) {
    float v = (x[i] - m[i]) * a[i] + b[i];
    uint32_t pass = 0;
    local.run(v, pass);
    dst[i] = v;
  }
}

template <typename List>
OCTANT_INLINE bool forward_known(const float* x, const Repeated& r, float* dst, const Rows& rows,
                                 const StageList& stages) {
  if (!List::fits(stages.kinds, stages.count, r.stages)) return false;
  List list;
  list.load(r.stages);
  for (int64_t p = 0; p < rows.places; p += rows.places_a_row) {
    const int64_t at = p * rows.channels;
    const int64_t n = std::min(rows.places_a_row, rows.places - p) * rows.channels;
    forward_block(list, x + at, r.m, r.a, r.b, dst + at, n);
  }
  return true;
}

OCTANT_INLINE void forward_loop(const float* x, const float* parameters, float* dst, float* scratch,
                                const Rows& rows, const StageList& list) {
  Scratch parts{scratch, rows.length()};
  const Repeated r = repeated(parameters, parts, rows);
  OCTANT_KNOWN(forward_known, (x, r, dst, rows, list))
  for (int64_t p = 0; p < rows.places; p += rows.places_a_row) {
    const int64_t n = std::min(rows.places_a_row, rows.places - p) * rows.channels;
    float* to = dst + p * rows.channels;
    normalize(x + p * rows.channels, r.m, r.a, r.b, to, n);
    stages::run<false>(list.kinds, list.count, r.stages, to, nullptr, n);
  }
}

// Where the gradient passes, found again from x as the forward pass computed it.
OCTANT_INLINE void passing(const float* x, const Repeated& r, float* v, uint32_t* pass, int64_t n,
                           const StageList& list) {
  normalize(x, r.m, r.a, r.b, v, n);
  for (int64_t i = 0; i < n; ++i) pass[i] = 0xffffffffu;
  stages::run<true>(list.kinds, list.count, r.stages, v, pass, n);
}

OCTANT_INLINE void sums_block(const float* __restrict gradient, const float* __restrict x,
                              const float* __restrict m, const uint32_t* __restrict pass,
                              float* __restrict s1, float* __restrict s2, int64_t n) {
  for (int64_t i = 0; i < n; ++i) {
    const float g = stages::masked(gradient[i], pass[i]);
    s1[i] += g;
    s2[i] += g * (x[i] - m[i]);
  }
}

// Two sums over channels: in f32 along a row, in f64 beyond.
struct Sums {
  double *t1, *t2;
  float *s1, *s2;
  int64_t length, done;
};

OCTANT_INLINE Sums sums(Scratch& parts, int64_t length) {
  Sums out{parts.doubles(), parts.doubles(), parts.floats(), parts.floats(), length, 0};
  for (int64_t i = 0; i < length; ++i) {
    out.t1[i] = out.t2[i] = 0;
    out.s1[i] = out.s2[i] = 0;
  }
  return out;
}

OCTANT_INLINE void row_done(Sums& sums) {
  if (++sums.done % kFlush == 0) {
    flush(sums.s1, sums.t1, sums.length);
    flush(sums.s2, sums.t2, sums.length);
  }
}

template <typename List>
OCTANT_INLINE void sums_block_of(const List& list, const float* __restrict gradient,
                                 const float* __restrict x, const float* __restrict m,
                                 const float* __restrict a, const float* __restrict b,
                                 float* __restrict s1, float* __restrict s2, int64_t n) {
  const List local = list;
  for (int64_t i = 0; i < n; ++i) {
    const float d = x[i] - m[i];
    float v = d * a[i] + b[i];
    uint32_t pass = 0xffffffffu;
    local.run(v, pass);
    const float g = stages::masked(gradient[i], pass);
    s1[i] += g;
    s2[i] += g * d;
  }
}

template <typename List>
OCTANT_INLINE bool sums_known(const float* gradient, const float* x, const Repeated& r, Sums& sums,
                              const Rows& rows, const StageList& stages) {
  if (!List::fits(stages.kinds, stages.count, r.stages)) return false;
  List list;
  list.load(r.stages);
  for (int64_t p = 0; p < rows.places; p += rows.places_a_row) {
    const int64_t at = p * rows.channels;
    const int64_t n = std::min(rows.places_a_row, rows.places - p) * rows.channels;
    sums_block_of(list, gradient + at, x + at, r.m, r.a, r.b, sums.s1, sums.s2, n);
    row_done(sums);
  }
  return true;
}

OCTANT_INLINE void sums_rows(const float* gradient, const float* x, const Repeated& r, Sums& sums,
                             Scratch& parts, const Rows& rows, const StageList& list) {
  OCTANT_KNOWN(sums_known, (gradient, x, r, sums, rows, list))
  float* v = parts.floats();
  uint32_t* pass = reinterpret_cast<uint32_t*>(parts.floats());
  for (int64_t p = 0; p < rows.places; p += rows.places_a_row) {
    const int64_t n = std::min(rows.places_a_row, rows.places - p) * rows.channels;
    const float* from = x + p * rows.channels;
    passing(from, r, v, pass, n, list);
    sums_block(gradient + p * rows.channels, from, r.m, pass, sums.s1, sums.s2, n);
    row_done(sums);
  }
}

OCTANT_INLINE void sums_loop(const float* gradient, const float* x, const float* parameters,
                             double* out, float* scratch, const Rows& rows, const StageList& list) {
  const int64_t length = rows.length();
  Scratch parts{scratch, length};
  Sums total = sums(parts, length);
  const Repeated r = repeated(parameters, parts, rows);
  sums_rows(gradient, x, r, total, parts, rows, list);
  flush(total.s1, total.t1, length);
  flush(total.s2, total.t2, length);
  fold(total.t1, out, rows);
  fold(total.t2, out + rows.channels, rows);
}

// Without restrict on the gradient: dst may be the same memory.
OCTANT_INLINE void gradient_block(const float* gradient, const float* __restrict x,
                                  const float* __restrict m, const uint32_t* __restrict pass,
                                  const float* __restrict k, const float* __restrict l,
                                  const float* __restrict c, float* dst, int64_t n) {
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) {
    dst[i] = k[i] * stages::masked(gradient[i], pass[i]) + (l[i] * (x[i] - m[i]) + c[i]);
  }
}

template <typename List>
OCTANT_INLINE void gradient_block_of(const List& list, const float* gradient,
                                     const float* __restrict x, const float* __restrict m,
                                     const float* __restrict a, const float* __restrict b,
                                     const float* __restrict k, const float* __restrict l,
                                     const float* __restrict c, float* dst, int64_t n) {
  const List local = list;
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) {
    const float d = x[i] - m[i];
    float v = d * a[i] + b[i];
    uint32_t pass = 0xffffffffu;
    local.run(v, pass);
    dst[i] = k[i] * stages::masked(gradient[i], pass) + (l[i] * d + c[i]);
  }
}

struct Factors {
  const float *k, *l, *c;
};

template <typename List>
OCTANT_INLINE bool gradient_known(const float* gradient, const float* x, const Repeated& r,
                                  const Factors& f, float* dst, const Rows& rows,
                                  const StageList& stages) {
  if (!List::fits(stages.kinds, stages.count, r.stages)) return false;
  List list;
  list.load(r.stages);
  for (int64_t p = 0; p < rows.places; p += rows.places_a_row) {
    const int64_t at = p * rows.channels;
    const int64_t n = std::min(rows.places_a_row, rows.places - p) * rows.channels;
    gradient_block_of(list, gradient + at, x + at, r.m, r.a, r.b, f.k, f.l, f.c, dst + at, n);
  }
  return true;
}

OCTANT_INLINE void gradient_loop(const float* gradient, const float* x, const float* parameters,
                                 const float* coefficients, float* dst, float* scratch,
                                 const Rows& rows, const StageList& list) {
  Scratch parts{scratch, rows.length()};
  const Repeated r = repeated(parameters, parts, rows);
  float *k = parts.floats(), *l = parts.floats(), *c = parts.floats();
  repeat(coefficients, k, rows);
  repeat(coefficients + rows.channels, l, rows);
  repeat(coefficients + 2 * rows.channels, c, rows);
  const Factors f{k, l, c};
  OCTANT_KNOWN(gradient_known, (gradient, x, r, f, dst, rows, list))
  float* v = parts.floats();
  uint32_t* pass = reinterpret_cast<uint32_t*>(parts.floats());
  for (int64_t p = 0; p < rows.places; p += rows.places_a_row) {
    const int64_t at = p * rows.channels;
    const int64_t n = std::min(rows.places_a_row, rows.places - p) * rows.channels;
    passing(x + at, r, v, pass, n, list);
    gradient_block(gradient + at, x + at, r.m, pass, k, l, c, dst + at, n);
  }
}

}  // namespace

OCTANT_VARIANTS(statistics_variants, statistics_loop,
                (const float* x, double* sums, float* extrema, float* scratch, const Rows& rows),
                (x, sums, extrema, scratch, rows))
OCTANT_VARIANTS(forward_variants, forward_loop,
                (const float* x, const float* parameters, float* dst, float* scratch,
                 const Rows& rows, const StageList& list),
                (x, parameters, dst, scratch, rows, list))
OCTANT_VARIANTS(sums_variants, sums_loop,
                (const float* gradient, const float* x, const float* parameters, double* out,
                 float* scratch, const Rows& rows, const StageList& list),
                (gradient, x, parameters, out, scratch, rows, list))
OCTANT_VARIANTS(gradient_variants, gradient_loop,
                (const float* gradient, const float* x, const float* parameters,
                 const float* coefficients, float* dst, float* scratch, const Rows& rows,
                 const StageList& list),
                (gradient, x, parameters, coefficients, dst, scratch, rows, list))

std::unique_ptr<Kernel> channel_statistics(const Channels& shape, const std::string& isa) {
  const auto variant = choose(statistics_variants(), isa);
  const Rows rows(shape);
  return std::make_unique<FunctionKernel>(
      named("channel_statistics", variant), 2, scratch_bytes(shape, 9),
      [=](const std::vector<void*>& o, void* scratch, int64_t) {
        double* sums = out<double>(o, 1);
        variant.function(in<float>(o, 0), sums, reinterpret_cast<float*>(sums + 2 * rows.channels),
                         static_cast<float*>(scratch), rows);
      });
}

std::unique_ptr<Kernel> channel_norm(const Channels& shape, const std::vector<Stage>& stages,
                                     const std::string& isa) {
  const auto variant = choose(forward_variants(), isa);
  const Rows rows(shape);
  return std::make_unique<FunctionKernel>(
      named("channel_norm", variant), 3, scratch_bytes(shape, 3),
      [=](const std::vector<void*>& o, void* scratch, int64_t) {
        variant.function(in<float>(o, 0), in<float>(o, 1), out<float>(o, 2),
                         static_cast<float*>(scratch), rows,
                         {stages.data(), static_cast<int64_t>(stages.size())});
      });
}

std::unique_ptr<Kernel> channel_norm_sums(const Channels& shape, const std::vector<Stage>& stages,
                                          const std::string& isa) {
  const auto variant = choose(sums_variants(), isa);
  const Rows rows(shape);
  return std::make_unique<FunctionKernel>(
      named("channel_norm_sums", variant), 4, scratch_bytes(shape, 11),
      [=](const std::vector<void*>& o, void* scratch, int64_t) {
        variant.function(in<float>(o, 0), in<float>(o, 1), in<float>(o, 2), out<double>(o, 3),
                         static_cast<float*>(scratch), rows,
                         {stages.data(), static_cast<int64_t>(stages.size())});
      });
}

std::unique_ptr<Kernel> channel_norm_gradient(const Channels& shape,
                                              const std::vector<Stage>& stages,
                                              const std::string& isa) {
  const auto variant = choose(gradient_variants(), isa);
  const Rows rows(shape);
  return std::make_unique<FunctionKernel>(
      named("channel_norm_gradient", variant), 5, scratch_bytes(shape, 8),
      [=](const std::vector<void*>& o, void* scratch, int64_t) {
        variant.function(in<float>(o, 0), in<float>(o, 1), in<float>(o, 2), in<float>(o, 3),
                         out<float>(o, 4), static_cast<float*>(scratch), rows,
                         {stages.data(), static_cast<int64_t>(stages.size())});
      });
}

}  // namespace octant::kernels
