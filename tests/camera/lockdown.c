/* What the camera process can no longer do, tried in a process that has locked itself down. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "camera/decoder/sanitized.h"
#include "camera/lockdown.h"

/* Each test is a process of its own, so that nothing has to be undone; and nothing could be: the file stays
 * in the build folder. */
static const gchar folder[] = "lockdown-test", file[] = "lockdown-test/there";

static void enter(void)
{
    g_mkdir(folder, 0700);
    cr_assert(g_file_test(file, G_FILE_TEST_EXISTS) || g_file_set_contents(file, "before", -1, NULL));
    if (SANITIZED)
        cr_skip_test("a sanitizer's report is a file");
    cr_assert(lockdown_enter(), "%s", g_strerror(errno));
}

TestSuite(lockdown, .init = enter);

static gboolean is_refused(glong result)
{
    return result == -1 && errno == EACCES;
}

Test(lockdown, there_is_no_network)
{
    for (int family = AF_UNIX + 1; family < 46; family++) {
        if (family == AF_NETLINK)
            continue;
        for (int type = SOCK_STREAM; type <= SOCK_SEQPACKET; type++)
            cr_expect(is_refused(socket(family, type, 0)), "family %d", family);
    }
    cr_expect_geq(socket(AF_UNIX, SOCK_STREAM, 0), 0, "PipeWire is reached by one of these");
}

Test(lockdown, no_file_can_be_made_or_changed)
{
    g_autofree gchar *other = g_build_filename(folder, "other", NULL);

    cr_expect(is_refused(open(other, O_CREAT | O_WRONLY, 0600)));
    cr_expect(is_refused(open(folder, O_TMPFILE | O_WRONLY, 0600)));
    cr_expect(is_refused(creat(other, 0600)));
    cr_expect(is_refused(open(file, O_WRONLY)));
    cr_expect(is_refused(open(file, O_RDWR)));
    cr_expect(is_refused(open(file, O_WRONLY | O_APPEND)));
    cr_expect(is_refused(open(file, O_RDONLY | O_TRUNC)));
    cr_expect(is_refused(truncate(file, 0)));
    cr_expect(is_refused(rename(file, other)));
    cr_expect(is_refused(link(file, other)));
    cr_expect(is_refused(symlink("a", other)));
    cr_expect(is_refused(unlink(file)));
    cr_expect(is_refused(mkdir(other, 0700)));
    cr_expect(is_refused(rmdir(folder)));
    cr_expect(is_refused(mknod(other, S_IFIFO | 0600, 0)));
    cr_expect_eq(syscall(SYS_openat2, AT_FDCWD, file, NULL, 0), -1);
    cr_expect_eq(syscall(SYS_io_uring_setup, 1, NULL), -1, "its requests would pass by the filter");
}

Test(lockdown, reading_devices_and_memory_still_work)
{
    gchar word[7] = "";
    int fd = open(file, O_RDONLY);

    cr_expect_eq(read(fd, word, 6), 6);
    cr_expect_str_eq(word, "before");
    cr_expect_geq(open("/dev/null", O_RDWR), 0, "devices are opened to read and write");
    cr_expect_eq(ftruncate(memfd_create("frame", MFD_CLOEXEC), 4096), 0, "frames are shared in such memory");
}

Test(lockdown, it_is_inherited_and_cannot_be_left)
{
    gint status = -1;
    g_autofree gchar *script = g_strdup_printf(": > %s", file);
    const gchar *argv[] = {"/bin/sh", "-c", script, NULL};

    cr_assert(g_spawn_sync(NULL, (gchar **)argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL,
                           &status, NULL));
    cr_expect_neq(status, 0);
    cr_expect(lockdown_enter(), "once more is no error");
}
