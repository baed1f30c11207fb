#include "camera/parent_watch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

/* The first one is the kernel's word that the parent has died; the second, of alarm(), finds the default
 * action.
 */
static void on_parent_died(int number)
{
    alarm(PARENT_WATCH_GRACE_S);
}

gboolean parent_watch_begin(gint fd)
{
    const struct sigaction action = {.sa_handler = on_parent_died, .sa_flags = SA_RESTART | SA_RESETHAND};
    struct pollfd peer = {.fd = fd};

    if (sigaction(SIGALRM, &action, NULL) != 0 || prctl(PR_SET_PDEATHSIG, SIGALRM, 0, 0, 0) != 0)
        return FALSE;
    /* Who died before that sends no signal. Its process id tells nothing, orphans have new parents; but its
     * end of the socket is closed. */
    errno = ESRCH;
    return poll(&peer, 1, 0) == 0;
}
