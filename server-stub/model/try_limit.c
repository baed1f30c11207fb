#include "server-stub/model/try_limit.h"

typedef struct {
    gint64 since_ms;
    guint failures;
} Tries;

struct _TryLimit {
    guint max_failures;
    gint64 window_ms;
    GHashTable *tries; /* name -> Tries */
};

TryLimit *try_limit_new(guint max_failures, gint64 window_ms)
{
    TryLimit *self = g_new0(TryLimit, 1);

    self->max_failures = max_failures;
    self->window_ms = window_ms;
    self->tries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return self;
}

void try_limit_free(TryLimit *self)
{
    g_hash_table_unref(self->tries);
    g_free(self);
}

gint64 try_limit_wait_ms(TryLimit *self, const gchar *name, gint64 now_ms)
{
    Tries *tries = g_hash_table_lookup(self->tries, name);

    if (tries == NULL || now_ms - tries->since_ms >= self->window_ms || tries->failures < self->max_failures)
        return 0;
    return tries->since_ms + self->window_ms - now_ms;
}

/* Makes room: forgets every name whose minute is over, or else the oldest. */
static void forget(TryLimit *self, gint64 now_ms)
{
    GHashTableIter iter;
    gpointer name, value;
    gpointer oldest = NULL;
    gint64 oldest_ms = G_MAXINT64;

    g_hash_table_iter_init(&iter, self->tries);
    while (g_hash_table_iter_next(&iter, &name, &value)) {
        const Tries *tries = value;

        if (now_ms - tries->since_ms >= self->window_ms) {
            g_hash_table_iter_remove(&iter);
        } else if (tries->since_ms < oldest_ms) {
            oldest = name;
            oldest_ms = tries->since_ms;
        }
    }
    if (g_hash_table_size(self->tries) >= TRY_LIMIT_MAX_NAMES)
        g_hash_table_remove(self->tries, oldest);
}

void try_limit_failed(TryLimit *self, const gchar *name, gint64 now_ms)
{
    Tries *tries = g_hash_table_lookup(self->tries, name);

    if (tries == NULL) {
        if (g_hash_table_size(self->tries) >= TRY_LIMIT_MAX_NAMES)
            forget(self, now_ms);
        tries = g_new0(Tries, 1);
        tries->since_ms = now_ms;
        g_hash_table_insert(self->tries, g_strdup(name), tries);
    }
    if (now_ms - tries->since_ms >= self->window_ms) {
        tries->since_ms = now_ms;
        tries->failures = 0;
    }
    if (tries->failures < self->max_failures)
        tries->failures++;
}
