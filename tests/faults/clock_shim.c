/* Preloaded: moves the wall clock of one program by what the file FAULT_CLOCK says (seconds), while it runs.
 * The kernel's notice of a set clock (timerfd, TFD_TIMER_CANCEL_ON_SET) is played too: setting the real clock
 * would take root and move the whole machine. */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static volatile long offset_s;
static int watch_fd = -1;

static long read_offset(void)
{
    FILE *file = fopen(getenv("FAULT_CLOCK"), "re");
    long seconds = offset_s;

    if (file != NULL) {
        if (fscanf(file, "%ld", &seconds) != 1)
            seconds = offset_s;
        fclose(file);
    }
    return seconds;
}

static void *follow(void *unused)
{
    for (;;) {
        long seconds = read_offset();

        if (seconds != offset_s) {
            const uint64_t one = 1;

            offset_s = seconds;
            (void)!syscall(SYS_write, watch_fd, &one, sizeof one);
        }
        usleep(50000);
    }
    return unused;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int result = (int)syscall(SYS_clock_gettime, clock, now);

    if (clock == CLOCK_REALTIME)
        now->tv_sec += offset_s;
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    int result = (int)syscall(SYS_gettimeofday, now, zone);

    now->tv_sec += offset_s;
    return result;
}

time_t time(time_t *out)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (out != NULL)
        *out = now.tv_sec;
    return now.tv_sec;
}

int timerfd_create(clockid_t clock, int flags)
{
    pthread_t thread;

    if (clock != CLOCK_REALTIME || getenv("FAULT_CLOCK") == NULL || watch_fd >= 0)
        return (int)syscall(SYS_timerfd_create, clock, flags);
    watch_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    offset_s = read_offset();
    pthread_create(&thread, NULL, follow, NULL);
    return watch_fd;
}

int timerfd_settime(int fd, int flags, const struct itimerspec *due, struct itimerspec *old)
{
    return fd == watch_fd ? 0 : (int)syscall(SYS_timerfd_settime, fd, flags, due, old);
}

ssize_t read(int fd, void *bytes, size_t n)
{
    ssize_t got = syscall(SYS_read, fd, bytes, n);

    if (fd != watch_fd || got < 0)
        return got;
    errno = ECANCELED;
    return -1;
}
