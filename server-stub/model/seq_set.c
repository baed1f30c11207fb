#include "server-stub/model/seq_set.h"

#include <string.h>

SeqSetResult seq_set_add(SeqSet *self, gint64 seq)
{
    guint at = 0;
    gboolean joins_left, joins_right;

    while (at < self->n_ranges && self->ranges[at].last < seq)
        at++;
    if (at < self->n_ranges && self->ranges[at].first <= seq)
        return SEQ_SET_DUPLICATE;

    joins_left = at > 0 && self->ranges[at - 1].last == seq - 1;
    joins_right = at < self->n_ranges && self->ranges[at].first == seq + 1;
    if (joins_left && joins_right) {
        self->ranges[at - 1].last = self->ranges[at].last;
        self->n_ranges--;
        memmove(&self->ranges[at], &self->ranges[at + 1], (self->n_ranges - at) * sizeof self->ranges[0]);
    } else if (joins_left) {
        self->ranges[at - 1].last = seq;
    } else if (joins_right) {
        self->ranges[at].first = seq;
    } else if (self->n_ranges == SEQ_SET_MAX_RANGES) {
        return SEQ_SET_FULL;
    } else {
        memmove(&self->ranges[at + 1], &self->ranges[at], (self->n_ranges - at) * sizeof self->ranges[0]);
        self->ranges[at].first = self->ranges[at].last = seq;
        self->n_ranges++;
    }
    return SEQ_SET_ADDED;
}

gboolean seq_set_covers(const SeqSet *self, gint64 first, gint64 last)
{
    for (guint i = 0; i < self->n_ranges; i++)
        if (self->ranges[i].first <= first && last <= self->ranges[i].last)
            return TRUE;
    return FALSE;
}

gchar *seq_set_to_text(const SeqSet *self)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < self->n_ranges; i++)
        g_string_append_printf(text, "%s%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT, i > 0 ? "," : "",
                               self->ranges[i].first, self->ranges[i].last);
    return g_string_free(text, FALSE);
}

gboolean seq_set_from_text(SeqSet *self, const gchar *text)
{
    SeqSet set = {0};
    g_auto(GStrv) parts = g_strsplit(text, ",", SEQ_SET_MAX_RANGES + 1);

    for (guint i = 0; parts[i] != NULL; i++) {
        g_auto(GStrv) ends = g_strsplit(parts[i], "-", 3);
        gint64 first, last;

        if (i == SEQ_SET_MAX_RANGES || g_strv_length(ends) != 2 ||
            !g_ascii_string_to_signed(ends[0], 10, 0, G_MAXINT32, &first, NULL) ||
            !g_ascii_string_to_signed(ends[1], 10, first, G_MAXINT32, &last, NULL) ||
            (i > 0 && first <= set.ranges[i - 1].last + 1))
            return FALSE;
        set.ranges[i].first = first;
        set.ranges[i].last = last;
        set.n_ranges++;
    }
    *self = set;
    return TRUE;
}
