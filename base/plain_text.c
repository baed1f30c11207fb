#include "base/plain_text.h"

#include <string.h>

#define MAX_MARKS 2 /* Vietnamese needs two on one letter; more only builds towers */
#define REPLACEMENT 0xFFFD

static gboolean is_mark(gunichar c)
{
    return g_unichar_ismark(c);
}

/* NULL: fit, else what it is. */
static const gchar *flaw_of(gunichar c)
{
    switch (g_unichar_type(c)) {
    case G_UNICODE_CONTROL:
        return "a control character";
    case G_UNICODE_FORMAT: /* the bidirectional ones are among them, and what has no width */
        return "a format or bidirectional character";
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
        return "a line break";
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_UNASSIGNED:
        return "a character without a meaning";
    default:
        return c == '<' || c == '>' ? "markup" : NULL;
    }
}

/* The length of an entity at @text ("&amp;", "&#60;"), 0: none. */
static gsize entity_length(const gchar *text)
{
    gsize n = 1;

    if (text[0] != '&')
        return 0;
    while (g_ascii_isalnum(text[n]) || (n == 1 && text[n] == '#'))
        n++;
    return n > 1 && text[n] == ';' ? n + 1 : 0;
}

gboolean plain_text_is_fit(const gchar *text, gsize max_chars, const gchar **why)
{
    const gchar *flaw = NULL;
    gboolean blank = TRUE;
    guint marks = 0;
    gsize chars = 0;

    if (text == NULL || !g_utf8_validate(text, -1, NULL))
        flaw = "not UTF-8 text";
    for (const gchar *at = text; flaw == NULL && *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);

        marks = is_mark(c) ? marks + 1 : 0;
        blank = blank && g_unichar_isspace(c);
        flaw = flaw_of(c);
        if (flaw == NULL && marks > MAX_MARKS)
            flaw = "a tower of combining marks";
        else if (flaw == NULL && (g_str_has_prefix(at, "://") || entity_length(at) > 0))
            flaw = "a link or an entity";
        if (flaw == NULL && ++chars > max_chars)
            flaw = "too long";
    }
    if (flaw == NULL && blank)
        flaw = "empty";
    if (flaw != NULL && why != NULL)
        *why = flaw;
    return flaw == NULL;
}

gchar *plain_text_neutral(const gchar *text, gsize max_chars, gsize max_bytes)
{
    g_autofree gchar *valid = g_utf8_make_valid(text, -1);
    GString *out = g_string_new(NULL);
    guint marks = 0;

    for (const gchar *at = valid; *at != '\0' && max_chars > 0; at = g_utf8_next_char(at), max_chars--) {
        gunichar c = g_utf8_get_char(at);
        gchar bytes[6];
        gsize len;

        marks = is_mark(c) ? marks + 1 : 0;
        if (flaw_of(c) != NULL || marks > MAX_MARKS || g_str_has_prefix(at, "://") || entity_length(at) > 0)
            c = REPLACEMENT;
        len = (gsize)g_unichar_to_utf8(c, bytes);
        if (out->len + len > max_bytes)
            break;
        g_string_append_len(out, bytes, (gssize)len);
    }
    if (!plain_text_is_fit(out->str, G_MAXSIZE, NULL))
        g_string_truncate(out, 0); /* nothing but blanks is left */
    return g_string_free(out, FALSE);
}
