#include "daemon/journey/retry_wait.h"

gint64 retry_wait_us(guint n_failed, gint64 most_s)
{
    gint64 wait_s = 1;

    while (n_failed-- > 0 && wait_s < most_s)
        wait_s *= 2;
    if (wait_s > most_s)
        wait_s = most_s;
    return wait_s * G_USEC_PER_SEC;
}
