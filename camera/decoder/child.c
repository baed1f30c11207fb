#include "camera/decoder/child.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "camera/decoder/decoder_child.h"

/* Nothing of ours, but for what builds with a sanitizer or with counters read. */
static GPtrArray *environment_of_checks(void)
{
    static const gchar *const names[] = {"ASAN_OPTIONS", "UBSAN_OPTIONS", "LLVM_PROFILE_FILE"};
    GPtrArray *environment = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_getenv(names[i]) != NULL)
            g_ptr_array_add(environment, g_strdup_printf("%s=%s", names[i], g_getenv(names[i])));
    g_ptr_array_add(environment, NULL);
    return environment;
}

static int spawn(GPid *pid, const gchar *path, int socket_fd, int frames_fd)
{
    g_autoptr(GPtrArray) environment = environment_of_checks();
    gchar *argv[] = {(gchar *)path, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    int rc;

    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_init(&attributes);
    /* Its own process group: Ctrl-C in a terminal is for the camera process, which then ends its children. */
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    /* Both are moved above the target numbers first, so that neither overwrites the other. */
    posix_spawn_file_actions_adddup2(&actions, socket_fd, DECODER_CHILD_SOCKET_FD);
    posix_spawn_file_actions_adddup2(&actions, frames_fd, DECODER_CHILD_FRAMES_FD);
    rc = posix_spawn(pid, path, &actions, &attributes, argv, (gchar **)environment->pdata);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return rc;
}

gboolean child_start(Child *self, const gchar *path, int frames_fd, GError **error)
{
    int pair[2], theirs, frames, rc;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno), "socketpair: %s", g_strerror(errno));
        return FALSE;
    }
    theirs = fcntl(pair[1], F_DUPFD_CLOEXEC, DECODER_CHILD_FRAMES_FD + 1);
    frames = fcntl(frames_fd, F_DUPFD_CLOEXEC, DECODER_CHILD_FRAMES_FD + 1);
    close(pair[1]);
    rc = theirs >= 0 && frames >= 0 ? spawn(&self->pid, path, theirs, frames) : EMFILE;
    if (theirs >= 0)
        close(theirs);
    if (frames >= 0)
        close(frames);
    if (rc != 0) {
        close(pair[0]);
        *self = (Child)CHILD_INIT;
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(rc), "%s: %s", path, g_strerror(rc));
        return FALSE;
    }
    self->socket_fd = pair[0];
    return TRUE;
}

void child_kill(Child *self)
{
    if (self->pid != 0)
        kill(self->pid, SIGKILL);
    if (self->socket_fd >= 0)
        close(self->socket_fd);
    self->socket_fd = -1;
}

void child_reap(Child *self)
{
    while (self->pid != 0 && waitpid(self->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    self->pid = 0;
}

gint64 child_cpu_us(const Child *self)
{
    clockid_t id;
    struct timespec t;

    if (self->pid == 0 || clock_getcpuclockid(self->pid, &id) != 0 || clock_gettime(id, &t) != 0)
        return -1;
    return (gint64)t.tv_sec * G_USEC_PER_SEC + t.tv_nsec / 1000;
}
