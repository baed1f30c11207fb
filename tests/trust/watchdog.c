#include "service/watchdog.h"
#include <criterion/criterion.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

Test(watchdog, pings_twice_as_often_as_asked)
{
    cr_expect_eq(watchdog_interval_ms("30000000", NULL, 7), 15000);
    cr_expect_eq(watchdog_interval_ms("30000000", "7", 7), 15000);
}

Test(watchdog, is_silent_when_nobody_asks_us)
{
    static const gchar *const bad[] = {"", "x", "-1", "0", "1999", "1e9", "99999999999999999999"};

    cr_expect_eq(watchdog_interval_ms(NULL, NULL, 7), 0);
    cr_expect_eq(watchdog_interval_ms("30000000", "8", 7), 0, "meant for our parent");
    cr_expect_eq(watchdog_interval_ms("30000000", "x", 7), 0);
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        cr_expect_eq(watchdog_interval_ms(bad[i], NULL, 7), 0, "%s", bad[i]);
    g_unsetenv("WATCHDOG_USEC");
    cr_expect_eq(watchdog_start(), 0);
}

Test(watchdog, the_main_loop_pings_the_manager)
{
    g_autofree gchar *folder = g_dir_make_tmp("watchdog-XXXXXX", NULL);
    g_autofree gchar *path = g_build_filename(folder, "notify", NULL);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    gchar said[32] = "";

    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    cr_assert_eq(bind(manager, (struct sockaddr *)&address, sizeof address), 0);
    g_setenv("NOTIFY_SOCKET", path, TRUE);
    g_setenv("WATCHDOG_USEC", "4000", TRUE);
    g_unsetenv("WATCHDOG_PID");
    cr_assert_neq(watchdog_start(), 0);
    cr_assert_eq(recv(manager, said, sizeof said - 1, 0), 10);
    cr_expect_str_eq(said, "WATCHDOG=1");
    cr_expect_eq(recv(manager, said, sizeof said - 1, 0), -1, "no further one without the main loop");
    g_main_context_iteration(NULL, TRUE);
    cr_expect_eq(recv(manager, said, sizeof said - 1, 0), 10, "one more with each turn that is due");
    close(manager);
    unlink(path);
    rmdir(folder);
}
