/* The preview stream: whole pictures for quick readers, fewer for slow ones, no harm from dead ones. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "camera/preview.h"

static guint n_wanted, n_unwanted;

static void on_wanted(gboolean wanted, gpointer data)
{
    if (wanted)
        n_wanted++;
    else
        n_unwanted++;
}

static void begin(void)
{
    signal(SIGPIPE, SIG_IGN); /* as main() does */
    n_wanted = n_unwanted = 0;
}

TestSuite(preview, .init = begin);

static void turn(void)
{
    while (g_main_context_iteration(NULL, FALSE))
        ;
}

/* Adds a reader and returns its end. */
static int open_reader(Preview *preview)
{
    int pair[2];

    cr_assert(g_unix_open_pipe(pair, FD_CLOEXEC, NULL));
    preview_add(preview, pair[1]);
    return pair[0];
}

static void read_fully(int fd, guint8 *buffer, gsize n)
{
    for (gsize got = 0; got < n;) {
        gssize step = read(fd, buffer + got, MIN(n - got, 4096));
        cr_assert_gt(step, 0);
        got += (gsize)step;
        turn(); /* room: the writer goes on */
    }
}

/* Reads one picture; returns its first byte, and checks that all others are the same. */
static guint8 read_picture(int fd, gsize *size)
{
    guint32 length;
    g_autofree guint8 *jpeg = NULL;

    read_fully(fd, (guint8 *)&length, sizeof length);
    *size = GUINT32_FROM_BE(length);
    jpeg = g_malloc(*size);
    read_fully(fd, jpeg, *size);
    for (gsize i = 1; i < *size; i++)
        cr_assert_eq(jpeg[i], jpeg[0], "a picture of several pieces");
    return jpeg[0];
}

static void push(Preview *preview, guint8 byte, gsize size)
{
    g_autofree guint8 *jpeg = g_malloc(size);

    memset(jpeg, byte, size);
    preview_push(preview, jpeg, size);
}

Test(preview, each_picture_is_its_length_and_its_bytes)
{
    Preview *preview = preview_new(on_wanted, NULL);
    int fd = open_reader(preview);
    gsize size;

    push(preview, 'a', 300);
    push(preview, 'b', 7);
    cr_expect_eq(read_picture(fd, &size), 'a');
    cr_expect_eq(size, 300);
    cr_expect_eq(read_picture(fd, &size), 'b');
    cr_expect_eq(size, 7);
    preview_free(preview);
    close(fd);
}

Test(preview, a_slow_reader_misses_whole_pictures_and_never_a_part_of_one)
{
    Preview *preview = preview_new(on_wanted, NULL);
    int fd = open_reader(preview);
    guint8 last = 0;
    gsize size;

    for (guint8 i = 1; i <= 20; i++) /* 40 KiB each into a pipe of 64 KiB */
        push(preview, i, 40 * 1024);
    for (guint i = 0; i < 2; i++) {
        guint8 now = read_picture(fd, &size);
        cr_expect_gt(now, last);
        cr_expect_eq(size, 40 * 1024);
        last = now;
    }
    push(preview, 99, 10);
    cr_expect_eq(read_picture(fd, &size), 99, "what was missed stays missed");
    preview_free(preview);
    close(fd);
}

Test(preview, pictures_larger_than_the_pipe_arrive)
{
    Preview *preview = preview_new(on_wanted, NULL);
    int fd = open_reader(preview);
    gsize size;

    push(preview, 'x', 500 * 1024);
    cr_expect_eq(read_picture(fd, &size), 'x');
    cr_expect_eq(size, 500 * 1024);
    preview_free(preview);
    close(fd);
}

Test(preview, is_wanted_from_the_first_reader_to_the_last)
{
    Preview *preview = preview_new(on_wanted, NULL);
    int one = open_reader(preview), two = open_reader(preview);

    cr_expect_eq(n_wanted, 1);
    close(one);
    turn();
    cr_expect_eq(n_unwanted, 0);
    close(two);
    turn();
    cr_expect_eq(n_unwanted, 1, "noticed without a picture");
    preview_free(preview);
}

Test(preview, a_reader_that_goes_in_the_middle_of_a_picture_harms_nobody)
{
    Preview *preview = preview_new(on_wanted, NULL);
    int dying = open_reader(preview), living = open_reader(preview);
    gsize size;

    push(preview, 'a', 1000 * 1024);
    close(dying);
    cr_expect_eq(read_picture(living, &size), 'a');
    push(preview, 'b', 10);
    cr_expect_eq(read_picture(living, &size), 'b');
    preview_free(preview);
    close(living);
}

Test(preview, one_reader_too_many_takes_the_place_of_the_oldest)
{
    Preview *preview = preview_new(on_wanted, NULL);
    int fds[PREVIEW_READERS_MAX + 1];
    guint8 byte;
    gsize size;

    for (guint i = 0; i <= PREVIEW_READERS_MAX; i++)
        fds[i] = open_reader(preview);
    push(preview, 'a', 10);
    cr_expect_eq(read(fds[0], &byte, 1), 0, "closed");
    for (guint i = 1; i <= PREVIEW_READERS_MAX; i++)
        cr_expect_eq(read_picture(fds[i], &size), 'a');
    preview_free(preview);
    for (guint i = 0; i <= PREVIEW_READERS_MAX; i++)
        close(fds[i]);
}
