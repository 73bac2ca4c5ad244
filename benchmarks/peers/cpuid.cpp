// Answers for a lesser processor: loaded before a program whose instructions `cpuid` are the bytes
// 0f ff (isa.py makes such copies), it takes the fault that each of them raises then, asks the
// processor, and leaves out what ONEDNN_MAX_CPU_ISA excludes.

#include <cpuid.h>
#include <signal.h>
#include <ucontext.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

struct Registers {
  uint32_t eax, ebx, ecx, edx;
};

// What a cap hides of leaf 7, subleaves 0 and 1, as the manuals of AMD and Intel number the bits.
struct Cap {
  const char* name;
  Registers features, more;
};

constexpr uint32_t bits() { return 0; }

template <typename... Rest>
constexpr uint32_t bits(int first, Rest... rest) {
  return 1u << first | bits(rest...);
}

constexpr uint32_t kAvx512 = bits(16, 17, 21, 26, 27, 28, 30, 31);  // ebx: F, DQ, IFMA, ... VL
constexpr uint32_t kAvx512Later = bits(1, 6, 12, 14);               // ecx: VBMI, VBMI2, ...
constexpr uint32_t kAvx512Vnni = bits(11);                          // ecx
constexpr uint32_t kAvx512Pairs = bits(2, 3, 8);            // edx: 4VNNIW, 4FMAPS, VP2INTERSECT
constexpr uint32_t kAmxAndFp16 = bits(22, 23, 24, 25);      // edx
constexpr uint32_t kAvxVnni = bits(4);                      // eax of subleaf 1
constexpr uint32_t kBf16AndLater = bits(5, 21, 23);         // eax of subleaf 1: BF16, AMX, IFMA
constexpr uint32_t kOtherVnni = bits(4, 5, 8, 10, 19);      // edx of subleaf 1: of s8, s16; AVX10

constexpr Registers kNoAvx512 = {0, kAvx512, kAvx512Later | kAvx512Vnni,
                                 kAmxAndFp16 | kAvx512Pairs};
constexpr Registers kLaterAndVnni = {kBf16AndLater | kAvxVnni, 0, 0, kOtherVnni};
constexpr Registers kLater = {kBf16AndLater, 0, 0, kOtherVnni};

constexpr Cap kCaps[] = {
    {"AVX2", kNoAvx512, kLaterAndVnni},
    {"AVX2_VNNI", kNoAvx512, kLater},
    {"AVX512_CORE", {0, 0, kAvx512Vnni, kAmxAndFp16}, kLaterAndVnni},
    {"AVX512_CORE_VNNI", {0, 0, 0, kAmxAndFp16}, kLater},
};

const Cap* cap = nullptr;

void hide(Registers& r, const Registers& hidden) {
  r.eax &= ~hidden.eax;
  r.ebx &= ~hidden.ebx;
  r.ecx &= ~hidden.ecx;
  r.edx &= ~hidden.edx;
}

void answer(int signal, siginfo_t*, void* context) {
  greg_t* registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  const auto* code = reinterpret_cast<const uint8_t*>(registers[REG_RIP]);
  if (code[0] != 0x0f || code[1] != 0xff) {  // the program's own: it dies of it on return
    ::signal(signal, SIG_DFL);
    return;
  }
  const auto leaf = static_cast<uint32_t>(registers[REG_RAX]);
  const auto subleaf = static_cast<uint32_t>(registers[REG_RCX]);
  Registers r;
  __cpuid_count(leaf, subleaf, r.eax, r.ebx, r.ecx, r.edx);
  if (leaf == 7 && subleaf == 0) hide(r, cap->features);
  if (leaf == 7 && subleaf == 1) hide(r, cap->more);
  registers[REG_RAX] = r.eax;
  registers[REG_RBX] = r.ebx;
  registers[REG_RCX] = r.ecx;
  registers[REG_RDX] = r.edx;
  registers[REG_RIP] += 2;
}

__attribute__((constructor)) void install() {
  const char* wanted = getenv("ONEDNN_MAX_CPU_ISA");
  for (const Cap& known : kCaps)
    if (wanted != nullptr && strcmp(known.name, wanted) == 0) cap = &known;
  if (cap == nullptr) {
    fprintf(stderr, "Cannot answer for ONEDNN_MAX_CPU_ISA=%s, expected a name of isa.py\n",
            wanted == nullptr ? "" : wanted);
    _exit(2);
  }
  struct sigaction action = {};
  action.sa_sigaction = answer;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigaction(SIGILL, &action, nullptr);
}

}  // namespace
