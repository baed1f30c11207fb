#include "weblink/rate_limit.h"

struct _RateLimit {
    GHashTable *full_at; /* name -> gint64, microseconds: when the bucket is full again */
    gint64 interval_us;
    gint64 depth_us; /* how far away that may be */
};

RateLimit *rate_limit_new(guint per_s, guint burst)
{
    RateLimit *self = NULL;

    g_return_val_if_fail(per_s > 0 && burst > 0, NULL);
    self = g_new0(RateLimit, 1);
    self->full_at = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    self->interval_us = MAX(G_USEC_PER_SEC / per_s, 1);
    self->depth_us = self->interval_us * burst;
    return self;
}

void rate_limit_free(RateLimit *self)
{
    g_hash_table_unref(self->full_at);
    g_free(self);
}

/* Seldom: only when the table is full. */
static void make_room(RateLimit *self, gint64 now_us)
{
    GHashTableIter iter;
    gpointer name = NULL, at = NULL;
    const gchar *nearest = NULL;
    gint64 nearest_us = G_MAXINT64;

    g_hash_table_iter_init(&iter, self->full_at);
    while (g_hash_table_iter_next(&iter, &name, &at)) {
        gint64 full_us = *(gint64 *)at;

        if (full_us <= now_us) {
            g_hash_table_iter_remove(&iter);
        } else if (full_us < nearest_us) {
            nearest_us = full_us;
            nearest = name;
        }
    }
    if (g_hash_table_size(self->full_at) >= RATE_LIMIT_MAX_NAMES)
        g_hash_table_remove(self->full_at, nearest);
}

/* When the bucket is full again, if one is taken now. */
static gint64 next_us(const RateLimit *self, const gint64 *full_at, gint64 now_us)
{
    return (full_at != NULL ? MAX(*full_at, now_us) : now_us) + self->interval_us;
}

gint64 rate_limit_wait_us(RateLimit *self, const gchar *name, gint64 now_us)
{
    gint64 next = next_us(self, g_hash_table_lookup(self->full_at, name), now_us);

    return MAX(next - now_us - self->depth_us, 0);
}

gint64 rate_limit_take(RateLimit *self, const gchar *name, gint64 now_us)
{
    gint64 *full_at = g_hash_table_lookup(self->full_at, name);
    gint64 next = next_us(self, full_at, now_us);

    if (next - now_us > self->depth_us)
        return next - now_us - self->depth_us;
    if (full_at == NULL) {
        if (g_hash_table_size(self->full_at) >= RATE_LIMIT_MAX_NAMES)
            make_room(self, now_us);
        full_at = g_new(gint64, 1);
        g_hash_table_insert(self->full_at, g_strdup(name), full_at);
    }
    *full_at = next;
    return 0;
}

void rate_limit_give_back(RateLimit *self, const gchar *name)
{
    gint64 *full_at = g_hash_table_lookup(self->full_at, name);

    if (full_at != NULL)
        *full_at -= self->interval_us;
}
