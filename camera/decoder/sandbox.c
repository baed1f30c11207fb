#include "camera/decoder/sandbox.h"

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "camera/decoder/sanitized.h"

/* A 4K frame needs about 60 MiB; a picture that makes ZBar want more is hostile. */
#define MEMORY_MAX_BYTES (512UL * 1024 * 1024)

static const int plain[] = {
    SCMP_SYS(recvfrom),     SCMP_SYS(recvmsg),         SCMP_SYS(sendto),
    SCMP_SYS(sendmsg), /* the socket to the camera process */
    SCMP_SYS(brk),          SCMP_SYS(munmap),          SCMP_SYS(mremap),
    SCMP_SYS(madvise),                                                         /* malloc */
    SCMP_SYS(futex),        SCMP_SYS(clock_gettime),   SCMP_SYS(gettimeofday), /* where there is no vdso */
    SCMP_SYS(sysinfo),   /* qsort() asks for the size of the memory */
    SCMP_SYS(getrandom), /* hash seeds of libraries */
    SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall), SCMP_SYS(exit),
    SCMP_SYS(exit_group),
};

/* What a sanitizer calls while it watches, and to write its report. */
static const int sanitizer[] = {
    SCMP_SYS(mmap),           SCMP_SYS(mprotect),
    SCMP_SYS(sigaltstack),    SCMP_SYS(rt_sigaction),
    SCMP_SYS(getpid),         SCMP_SYS(gettid),
    SCMP_SYS(rt_sigprocmask), SCMP_SYS(tgkill),
    SCMP_SYS(close),          SCMP_SYS(read),
    SCMP_SYS(write),          SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),     SCMP_SYS(readlink),
    SCMP_SYS(lseek),          SCMP_SYS(sched_yield),
    SCMP_SYS(getrlimit),      SCMP_SYS(prlimit64),
    SCMP_SYS(openat),         SCMP_SYS(open),
    SCMP_SYS(getcwd),         SCMP_SYS(sched_getaffinity),
};

static int allow_list(scmp_filter_ctx filter, const int *calls, gsize n)
{
    int rc = 0;

    for (gsize i = 0; i < n && rc == 0; i++)
        rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
    return rc;
}

/* malloc's memory, but nothing executable and no files. */
static int allow_memory(scmp_filter_ctx filter)
{
    int rc =
        seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                         SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));

    if (rc == 0)
        rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                              SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    if (rc == 0) /* last words of abort() */
        rc =
            seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, SCMP_A0(SCMP_CMP_EQ, STDERR_FILENO));
    if (rc == 0)
        rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 0);
    if (rc == 0)
        rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(open), 0);
    return rc;
}

static gboolean filter_calls(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    int rc = filter != NULL ? allow_list(filter, plain, G_N_ELEMENTS(plain)) : -ENOMEM;

    if (rc == 0)
        rc = SANITIZED ? allow_list(filter, sanitizer, G_N_ELEMENTS(sanitizer)) : allow_memory(filter);
    if (rc == 0)
        rc = seccomp_load(filter);
    if (filter != NULL)
        seccomp_release(filter);
    errno = -rc;
    return rc == 0;
}

static gboolean limit(__rlimit_resource_t what, rlim_t most)
{
    const struct rlimit value = {.rlim_cur = most, .rlim_max = most};

    return setrlimit(what, &value) == 0;
}

gboolean sandbox_enter(void)
{
    /* A sanitizer's shadow memory is terabytes of address space, and its report is a file. */
    if (!SANITIZED &&
        (!limit(RLIMIT_AS, MEMORY_MAX_BYTES) || !limit(RLIMIT_FSIZE, 0) || !limit(RLIMIT_NOFILE, 0)))
        return FALSE;
    if (!limit(RLIMIT_CORE, 0) || !limit(RLIMIT_MEMLOCK, 0) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return FALSE;
    return filter_calls();
}
