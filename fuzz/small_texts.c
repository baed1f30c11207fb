/* The smallest parsers of outside text, each once over the same bytes: a price, a time, the name in a
 * certificate, words for a driver, a currency, an identifier. The rules of each hold for whatever it lets in.
 */
#include "base/identifier.h"
#include "base/money.h"
#include "base/plain_text.h"
#include "base/redact.h"
#include "base/utc_time.h"
#include "protocol/subject_name.h"
#include "protocol/tariff.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check_time(const gchar *text)
{
    gint64 unix_ms = -1, again_ms = -1;
    gchar printed[UTC_TIME_TEXT_BYTES];

    if (!utc_time_parse(text, &unix_ms)) {
        g_assert_cmpint(unix_ms, ==, -1);
        return;
    }
    g_assert_cmpint(unix_ms, >=, 0);
    utc_time_format(unix_ms, printed);
    g_assert_true(utc_time_parse(printed, &again_ms) && again_ms == unix_ms);
}

static void check_words(const gchar *text)
{
    const gchar *why = NULL;
    g_autofree gchar *neutral = plain_text_neutral(text, 40, 64);

    g_assert_true(neutral[0] == '\0' || plain_text_is_fit(neutral, 40, NULL));
    g_assert_cmpuint(strlen(neutral), <=, 64);
    if (plain_text_is_fit(text, 40, &why))
        g_assert_true(g_utf8_validate(text, -1, NULL) && strpbrk(text, "<>\n\r\t") == NULL);
    else
        g_assert_nonnull(why);
}

/* "SUBJECT\nNAME": a name that holds nothing special is found when it stands there alone. */
static void check_subject(const gchar *text)
{
    const gchar *end = strchr(text, '\n');
    g_autofree gchar *subject = end != NULL ? g_strndup(text, (gsize)(end - text)) : NULL;

    if (end == NULL)
        return;
    if (subject_name_is(subject, end + 1))
        g_assert_true(end[1] != '\0' && strlen(subject) > strlen(end + 1));
    if (identifier_is_valid(end + 1, 48) && strpbrk(end + 1, "+") == NULL) {
        g_autofree gchar *alone = g_strdup_printf("O=X,CN=%s", end + 1);
        g_autofree gchar *twice = g_strdup_printf("CN=%s,CN=%s", end + 1, end + 1);

        g_assert_true(subject_name_is(alone, end + 1));
        g_assert_false(subject_name_is(twice, end + 1));
    }
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree gchar *text = g_strndup((const gchar *)data, size);
    g_autofree gchar *shown = redact_for_log((const gchar *)data, size);
    g_autofree gchar *secret = redact_secret(text);
    gint64 micro = tariff_price_parse(text);

    g_assert_cmpuint(strlen(secret), <, 4 + strlen("...(18446744073709551615)") + 1);
    g_assert_true(micro >= -1 && micro <= TARIFF_MAX_PRICE_MICRO && (micro < 0 || micro % 100 == 0));
    if (money_currency_is_supported(text))
        g_assert_cmpuint(strlen(text), ==, 3);
    if (identifier_is_valid(text, 36))
        g_assert_true(strlen(text) >= 1 && strlen(text) <= 36);
    for (const gchar *c = shown; *c != '\0'; c++)
        g_assert_true(*c >= ' ' && *c <= '~');
    check_time(text);
    check_words(text);
    check_subject(text);
    return 0;
}
