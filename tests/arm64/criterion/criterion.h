/* The part of Criterion that the tests of vision use, in one process: Criterion runs each test in a child of
 * its own, which the user mode of QEMU cannot trace. Only for arm64/run.sh. */
#pragma once

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct ShimTest {
    const char *suite, *name;
    void (*run)(void);
    struct ShimTest *next;
} ShimTest;

static ShimTest *shim_tests;
static unsigned shim_failed;

#define Test(suite_, name_, ...)                                                                             \
    static void suite_##_##name_##_run(void);                                                                \
    __attribute__((constructor)) static void suite_##_##name_##_add(void)                                    \
    {                                                                                                        \
        static ShimTest test = {#suite_, #name_, suite_##_##name_##_run, NULL};                              \
        test.next = shim_tests;                                                                              \
        shim_tests = &test;                                                                                  \
    }                                                                                                        \
    static void suite_##_##name_##_run(void)

static inline void shim_say(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: %s\n", file, line, what);
    shim_failed++;
}

/* What follows the condition is a message as of printf, and may be missing. */
#define cr_expect(condition, ...) ((condition) ? (void)0 : shim_say(__FILE__, __LINE__, #condition))
#define cr_assert(condition, ...)                                                                            \
    ((condition) ? (void)0 : (shim_say(__FILE__, __LINE__, #condition), exit(1)))
#define cr_expect_not(condition, ...) cr_expect(!(condition))
#define cr_assert_not(condition, ...) cr_assert(!(condition))
#define cr_expect_null(pointer, ...) cr_expect((pointer) == NULL)
#define cr_expect_not_null(pointer, ...) cr_expect((pointer) != NULL)
#define cr_assert_null(pointer, ...) cr_assert((pointer) == NULL)
#define cr_assert_not_null(pointer, ...) cr_assert((pointer) != NULL)
#define cr_expect_eq(a, b, ...) cr_expect((a) == (b))
#define cr_expect_neq(a, b, ...) cr_expect((a) != (b))
#define cr_expect_lt(a, b, ...) cr_expect((a) < (b))
#define cr_expect_leq(a, b, ...) cr_expect((a) <= (b))
#define cr_expect_gt(a, b, ...) cr_expect((a) > (b))
#define cr_expect_geq(a, b, ...) cr_expect((a) >= (b))
#define cr_expect_float_eq(a, b, epsilon, ...) cr_expect(fabs((double)(a) - (double)(b)) <= (double)(epsilon))
#define cr_expect_arr_eq(a, b, n_bytes, ...) cr_expect(memcmp(a, b, n_bytes) == 0)
#define cr_assert_eq(a, b, ...) cr_assert((a) == (b))
#define cr_assert_neq(a, b, ...) cr_assert((a) != (b))
#define cr_assert_lt(a, b, ...) cr_assert((a) < (b))
#define cr_assert_leq(a, b, ...) cr_assert((a) <= (b))
#define cr_assert_gt(a, b, ...) cr_assert((a) > (b))
#define cr_assert_geq(a, b, ...) cr_assert((a) >= (b))

int main(void)
{
    unsigned n = 0;

    for (ShimTest *test = shim_tests; test != NULL; test = test->next, n++) {
        unsigned before = shim_failed;
        test->run();
        if (shim_failed > before)
            fprintf(stderr, "FAIL %s::%s\n", test->suite, test->name);
    }
    printf("%u tests, %u failed assertions\n", n, shim_failed);
    return shim_failed > 0;
}
