#ifndef RC_FUZZ_H
#define RC_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* The entry that libFuzzer calls, and run_corpus.c in builds without it. A broken promise aborts.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As assert, but also in builds with NDEBUG. */
#define FUZZ_ASSERT(what)              \
    do {                               \
        if (!(what)) __builtin_trap(); \
    } while (0)

#endif
