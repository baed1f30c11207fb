#include "server-stub/model/operator_sessions.h"

struct _OperatorSessions {
    GHashTable *opened; /* hash -> gint64: when, monotonic */
};

OperatorSessions *operator_sessions_new(void)
{
    OperatorSessions *self = g_new0(OperatorSessions, 1);

    self->opened = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return self;
}

void operator_sessions_free(OperatorSessions *self)
{
    g_hash_table_unref(self->opened);
    g_free(self);
}

static void forget_oldest(OperatorSessions *self)
{
    GHashTableIter iter;
    gpointer hash, when;
    gpointer oldest = NULL;
    gint64 oldest_ms = G_MAXINT64;

    g_hash_table_iter_init(&iter, self->opened);
    while (g_hash_table_iter_next(&iter, &hash, &when)) {
        if (*(gint64 *)when < oldest_ms) {
            oldest = hash;
            oldest_ms = *(gint64 *)when;
        }
    }
    g_hash_table_remove(self->opened, oldest);
}

void operator_sessions_open(OperatorSessions *self, const gchar *hash, gint64 now_ms)
{
    if (g_hash_table_size(self->opened) >= OPERATOR_SESSIONS_MAX)
        forget_oldest(self);
    g_hash_table_insert(self->opened, g_strdup(hash), g_memdup2(&now_ms, sizeof now_ms));
}

gboolean operator_sessions_know(OperatorSessions *self, const gchar *hash, gint64 now_ms)
{
    const gint64 *when = g_hash_table_lookup(self->opened, hash);

    if (when == NULL)
        return FALSE;
    if (now_ms - *when < OPERATOR_SESSION_MS)
        return TRUE;
    g_hash_table_remove(self->opened, hash);
    return FALSE;
}

void operator_sessions_close(OperatorSessions *self, const gchar *hash)
{
    g_hash_table_remove(self->opened, hash);
}
