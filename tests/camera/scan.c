/* rearcharge-scan on real files: what it prints, and that nothing makes it wait. */
#include <criterion/criterion.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "tests/camera/render.h"

/* Runs $SCAN with words, NULL at the end; returns its standard output, for the caller to free. */
static G_GNUC_NULL_TERMINATED gchar *scan(gint *status, ...)
{
    g_autoptr(GSubprocess) process = NULL;
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    const gchar *word = g_getenv("SCAN");
    gchar *out = NULL;
    va_list words;

    va_start(words, status);
    for (; word != NULL; word = va_arg(words, const gchar *))
        g_ptr_array_add(argv, (gpointer)word);
    va_end(words);
    g_ptr_array_add(argv, NULL);
    process = g_subprocess_newv((const gchar *const *)argv->pdata,
                                G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL);
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
    g_autofree gchar *out = scan(&status, path, NULL);

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
    out = scan(&status, "--tsv", list, NULL);
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

    g_free(scan(&status, "/nonexistent/picture.png", NULL));
    cr_expect_eq(status, 1);
    cr_assert(g_file_set_contents(junk, "\x89PNG\r\n\x1a\nand then nothing of the kind", -1, NULL));
    g_free(scan(&status, junk, NULL));
    cr_expect_eq(status, 1);
    g_unlink(junk);
    g_rmdir(folder);
}

Test(scan, explains_in_a_picture_and_in_words_what_it_looked_at)
{
    g_autofree gchar *folder = g_dir_make_tmp("scan-test-XXXXXX", NULL),
                     *path = write_pgm(folder, "HELLO PILE");
    g_autofree gchar *drawn = g_build_filename(folder, "drawn.png", NULL),
                     *nowhere = g_build_filename(folder, "none", "drawn.png", NULL);
    gint status = -1;
    g_autofree gchar *out = scan(&status, "--explain", drawn, path, NULL);
    g_autofree gchar *bytes = NULL;
    gsize len = 0;

    cr_expect_eq(status, 0);
    cr_expect_not_null(strstr(out, ": HELLO PILE\n"), "%s", out);
    cr_expect_not_null(strstr(out, "marks of black and white rows"), "%s", out);
    cr_expect_not_null(strstr(out, "about 21 modules: read (version 1"), "%s", out);
    cr_assert(g_file_get_contents(drawn, &bytes, &len, NULL));
    cr_expect(len > 1000 && memcmp(bytes, "\x89PNG", 4) == 0);
    g_free(scan(&status, "--explain", nowhere, path, NULL));
    cr_expect_eq(status, 1, "a drawing that cannot be written is said");
    g_unlink(drawn);
    g_unlink(path);
    g_rmdir(folder);
}

Test(scan, says_where_a_code_is_when_it_knows_the_lens)
{
    g_autofree gchar *folder = g_dir_make_tmp("scan-test-XXXXXX", NULL),
                     *path = write_pgm(folder, "HELLO PILE");
    g_autofree gchar *lens = g_build_filename(folder, "lens", NULL);
    gint status = -1;
    g_autofree gchar *out = NULL;

    cr_assert(g_file_set_contents(lens,
                                  "[lens]\nmodel=pinhole\nwidth=240\nheight=240\nf=200\nheight-m=1.2\ntilt-"
                                  "deg=10\ncode-height-m=0.9\ncode-side-m=0.89\n",
                                  -1, NULL));
    out = scan(&status, "--lens", lens, path, NULL);
    cr_expect_eq(status, 0, "%s", out);
    cr_expect_not_null(strstr(out, ": bearing "), "%s", out);
    cr_expect_not_null(
        strstr(out, " degrees, about 1.7"),
        "0.3 m below the camera, which looks 10 degrees down at it, and 105 of 200 px wide: %s", out);
    g_unlink(lens);
    g_unlink(path);
    g_rmdir(folder);
}

Test(scan, a_sequence_begins_anew_in_each_folder)
{
    g_autofree gchar *first = g_dir_make_tmp("scan-test-XXXXXX", NULL),
                     *second = g_dir_make_tmp("scan-test-XXXXXX", NULL);
    g_autofree gchar *one = write_pgm(first, "ONE"), *two = write_pgm(second, "TWO");
    g_autofree gchar *list = g_build_filename(first, "list", NULL);
    g_autofree gchar *lines = g_strdup_printf("%s\n%s\n\n/nonexistent/picture.png\n%s\n", one, one, two);
    gint status = -1;
    g_autofree gchar *out = NULL;
    g_auto(GStrv) rows = NULL;

    cr_assert(g_file_set_contents(list, lines, -1, NULL));
    out = scan(&status, "--sequence", "--tsv", list, NULL);
    rows = g_strsplit(g_strchomp(out), "\n", -1);
    cr_expect_eq(status, 1, "one of the pictures is not there");
    cr_assert_eq(g_strv_length(rows), 3, "%s", out);
    cr_expect(g_str_has_suffix(rows[0], "\t4f4e45"), "%s", rows[0]);
    cr_expect(g_str_has_suffix(rows[1], "\t4f4e45"), "%s", rows[1]);
    cr_expect(g_str_has_suffix(rows[2], "\t54574f"), "%s", rows[2]);
    g_unlink(list);
    g_unlink(one);
    g_unlink(two);
    g_rmdir(first);
    g_rmdir(second);
}
