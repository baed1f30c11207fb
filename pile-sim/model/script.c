#include "pile-sim/model/script.h"

#include <math.h>
#include <string.h>

#include "protocol/json_read.h"

static gboolean refuse(GError **error, const gchar *name, guint line, const gchar *why)
{
    g_set_error(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE, "%s:%u: %s", name, line, why);
    return FALSE;
}

/* Digits and at most one point: g_ascii_strtod() alone would take "inf", "0x1p3" and signs too. */
static gboolean read_seconds(const gchar *word, gint64 *ms)
{
    gdouble seconds = 0;

    if (strspn(word, "0123456789.") != strlen(word) || !g_ascii_isdigit(word[0]) || strlen(word) > 16 ||
        strchr(word, '.') != strrchr(word, '.'))
        return FALSE;
    seconds = g_ascii_strtod(word, NULL);
    if (seconds > SCRIPT_MAX_SECONDS)
        return FALSE;
    *ms = (gint64)floor(seconds * 1000.0 + 0.5);
    return TRUE;
}

/* Blank separated words; runs of blanks count once. (transfer full) */
static GPtrArray *split_words(const gchar *line)
{
    g_auto(GStrv) parts = g_strsplit_set(line, " \t\r", -1);
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; parts[i] != NULL; i++) {
        if (parts[i][0] == '#')
            break;
        if (parts[i][0] != '\0')
            g_ptr_array_add(words, g_strdup(parts[i]));
    }
    g_ptr_array_add(words, NULL);
    return words;
}

static gboolean read_line(GArray *steps, const gchar *name, guint number, const gchar *line, guint n_evses,
                          GError **error)
{
    g_autoptr(GPtrArray) words = split_words(line);
    gchar **word = (gchar **)words->pdata;
    ScriptStep step = {0};
    g_autoptr(GError) why = NULL;

    if (word[0] == NULL)
        return TRUE;
    if (!read_seconds(word[0], &step.at_ms))
        return refuse(error, name, number, "want '<seconds> <action> [arguments]', seconds 0 .. 604800");
    if (steps->len > 0 && step.at_ms < g_array_index(steps, ScriptStep, steps->len - 1).at_ms)
        return refuse(error, name, number, "times must not go back");
    if (!sim_command_from_words(word + 1, n_evses, &step.command, &why))
        return refuse(error, name, number, why->message);
    g_array_append_val(steps, step);
    return TRUE;
}

GArray *script_parse(const gchar *name, const gchar *text, gsize len, guint n_evses, GError **error)
{
    g_autoptr(GArray) steps = g_array_new(FALSE, TRUE, sizeof(ScriptStep));
    g_autofree gchar *copy = NULL;
    g_auto(GStrv) lines = NULL;

    if (len > SCRIPT_MAX_BYTES || memchr(text, '\0', len) != NULL || !g_utf8_validate_len(text, len, NULL)) {
        refuse(error, name, 1, "want at most 64 KiB of UTF-8 text");
        return NULL;
    }
    copy = g_strndup(text, len);
    lines = g_strsplit(copy, "\n", SCRIPT_MAX_LINES + 1);
    if (g_strv_length(lines) > SCRIPT_MAX_LINES) {
        refuse(error, name, SCRIPT_MAX_LINES + 1, "too many lines");
        return NULL;
    }
    for (guint i = 0; lines[i] != NULL; i++) {
        if (!read_line(steps, name, i + 1, lines[i], n_evses, error))
            return NULL;
    }
    return g_steal_pointer(&steps);
}
