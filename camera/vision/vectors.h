/* Vectors: one source for every processor. The compiler makes vectors of plain loops, once for the baseline
 * (SSE2, NEON) and on x86-64 once more for AVX2; the loader chooses. Sanitizers run before the loader has
 * chosen. */
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define FOR_EACH_CPU __attribute__((target_clones("avx2", "default")))
#else
#define FOR_EACH_CPU
#endif
