/* A clock that somebody sets. The test owns time: this program's own clock_gettime() and timer descriptors
 * are asked by the code under test and by GLib alike. */
#include "daemon/clock_watch.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static gint64 passed_s,
    wall_set_s; /* since the start of the test: time, and what the wall clock was set by */
static gint timer_fd = -1;
static guint n_armed, n_changes;
static gboolean refuse_timer;

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int result = (int)syscall(SYS_clock_gettime, clock, now);

    if (clock == CLOCK_MONOTONIC || clock == CLOCK_BOOTTIME || clock == CLOCK_REALTIME)
        now->tv_sec += passed_s;
    if (clock == CLOCK_REALTIME)
        now->tv_sec += wall_set_s;
    return result;
}

int timerfd_create(int clock, int flags)
{
    cr_assert_eq(clock, CLOCK_REALTIME, "the clock that can be set");
    if (refuse_timer) {
        errno = EMFILE;
        return -1;
    }
    timer_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return timer_fd;
}

int timerfd_settime(int fd, int flags, const struct itimerspec *due, struct itimerspec *before)
{
    cr_assert_eq(fd, timer_fd);
    cr_assert_eq(flags, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET);
    n_armed++;
    return 0;
}

static void on_changed(gpointer data)
{
    n_changes++;
}

static void run_loop(void)
{
    for (guint i = 0; i < 5; i++)
        g_main_context_iteration(NULL, FALSE);
}

/* As the kernel does: the clock moves, the timer is cancelled. */
static void set_clock(gint64 by_s)
{
    wall_set_s += by_s;
    cr_assert_eq(eventfd_write(timer_fd, 1), 0);
    run_loop();
}

static void let_pass(gint64 seconds)
{
    passed_s += seconds;
    run_loop();
}

Test(clock_watch, a_jump_either_way_is_told_at_once_and_believed_again_after_ten_seconds)
{
    const gint64 jumps_s[] = {-400 * 86400, 400 * 86400, -2, 2};
    ClockWatch *watch = clock_watch_new(on_changed, NULL);

    for (guint i = 0; i < G_N_ELEMENTS(jumps_s); i++) {
        set_clock(jumps_s[i]);
        cr_expect(clock_watch_has_jumped(watch), "%u", i);
        cr_expect_eq(n_changes, 2 * i + 1);
        let_pass(CLOCK_WATCH_SETTLE_MS / 1000 - 1);
        cr_expect(clock_watch_has_jumped(watch), "%u", i);
        let_pass(2);
        cr_expect_not(clock_watch_has_jumped(watch), "%u", i);
        cr_expect_eq(n_changes, 2 * i + 2);
    }
    cr_expect_eq(n_armed, 1 + G_N_ELEMENTS(jumps_s), "watched again each time");
    clock_watch_free(watch);
}

Test(clock_watch, another_jump_begins_the_ten_seconds_anew)
{
    ClockWatch *watch = clock_watch_new(on_changed, NULL);

    set_clock(3600);
    let_pass(8);
    set_clock(-3600);
    let_pass(8);
    cr_expect(clock_watch_has_jumped(watch));
    let_pass(3);
    cr_expect_not(clock_watch_has_jumped(watch));
    clock_watch_free(watch);
}

Test(clock_watch, a_clock_being_disciplined_is_no_jump_until_it_adds_up_to_one)
{
    ClockWatch *watch = clock_watch_new(on_changed, NULL);

    set_clock(1);
    cr_expect_eq(n_changes, 0);
    set_clock(-1);
    set_clock(1);
    cr_expect_eq(n_changes, 0);
    set_clock(1);
    cr_expect(clock_watch_has_jumped(watch));
    clock_watch_free(watch);
}

Test(clock_watch, time_that_passes_is_no_jump)
{
    ClockWatch *watch = clock_watch_new(on_changed, NULL);

    let_pass(86400); /* suspended, too: the time since boot counts it */
    set_clock(0);
    cr_expect_eq(n_changes, 0);
    clock_watch_free(watch);
}

Test(clock_watch, without_such_a_timer_nothing_is_told_and_nothing_breaks)
{
    ClockWatch *watch;

    refuse_timer = TRUE;
    watch = clock_watch_new(on_changed, NULL);
    run_loop();
    cr_expect_not(clock_watch_has_jumped(watch));
    cr_expect_not(clock_watch_has_jumped(NULL));
    clock_watch_free(watch);
    clock_watch_free(NULL);
}
