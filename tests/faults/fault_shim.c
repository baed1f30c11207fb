/* Preloaded into one program of the flow: lists the points at which it writes, syncs, renames, removes or
 * sends, or strikes at one of them. Told by the environment, see shim.py:
 *   FAULT_PROGRAM  name of the program that is meant (its children inherit the preload but not the fault)
 *   FAULT_LOG      file of 1 MiB, made before, to which each point is appended: "call kind stack n". It is
 * mapped, so that a sandboxed process that may call nothing can write it, and its head remembers the blow: no
 * process that comes after the one that was struck is struck again FAULT_AT       "call kind stack n": the
 * point to strike at, once; needs FAULT_LOG FAULT_HOW      before, inside, after: kill -9 there; EIO, ENOSPC,
 * ECONNRESET: the call fails with it FAULT_FULL     while a file of this name exists, every write to a
 * regular file fails with ENOSPC A point is a call on a kind of file from one chain of callers, and how often
 * that chain came by. Addresses count from the start of their module, so that a point is the same in the next
 * process. */
/* Both names of a call are wanted, not one that is renamed to the other. */
#undef _FILE_OFFSET_BITS
#undef _FORTIFY_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX_STACKS 4096
#define MAX_FRAMES 48
#define LOG_BYTES (1u << 20)
#define N_EARLY_FDS 16

typedef enum { PASS, STRIKE_BEFORE, STRIKE_INSIDE, STRIKE_AFTER, STRIKE_ERRNO } Strike;

static struct {
    uint64_t hash;
    unsigned n;
} stacks[MAX_STACKS];
static atomic_flag stacks_busy = ATOMIC_FLAG_INIT;
static __thread int inside; /* backtrace and our own log must not be points */
static int error_code;
static struct {
    atomic_uint used; /* bytes of text */
    atomic_uint struck;
    char text[];
} * points; /* NULL: no log */
static const char
    *early_kinds[N_EARLY_FDS]; /* of sockets that were open from the start: a sandbox may not ask */
static char at[160], full_path[512];
static Strike how;
static int awake;

static const char *kind_of_socket(int fd)
{
    int domain = 0;
    socklen_t len = sizeof domain;

    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) != 0)
        return NULL;
    return domain == AF_UNIX ? "unix" : "tcp";
}

static void open_log(const char *path)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    void *map = MAP_FAILED;

    if (fd >= 0)
        map = mmap(NULL, LOG_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd >= 0)
        close(fd);
    points = map != MAP_FAILED ? map : NULL;
}

__attribute__((constructor)) static void wake(void)
{
    const char *program = getenv("FAULT_PROGRAM"), *log = getenv("FAULT_LOG"), *point = getenv("FAULT_AT");
    const char *strike = getenv("FAULT_HOW"), *full = getenv("FAULT_FULL");
    void *frames[2];

    if (program == NULL || strcmp(program, program_invocation_short_name) != 0)
        return;
    backtrace(frames, 2); /* loads libgcc now, not in the middle of a call */
    if (log != NULL)
        open_log(log);
    for (int fd = 3; fd < N_EARLY_FDS; fd++)
        early_kinds[fd] = kind_of_socket(fd);
    if (point != NULL)
        snprintf(at, sizeof at, "%s", point);
    if (full != NULL)
        snprintf(full_path, sizeof full_path, "%s", full);
    how = strike == NULL                  ? PASS
          : strcmp(strike, "before") == 0 ? STRIKE_BEFORE
          : strcmp(strike, "inside") == 0 ? STRIKE_INSIDE
          : strcmp(strike, "after") == 0  ? STRIKE_AFTER
                                          : STRIKE_ERRNO;
    error_code = strike == NULL                      ? 0
                 : strcmp(strike, "ENOSPC") == 0     ? ENOSPC
                 : strcmp(strike, "ECONNRESET") == 0 ? ECONNRESET
                                                     : EIO;
    awake = 1;
}

static void die(void)
{
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

/* NULL: not of interest (pipes, eventfds, terminals). */
static const char *kind_of_path(const char *path)
{
    size_t len = strlen(path);

    if (len > 4 && strcmp(path + len - 4, "-wal") == 0)
        return "wal";
    if (len > 3 && strcmp(path + len - 3, ".db") == 0)
        return "db";
    return "file";
}

static const char *kind_of_fd(int fd)
{
    char link[64], path[512];
    struct stat status;

    if (fd >= 0 && fd < N_EARLY_FDS && early_kinds[fd] != NULL)
        return early_kinds[fd];
    if (fd <= 2 || fstat(fd, &status) != 0)
        return NULL;
    if (S_ISSOCK(status.st_mode))
        return kind_of_socket(fd);
    if (!S_ISREG(status.st_mode))
        return NULL;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n <= 0)
        return NULL;
    path[n] = '\0';
    return kind_of_path(path);
}

static uint64_t hash_of_stack(void)
{
    void *frames[MAX_FRAMES];
    int n = backtrace(frames, MAX_FRAMES);
    uint64_t hash = 1469598103934665603u;

    for (int i = 2; i < n; i++) {
        Dl_info info;
        uint64_t offset = dladdr(frames[i], &info) != 0 ? (uint64_t)frames[i] - (uint64_t)info.dli_fbase : 0;

        hash = (hash ^ offset) * 1099511628211u;
    }
    return hash;
}

static unsigned count(uint64_t hash)
{
    unsigned n = 0;

    while (atomic_flag_test_and_set(&stacks_busy)) /* streaming threads send, too */
        ;
    for (uint64_t i = hash % MAX_STACKS, tries = 0; tries < MAX_STACKS; i = (i + 1) % MAX_STACKS, tries++) {
        if (stacks[i].hash == hash || stacks[i].hash == 0) {
            stacks[i].hash = hash;
            n = ++stacks[i].n;
            break;
        }
    }
    atomic_flag_clear(&stacks_busy);
    return n;
}

static void note(const char *point, unsigned len)
{
    unsigned offset = points != NULL ? atomic_fetch_add(&points->used, len) : LOG_BYTES;

    if (offset + len < LOG_BYTES - sizeof *points)
        memcpy(points->text + offset, point, len);
}

static Strike arrive(const char *call, const char *kind)
{
    char point[160];
    uint64_t hash;

    if (!awake || inside || kind == NULL)
        return PASS;
    inside = 1;
    hash = hash_of_stack();
    for (const char *c = call; *c != '\0'; c++)
        hash = (hash ^ (uint64_t)*c) * 1099511628211u;
    int len = snprintf(point, sizeof point, "%s %s %016llx %u\n", call, kind, (unsigned long long)hash,
                       count(hash));
    note(point, (unsigned)len);
    point[len - 1] = '\0';
    inside = 0;
    if (strcmp(point, at) != 0 || points == NULL || atomic_exchange(&points->struck, 1) != 0)
        return PASS;
    return how;
}

static int is_full(const char *kind)
{
    return awake && full_path[0] != '\0' && kind != NULL && strcmp(kind, "unix") != 0 &&
           strcmp(kind, "tcp") != 0 && syscall(SYS_access, full_path, F_OK) == 0;
}

/* Runs @whole at the point, or strikes there. @part is what gets through when the blow falls inside. */
#define AT_POINT(call, kind_expression, whole, part)                                                         \
    do {                                                                                                     \
        const char *kind_here = awake && !inside ? (kind_expression) : NULL;                                 \
        Strike strike = arrive(call, kind_here);                                                             \
        if (is_full(kind_here) || strike == STRIKE_ERRNO) {                                                  \
            errno = strike == STRIKE_ERRNO ? error_code : ENOSPC;                                            \
            return -1;                                                                                       \
        }                                                                                                    \
        if (strike == STRIKE_BEFORE)                                                                         \
            die();                                                                                           \
        if (strike == STRIKE_INSIDE) {                                                                       \
            (void)!(part);                                                                                   \
            die();                                                                                           \
        }                                                                                                    \
        __typeof__(whole) result = (whole);                                                                  \
        if (strike == STRIKE_AFTER)                                                                          \
            die();                                                                                           \
        return result;                                                                                       \
    } while (0)

ssize_t write(int fd, const void *bytes, size_t n)
{
    AT_POINT("write", kind_of_fd(fd), syscall(SYS_write, fd, bytes, n), syscall(SYS_write, fd, bytes, n / 2));
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t offset)
{
    AT_POINT("pwrite", kind_of_fd(fd), syscall(SYS_pwrite64, fd, bytes, n, offset),
             syscall(SYS_pwrite64, fd, bytes, n / 2, offset));
}

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t offset)
{
    AT_POINT("pwrite", kind_of_fd(fd), syscall(SYS_pwrite64, fd, bytes, n, offset),
             syscall(SYS_pwrite64, fd, bytes, n / 2, offset));
}

/* A sync that dies half way may have synced or not: the page cache of a killed process survives either way.
 */
int fsync(int fd)
{
    AT_POINT("fsync", kind_of_fd(fd), (int)syscall(SYS_fsync, fd), 0);
}

int fdatasync(int fd)
{
    AT_POINT("fdatasync", kind_of_fd(fd), (int)syscall(SYS_fdatasync, fd), 0);
}

int ftruncate64(int fd, off64_t size)
{
    AT_POINT("ftruncate", kind_of_fd(fd), (int)syscall(SYS_ftruncate, fd, size), 0);
}

int rename(const char *from, const char *to)
{
    AT_POINT("rename", kind_of_path(to), (int)syscall(SYS_rename, from, to), 0);
}

int unlink(const char *path)
{
    AT_POINT("unlink", kind_of_path(path), (int)syscall(SYS_unlink, path), 0);
}

ssize_t send(int fd, const void *bytes, size_t n, int flags)
{
    AT_POINT("send", kind_of_fd(fd), syscall(SYS_sendto, fd, bytes, n, flags, NULL, 0),
             syscall(SYS_sendto, fd, bytes, n / 2, flags, NULL, 0));
}

static ssize_t send_half(int fd, const struct iovec *parts, size_t n_parts)
{
    return n_parts > 0
               ? syscall(SYS_sendto, fd, parts[0].iov_base, parts[0].iov_len / 2, MSG_NOSIGNAL, NULL, 0)
               : 0;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    AT_POINT("sendmsg", kind_of_fd(fd), syscall(SYS_sendmsg, fd, message, flags),
             send_half(fd, message->msg_iov, message->msg_iovlen));
}

ssize_t writev(int fd, const struct iovec *parts, int n_parts)
{
    AT_POINT("writev", kind_of_fd(fd), syscall(SYS_writev, fd, parts, n_parts),
             send_half(fd, parts, n_parts > 0 ? (size_t)n_parts : 0));
}
