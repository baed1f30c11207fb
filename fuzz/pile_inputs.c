/* The pile's own inputs. 'd': the record in its device store. Else: a command line, an argument a line, then
 * an empty line and the text of the password file, whose name an argument may give as {F}. What is accepted
 * is complete and within its bounds. */
#include "pile-sim/device.h"
#include "pile-sim/options.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check_device(const gchar *text)
{
    OfflineDevice facts = {0}, before = {0};
    g_autoptr(GError) error = NULL;

    if (device_facts_read(text, &facts, &error)) {
        g_assert_true(facts.list_generation >= 0 && facts.guard_generation >= 0);
        return;
    }
    g_assert_nonnull(error);
    g_assert_cmpmem(&facts, sizeof facts, &before, sizeof before);
}

/* GOption ends the process to answer these. */
static gboolean is_question(const gchar *word)
{
    return (word[0] == '-' && word[1] != '-') || g_str_has_prefix(word, "--help") ||
           g_str_has_prefix(word, "--version");
}

static gchar **words_of(const gchar *text, const gchar *file)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", 40);
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();

    g_strv_builder_add(words, "rearcharge-pile");
    for (guint i = 0; lines[i] != NULL; i++) {
        g_auto(GStrv) parts = g_strsplit(lines[i], "{F}", 2);
        g_autofree gchar *word = g_strjoinv(file, parts);

        if (!is_question(word))
            g_strv_builder_add(words, word);
    }
    return g_strv_builder_end(words);
}

static void check_options(const gchar *text)
{
    const gchar *gap = strstr(text, "\n\n");
    g_autofree gchar *line = gap != NULL ? g_strndup(text, (gsize)(gap - text)) : g_strdup(text);
    gint fd = memfd_create("password", MFD_CLOEXEC);
    g_autofree gchar *file = g_strdup_printf("/proc/self/fd/%d", fd);
    g_auto(GStrv) words = words_of(line, file);
    g_autofree gchar **argv = g_memdup2(words, (g_strv_length(words) + 1) * sizeof *words);
    gchar **left = argv;
    gint argc = (gint)g_strv_length(words);
    g_autoptr(GError) error = NULL;
    g_autoptr(Options) options = NULL;

    if (gap != NULL)
        g_assert_cmpint(write(fd, gap + 2, strlen(gap + 2)), ==, strlen(gap + 2));
    options = options_parse(&argc, &left, &error);
    close(fd);
    g_assert_true((options == NULL) == (error != NULL));
    if (options == NULL)
        return;
    g_assert_true(options->n_evses >= 1 && options->n_evses <= 64 && options->max_power_w > 0);
    g_assert_true(options->password != NULL || options->client_cert_file != NULL);
    g_assert_cmpuint(g_strv_length(options->evse_ids), ==, options->n_evses);
    g_assert_cmpuint(g_strv_length(options->qr_texts), ==, options->n_evses);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree gchar *text = size > 0 ? g_strndup((const gchar *)data + 1, MIN(size - 1, 8192)) : NULL;

    if (text == NULL)
        return 0;
    if (data[0] == 'd')
        check_device(text);
    else
        check_options(text);
    return 0;
}
