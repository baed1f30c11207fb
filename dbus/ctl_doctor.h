/* Ctl doctor: from what is known to one line per part: does it work, and if not, what to do. Pure. */
#pragma once

#include <glib.h>

typedef struct {
    const gchar *bus;            /* which */
    const gchar *bus_problem;    /* (nullable): NULL: connected */
    const gchar *daemon_problem; /* (nullable): NULL: its state was read */
    GVariant *snapshot;          /* (nullable): a{sv} */
    gint64 now_ms;               /* UTC */
    gboolean clock_synchronised; /* the kernel says so */
} DoctorFacts;

typedef struct {
    const gchar *name; /* "bus", "daemon", "gear", "camera", "server", "storage", "clock" */
    gboolean ok;
    gchar *detail; /* owned */
    gchar *advice; /* owned; "" when ok */
} DoctorCheck;

/* Returns: (transfer full) (element-type DoctorCheck): in the order above; parts that cannot be asked are not
 * ok */
GPtrArray *ctl_doctor_examine(const DoctorFacts *facts);
/* Returns: (transfer full): one line per check */
gchar *ctl_doctor_text(GPtrArray *checks);
/* Returns: (transfer floating): aa{sv}: check s, ok b, detail s, advice s */
GVariant *ctl_doctor_variant(GPtrArray *checks);
gboolean ctl_doctor_all_ok(GPtrArray *checks);
