/* rearchargectl: the words typed at it, and the daemon's answers as it prints them. 'w' and a line of words;
 * or a letter that says which report, and GVariant text. Words become one call's arguments or a complaint; a
 * report holds no control character but its own line ends, whatever a pile's name says. */
#include "dbus/ctl_bays.h"
#include "dbus/ctl_doctor.h"
#include "dbus/ctl_report.h"
#include "dbus/ctl_words.h"
#include "dbus/tool.h"
#include "fuzz/variant_text.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static guint n_complaints;

/* In place of the one that writes to standard error. */
void tool_complain(const gchar *format, ...)
{
    va_list values;
    g_autofree gchar *text = NULL;

    va_start(values, format);
    text = g_strdup_vprintf(format, values);
    va_end(values);
    n_complaints++;
}

static void check_words(const gchar *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", 16);
    const gchar *method = NULL;
    GVariant *args = NULL;

    n_complaints = 0;
    if (words[0] != NULL && g_str_equal(words[0], "find")) {
        args = ctl_find_query((const gchar *const *)words + 1);
        method = "FindPiles";
    } else {
        ctl_words_method((const gchar *const *)words, &method, &args);
    }
    g_assert_cmpuint(n_complaints, ==, method != NULL && args == NULL ? 1 : 0);
    if (args != NULL)
        g_variant_unref(g_variant_ref_sink(args));
}

static gchar *doctor(GVariant *snapshot)
{
    const DoctorFacts facts = {
        .bus = "session", .snapshot = snapshot, .now_ms = 1, .clock_synchronised = TRUE};
    g_autoptr(GPtrArray) checks = ctl_doctor_examine(&facts);
    g_autoptr(GVariant) variant = g_variant_ref_sink(ctl_doctor_variant(checks));

    g_assert_cmpuint(g_variant_n_children(variant), ==, checks->len);

    ctl_doctor_all_ok(checks);
    return ctl_doctor_text(checks);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const struct {
        guint8 letter;
        const gchar *type;
        gchar *(*report)(GVariant *value);
    } reports[] = {{'s', "a{sv}", ctl_report_status},
                   {'l', "a{sv}", ctl_report_line},
                   {'h', "aa{sv}", ctl_report_history},
                   {'r', "a{sv}", ctl_report_receipt},
                   {'p', "aa{sv}", ctl_report_piles},
                   {'b', "aa{sv}", ctl_report_reservations},
                   {'d', "a{sv}", doctor}};
    g_autofree gchar *text = size > 0 ? g_strndup((const gchar *)data + 1, size - 1) : NULL;

    if (text == NULL || size > 4096 || !variant_text_is_fit(text)) /* as GOption and GVariant see to */
        return 0;
    if (data[0] == 'w')
        check_words(text);
    for (guint i = 0; i < G_N_ELEMENTS(reports); i++) {
        g_autoptr(GVariant) value = NULL;
        g_autofree gchar *told = NULL;

        if (reports[i].letter == data[0])
            value = g_variant_parse(G_VARIANT_TYPE(reports[i].type), text, NULL, NULL, NULL);
        if (value == NULL)
            continue;
        told = reports[i].report(value);
        for (const gchar *c = told; *c != '\0'; c++)
            g_assert_true(!g_ascii_iscntrl(*c) || *c == '\n');
        g_assert_true(reports[i].letter != 'l' || strchr(told, '\n') == NULL);
    }
    return 0;
}
