#include "pile-sim/model/bay_feed.h"

#include <string.h>

static gboolean read_word(const gchar *word, SimCommand *command)
{
    command->on = g_str_equal(word, "occupied");
    command->broken = g_str_equal(word, "broken");
    return command->on || command->broken || g_str_equal(word, "free");
}

/* "1 occupied": digits, one blank, a word. */
static gboolean read_line(const BayFeed *self, SimCommand *command)
{
    const gchar *blank = strchr(self->line, ' ');
    g_autofree gchar *number = blank != NULL ? g_strndup(self->line, (gsize)(blank - self->line)) : NULL;
    guint64 evse = 0;

    *command = (SimCommand){.action = SIM_BAY};
    if (number == NULL || number[0] == '0' ||
        !g_ascii_string_to_unsigned(number, 10, 1, self->n_evses, &evse, NULL) ||
        !read_word(blank + 1, command))
        return FALSE;
    command->evse = (guint)evse;
    return TRUE;
}

static void end_line(BayFeed *self, BayFeedLine line, gpointer data)
{
    SimCommand command;
    gboolean whole = !self->too_long && memchr(self->line, '\0', self->len) == NULL;

    self->line[self->len] = '\0';
    if (self->len > 0 || self->too_long) {
        gboolean good = whole && read_line(self, &command);

        self->n_lines++;
        self->n_bad += !good;
        line(good ? &command : NULL, data);
    }
    self->len = 0;
    self->too_long = FALSE;
}

void bay_feed_push(BayFeed *self, const gchar *bytes, gsize len, BayFeedLine line, gpointer data)
{
    for (gsize i = 0; i < len; i++) {
        if (bytes[i] == '\n')
            end_line(self, line, data);
        else if (self->len < BAY_FEED_LINE_BYTES)
            self->line[self->len++] = bytes[i];
        else
            self->too_long = TRUE;
    }
}
