// A kernel of our own that is one function of its operands' addresses.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "../kernel.h"
#include "isa.h"

namespace octant::kernels {

/// What runs: the operands' addresses, the scratch memory, and how many samples are valid.
using Body = std::function<void(const std::vector<void*>& operands, void* scratch, int64_t valid)>;

class FunctionCall final : public Call {
 public:
  FunctionCall(Body body, std::vector<void*> operands, void* scratch)
      : body_(std::move(body)), operands_(std::move(operands)), scratch_(scratch) {}

  void run(int64_t valid) override { body_(operands_, scratch_, valid); }

 private:
  Body body_;
  std::vector<void*> operands_;
  void* scratch_;
};

class FunctionKernel final : public Kernel {
 public:
  FunctionKernel(std::string name, size_t operands, size_t scratch_bytes, Body body,
                 size_t constant_bytes = 0)
      : name_(std::move(name)),
        operands_(operands),
        scratch_bytes_(scratch_bytes),
        constant_bytes_(constant_bytes),
        body_(std::move(body)) {}

  std::unique_ptr<Call> bind(const std::vector<void*>& operands, void* scratch) const override {
    return std::make_unique<FunctionCall>(body_, operands, scratch);
  }
  size_t operand_count() const override { return operands_; }
  size_t scratch_bytes() const override { return scratch_bytes_; }
  size_t constant_bytes() const override { return constant_bytes_; }
  std::string implementation() const override { return name_; }

 private:
  std::string name_;
  size_t operands_;
  size_t scratch_bytes_;
  size_t constant_bytes_;
  Body body_;
};

template <typename T>
const T* in(const std::vector<void*>& operands, size_t i) {
  return static_cast<const T*>(operands[i]);
}

template <typename T>
T* out(const std::vector<void*>& operands, size_t i) {
  return static_cast<T*>(operands[i]);
}

inline void require_8_bits(const char* what, Type type) {
  if (type != Type::u8 && type != Type::s8) {
    throw Unsupported(std::string(what) + " needs u8 or s8");
  }
}

template <typename Function>
std::string named(const char* name, const Variant<Function>& variant) {
  return std::string(name) + ":" + name_of(variant.isa);
}

}  // namespace octant::kernels
