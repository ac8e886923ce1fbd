// What libFuzzer's own main function calls: one target, named by the environment variable FUZZ_TARGET, which the
// processes that libFuzzer starts inherit. In C, because a Swift program has a main function of its own.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

// From the Swift target FuzzTargets.
bool tg_fuzz_choose(const char *name);
int tg_fuzz_run(const uint8_t *bytes, size_t size);

int LLVMFuzzerInitialize(int *count, char ***words) {
    (void)count;
    (void)words;
    const char *target = getenv("FUZZ_TARGET");
    if (target && tg_fuzz_choose(target)) return 0;
    fprintf(stderr, "FUZZ_TARGET names no fuzz target: %s\n", target ? target : "it is not set");
    exit(2);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) { return tg_fuzz_run(bytes, size); }
