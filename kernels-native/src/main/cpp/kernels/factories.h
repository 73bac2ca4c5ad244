// Kernels of our own as octant::Kernel. `isa` names a variant; empty means the fastest.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "../kernel.h"
#include "observe.h"
#include "pool.h"
#include "quantize.h"

namespace octant::kernels {

/// Parameters of the range of `type`: 1 / scale in float32, bounds clipped to [low, high].
Affine affine(float scale, int32_t zero_point, int32_t low, int32_t high);

/// Operands: src f32 [n], dst u8 or s8 [n].
std::unique_ptr<Kernel> quantize(Type dst, int64_t n, const Affine& q, const std::string& isa);

/// Operands: src u8 or s8 [n], dst f32 [n].
std::unique_ptr<Kernel> dequantize(Type src, int64_t n, const Affine& q, const std::string& isa);

/// Operands: src [n], dst [n], both of `type`.
std::unique_ptr<Kernel> clamp(Type type, int64_t n, int32_t low, int32_t high,
                              const std::string& isa);

/// Operands: src [n], dst [n], 8 bits each; `table` has 256 bytes.
std::unique_ptr<Kernel> look_up(int64_t n, const uint8_t* table);

/// Operands: src, dst, 8-bit [places, channels]; `tables` has 256 bytes a channel.
std::unique_ptr<Kernel> look_up_channels(int64_t places, int64_t channels,
                                         const std::vector<uint8_t>& tables);

/// Operands: src, dst of `type`.
std::unique_ptr<Kernel> average_pool(Type type, const PoolShape& shape, int32_t zero_point,
                                     const std::string& isa);

/// Operands: src, dst of `type`. Refuses few channels.
std::unique_ptr<Kernel> maximum_pool(Type type, const PoolShape& shape, const std::string& isa);

/// Observes the valid samples of src, a dense [outer, samples, inner] of f32, where `samples`
/// covers the batch. Operands: src, the Observer.
struct Batch {
  int64_t outer, samples, inner;
};
std::unique_ptr<Kernel> observe(const Batch& batch, const std::string& isa);

/// Observes `n` values that every sample shares, once for each valid sample. Operands as above.
std::unique_ptr<Kernel> observe_shared(int64_t n, const std::string& isa);

/// Operands: src, dst.
std::unique_ptr<Kernel> copy(int element_bytes, const std::vector<int64_t>& dims,
                             const std::vector<int64_t>& src_strides,
                             const std::vector<int64_t>& dst_strides);

}  // namespace octant::kernels
