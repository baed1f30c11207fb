#include "protocol/subject_name.h"

/* One character of a value: plain, "\," or "\2C" (RFC 4514, 2.4). Returns: what follows it; NULL: malformed
 */
static const gchar *next_character(const gchar *text, gchar *c)
{
    if (*text != '\\') {
        *c = *text;
        return text + 1;
    }
    if (g_ascii_isxdigit(text[1]) && g_ascii_isxdigit(text[2])) {
        *c = (gchar)(g_ascii_xdigit_value(text[1]) * 16 + g_ascii_xdigit_value(text[2]));
        return text + 3;
    }
    *c = text[1];
    return text[1] != '\0' ? text + 2 : NULL;
}

gboolean subject_name_is(const gchar *subject, const gchar *common_name)
{
    guint n_names = 0;
    gboolean equal = FALSE;

    while (subject != NULL && *subject != '\0') {
        gboolean is_name = g_ascii_strncasecmp(subject, "CN=", 3) == 0;
        const gchar *wanted = common_name;
        gboolean same = TRUE;

        if (is_name)
            subject += 3;
        /* An attribute ends at a bare comma, or at a plus where a name has several. */
        while (*subject != '\0' && *subject != ',' && *subject != '+') {
            gchar c = '\0';

            subject = next_character(subject, &c);
            if (subject == NULL || c == '\0')
                return FALSE;
            same = same && *wanted == c;
            wanted += same ? 1 : 0;
        }
        if (is_name) {
            n_names++;
            equal = same && *wanted == '\0' && common_name[0] != '\0';
        }
        if (*subject != '\0')
            subject++;
        while (*subject == ' ')
            subject++;
    }
    return n_names == 1 && equal;
}
