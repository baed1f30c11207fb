#include "pile-sim/script_player.h"

struct _ScriptPlayer {
    GArray *steps; /* of ScriptStep */
    guint next;
    guint source;
    gint64 start_us; /* monotonic */
    ScriptPlayerStep step;
    gpointer data;
};

static void arm(ScriptPlayer *self);

static gboolean on_due(gpointer data)
{
    ScriptPlayer *self = data;

    self->source = 0;
    self->step(&g_array_index(self->steps, ScriptStep, self->next++), self->data);
    arm(self);
    return G_SOURCE_REMOVE;
}

static void arm(ScriptPlayer *self)
{
    gint64 passed_ms = (g_get_monotonic_time() - self->start_us) / 1000;

    if (self->next < self->steps->len)
        self->source =
            g_timeout_add((guint)MAX(g_array_index(self->steps, ScriptStep, self->next).at_ms - passed_ms, 0),
                          on_due, self);
}

ScriptPlayer *script_player_new(const gchar *path, guint n_evses, ScriptPlayerStep step, gpointer data,
                                GError **error)
{
    g_autoptr(ScriptPlayer) self = g_new0(ScriptPlayer, 1);
    g_autofree gchar *text = NULL;
    gsize len = 0;

    if (!g_file_get_contents(path, &text, &len, error))
        return NULL;
    self->steps = script_parse(path, text, len, n_evses, error);
    if (self->steps == NULL)
        return NULL;
    self->step = step;
    self->data = data;
    return g_steal_pointer(&self);
}

void script_player_start(ScriptPlayer *self)
{
    self->start_us = g_get_monotonic_time();
    arm(self);
}

void script_player_free(ScriptPlayer *self)
{
    if (self == NULL)
        return;
    if (self->source != 0)
        g_source_remove(self->source);
    g_clear_pointer(&self->steps, g_array_unref);
    g_free(self);
}
