/* rearcharge-scan on real files: what it prints, and that nothing makes it wait. */
#include <criterion/criterion.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "tests/camera/render.h"

/* Runs $SCAN; returns its standard output, for the caller to free. */
static gchar *scan(const gchar *option, const gchar *argument, gint *status)
{
    g_autoptr(GSubprocess) process = NULL;
    const gchar *argv[] = {g_getenv("SCAN"), option != NULL ? option : argument,
                           option != NULL ? argument : NULL, NULL};
    gchar *out = NULL;

    process =
        g_subprocess_newv(argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL);
    cr_assert_not_null(process);
    cr_assert(g_subprocess_communicate_utf8(process, NULL, NULL, &out, NULL, NULL));
    *status = g_subprocess_get_exit_status(process);
    return out;
}

static gchar *write_pgm(const gchar *folder, const gchar *text)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    Picture *picture = picture_new(240, 240, 200);
    gchar *path = g_build_filename(folder, "code.pgm", NULL);

    picture_draw_code(picture, text, 120, 120, 5, 0);
    g_byte_array_append(bytes, (const guint8 *)"P5\n240 240\n255\n", 15);
    g_byte_array_append(bytes, picture->pixels, 240 * 240);
    cr_assert(g_file_set_contents(path, (const gchar *)bytes->data, bytes->len, NULL));
    picture_free(picture);
    return path;
}

Test(scan, prints_what_a_picture_says)
{
    g_autofree gchar *folder = g_dir_make_tmp("scan-test-XXXXXX", NULL),
                     *path = write_pgm(folder, "HELLO PILE");
    gint status = -1;
    g_autofree gchar *out = scan(NULL, path, &status);

    cr_expect_eq(status, 0);
    cr_expect(g_str_has_suffix(out, ": HELLO PILE\n"), "%s", out);
    g_unlink(path);
    g_rmdir(folder);
}

Test(scan, measures_a_list_a_line_a_picture_with_the_payload_in_hex)
{
    g_autofree gchar *folder = g_dir_make_tmp("scan-test-XXXXXX", NULL), *path = write_pgm(folder, "AB");
    g_autofree gchar *list = g_build_filename(folder, "list", NULL), *line = g_strconcat(path, "\n", NULL);
    g_auto(GStrv) column = NULL;
    g_autofree gchar *out = NULL;
    gint status = -1;

    cr_assert(g_file_set_contents(list, line, -1, NULL));
    out = scan("--tsv", list, &status);
    column = g_strsplit(g_strchomp(out), "\t", -1);
    cr_expect_eq(status, 0);
    cr_assert_eq(g_strv_length(column), 4);
    cr_expect_str_eq(column[0], path);
    cr_expect_gt(g_ascii_strtod(column[1], NULL), 0);
    cr_expect_str_eq(column[3], "4142");
    g_unlink(list);
    g_unlink(path);
    g_rmdir(folder);
}

Test(scan, a_file_that_is_missing_or_no_picture_is_an_error_at_once, .timeout = 10)
{
    g_autofree gchar *folder = g_dir_make_tmp("scan-test-XXXXXX", NULL);
    g_autofree gchar *junk = g_build_filename(folder, "junk.png", NULL);
    gint status = -1;

    g_free(scan(NULL, "/nonexistent/picture.png", &status));
    cr_expect_eq(status, 1);
    cr_assert(g_file_set_contents(junk, "\x89PNG\r\n\x1a\nand then nothing of the kind", -1, NULL));
    g_free(scan(NULL, junk, &status));
    cr_expect_eq(status, 1);
    g_unlink(junk);
    g_rmdir(folder);
}
