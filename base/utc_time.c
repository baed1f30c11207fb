#include "base/utc_time.h"

#include <string.h>

#define YEAR_9999_END_MS G_GINT64_CONSTANT(253402300799999) /* the last that the format can write */

void utc_time_format(gint64 unix_ms, gchar text[UTC_TIME_TEXT_BYTES])
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(unix_ms / 1000);
    g_autofree gchar *seconds = NULL;

    g_return_if_fail(unix_ms >= 0 && time != NULL);
    seconds = g_date_time_format(time, "%Y-%m-%dT%H:%M:%S");
    g_snprintf(text, UTC_TIME_TEXT_BYTES, "%s.%03dZ", seconds, (gint)(unix_ms % 1000));
}

static gboolean read_digits(const gchar **p, guint n, gint max, gint *value)
{
    *value = 0;
    for (guint i = 0; i < n; i++, (*p)++) {
        if (!g_ascii_isdigit(**p))
            return FALSE;
        *value = *value * 10 + (**p - '0');
    }
    return *value <= max;
}

static gboolean read_char(const gchar **p, const gchar *wanted)
{
    if (**p == '\0' || strchr(wanted, **p) == NULL)
        return FALSE;
    (*p)++;
    return TRUE;
}

static gboolean read_fraction_ms(const gchar **p, gint *ms)
{
    gint weight = 100;

    *ms = 0;
    if (**p != '.')
        return TRUE;
    (*p)++;
    if (!g_ascii_isdigit(**p))
        return FALSE;
    for (; g_ascii_isdigit(**p); (*p)++, weight /= 10)
        *ms += (**p - '0') * weight;
    return TRUE;
}

static gboolean read_offset_minutes(const gchar **p, gint *minutes)
{
    gint hour = 0, minute = 0;
    gboolean west = **p == '-';

    *minutes = 0;
    if (read_char(p, "Zz"))
        return TRUE;
    if (!read_char(p, "+-") || !read_digits(p, 2, 23, &hour) || !read_char(p, ":") ||
        !read_digits(p, 2, 59, &minute))
        return FALSE;
    *minutes = (west ? -1 : 1) * (hour * 60 + minute);
    return TRUE;
}

gboolean utc_time_parse(const gchar *text, gint64 *unix_ms)
{
    const gchar *p = text;
    gint year, month, day, hour, minute, second, ms, offset;
    g_autoptr(GDateTime) time = NULL;
    gint64 result;

    if (!read_digits(&p, 4, 9999, &year) || !read_char(&p, "-") || !read_digits(&p, 2, 12, &month) ||
        !read_char(&p, "-") || !read_digits(&p, 2, 31, &day) || !read_char(&p, "Tt ") ||
        !read_digits(&p, 2, 23, &hour) || !read_char(&p, ":") || !read_digits(&p, 2, 59, &minute) ||
        !read_char(&p, ":") || !read_digits(&p, 2, 60, &second) || !read_fraction_ms(&p, &ms) ||
        !read_offset_minutes(&p, &offset) || *p != '\0')
        return FALSE;
    if (second == 60)
        second = 59, ms = 999;
    time = g_date_time_new_utc(year, month, day, hour, minute, second);
    if (time == NULL) /* 31 February */
        return FALSE;
    result = g_date_time_to_unix(time) * 1000 + ms - offset * G_GINT64_CONSTANT(60000);
    if (result < 0 || result > YEAR_9999_END_MS) /* an offset may lead there */
        return FALSE;
    *unix_ms = result;
    return TRUE;
}
