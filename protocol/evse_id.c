#include "protocol/evse_id.h"

#include <string.h>

/* Country 2, operator 3, 'E' 1: after these the outlet id begins. */
#define KEY_PREFIX_BYTES 6
#define KEY_MIN_BYTES (KEY_PREFIX_BYTES + 1)

G_DEFINE_QUARK(evse_id_error, evse_id_error)

/* May @c stand at this place of the key (separators not counted)? */
static gboolean fits(gchar c, gsize place)
{
    if (place < 2)
        return g_ascii_isalpha(c);
    if (place == KEY_PREFIX_BYTES - 1)
        return c == 'E' || c == 'e';
    return g_ascii_isalnum(c);
}

/* '*' ends a part: it is welcome after the country, the operator, the 'E' and anywhere later. */
static gboolean separator_fits(gsize place)
{
    return place == 2 || place == 5 || place >= KEY_PREFIX_BYTES;
}

static gboolean refuse(GError **error, const gchar *why)
{
    g_set_error(error, EVSE_ID_ERROR, EVSE_ID_ERROR_MALFORMED, "EVSE id: %s", why);
    return FALSE;
}

gboolean evse_id_parse(const gchar *text, gsize len, EvseId *out, GError **error)
{
    EvseId id = {0};
    gsize place = 0;
    gboolean after_separator = FALSE;

    g_return_val_if_fail(text != NULL || len == 0, FALSE);
    if (len > EVSE_ID_TEXT_MAX_BYTES)
        return refuse(error, "more than 48 characters");
    for (gsize i = 0; i < len; i++) {
        if (text[i] == '*') {
            if (after_separator || !separator_fits(place))
                return refuse(error, "'*' may only stand between two parts");
            after_separator = TRUE;
            continue;
        }
        after_separator = FALSE;
        if (place == EVSE_ID_KEY_MAX_BYTES)
            return refuse(error, "more than 37 characters without '*'");
        if (!fits(text[i], place))
            return refuse(error, "want country (2 letters), operator (3 letters or digits), E, outlet");
        id.key[place++] = g_ascii_toupper(text[i]);
    }
    if (place < KEY_MIN_BYTES)
        return refuse(error, "too short");
    if (after_separator)
        return refuse(error, "ends with '*'");
    memcpy(id.text, text, len);
    if (out != NULL)
        *out = id;
    return TRUE;
}

gboolean evse_id_equal(const EvseId *a, const EvseId *b)
{
    return strcmp(a->key, b->key) == 0;
}
