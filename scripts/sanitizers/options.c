// What a sanitizer is told, in every program of the build: tests and tasks start programs with environments of their
// own. Only `scripts/sanitize` compiles this, into its own copy of the sources, where @DIRECTORY@ is a path.

// What is found is put into files of its own: what a program says on standard error belongs to the tests.
#define COMMON                                                                                                         \
    "exitcode=66:halt_on_error=0:log_path=@DIRECTORY@/found/process:suppressions=@DIRECTORY@/suppressions"

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
__attribute__((disable_sanitizer_instrumentation)) const char *__tsan_default_options(void) {
    return COMMON ":report_signal_unsafe=0:ignore_noninstrumented_modules=1";
}
#endif
#if __has_feature(address_sanitizer)
__attribute__((disable_sanitizer_instrumentation)) const char *__asan_default_options(void) {
    // What lives as long as the program is no leak worth a report.
    return COMMON ":detect_leaks=0";
}
#endif
#endif
