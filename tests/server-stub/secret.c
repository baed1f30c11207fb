#include "server-stub/secret.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static gint fsync_problem; /* errno of the next fsync(); 0: none */

/* Instead of the C library's: a disk that fails when told to. */
int fsync(int fd)
{
    errno = fsync_problem;
    return fsync_problem == 0 ? 0 : -1;
}

typedef struct {
    gchar *folder, *path;
} Place;

static Place *place_new(void)
{
    Place *place = g_new0(Place, 1);

    place->folder = g_dir_make_tmp("rearcharge-secret-XXXXXX", NULL);
    place->path = g_build_filename(place->folder, "secret", NULL);
    return place;
}

static void place_free(Place *place)
{
    g_unlink(place->path);
    g_rmdir(place->folder);
    g_free(place->path);
    g_free(place->folder);
    g_free(place);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Place, place_free)

Test(secret, matches_its_own_hash_and_no_other)
{
    g_autofree gchar *hash = secret_hash("Charge!");

    cr_expect_eq(strlen(hash), 64);
    cr_expect(secret_matches("Charge!", hash));
    cr_expect_not(secret_matches("charge!", hash));
    cr_expect_not(secret_matches("", hash));
    cr_expect_not(secret_matches("Charge!", ""), "a register without a hash lets nobody in");
    hash[63] ^= 1;
    cr_expect_not(secret_matches("Charge!", hash));
}

Test(secret, is_written_for_its_owner_only_and_read_back)
{
    g_autoptr(Place) place = place_new();
    g_autoptr(GError) error = NULL;
    g_autofree gchar *read = NULL;
    struct stat about;

    cr_assert(secret_write_file(place->path, "Charge!", &error));
    cr_assert_eq(stat(place->path, &about), 0);
    cr_expect_eq(about.st_mode & 0777, 0600);
    read = secret_read_file(place->path, &error);
    cr_expect_str_eq(read, "Charge!");
}

Test(secret, one_that_is_there_is_never_overwritten)
{
    g_autoptr(Place) place = place_new();
    g_autoptr(GError) error = NULL;
    g_autofree gchar *read = NULL;

    cr_assert(secret_write_file(place->path, "first", NULL));
    cr_expect_not(secret_write_file(place->path, "second", &error));
    cr_expect(g_error_matches(error, G_IO_ERROR, G_IO_ERROR_EXISTS));
    cr_expect_not_null(strstr(error->message, place->path));
    read = secret_read_file(place->path, NULL);
    cr_expect_str_eq(read, "first");
}

Test(secret, a_disk_that_takes_half_of_it_is_named_and_keeps_nothing)
{
    g_autoptr(Place) place = place_new();
    g_autoptr(GError) error = NULL;
    const struct rlimit little = {5, RLIM_INFINITY};
    const struct rlimit enough = {RLIM_INFINITY, RLIM_INFINITY};

    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &little);
    cr_expect_not(secret_write_file(place->path, "0123456789", &error));
    setrlimit(RLIMIT_FSIZE, &enough);
    cr_assert_not_null(error);
    cr_expect_not_null(strstr(error->message, g_strerror(EFBIG)), "%s", error->message);
    cr_expect_not(g_file_test(place->path, G_FILE_TEST_EXISTS));
}

Test(secret, what_may_not_be_on_the_disk_does_not_count_as_written)
{
    g_autoptr(Place) place = place_new();
    g_autoptr(GError) error = NULL;

    fsync_problem = EIO;
    cr_expect_not(secret_write_file(place->path, "Charge!", &error));
    cr_expect_not_null(strstr(error->message, g_strerror(EIO)), "%s", error->message);
    cr_expect_not(g_file_test(place->path, G_FILE_TEST_EXISTS));
    fsync_problem = 0;
    cr_expect(secret_write_file(place->path, "Charge!", NULL), "the next try finds its way free");
}

Test(secret, a_file_that_holds_none_is_refused_by_name)
{
    g_autoptr(Place) place = place_new();
    g_autofree gchar *much = g_strnfill(5000, 'x');
    const gchar *const contents[] = {"", "\n", "\r\nsecond line", much};
    g_autoptr(GError) missing = NULL;

    cr_expect_null(secret_read_file(place->path, &missing));
    cr_expect(g_error_matches(missing, G_FILE_ERROR, G_FILE_ERROR_NOENT));
    for (gsize i = 0; i < G_N_ELEMENTS(contents); i++) {
        g_autoptr(GError) error = NULL;

        cr_assert(g_file_set_contents(place->path, contents[i], -1, NULL));
        cr_expect_null(secret_read_file(place->path, &error), "%zu", i);
        cr_expect(g_error_matches(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA));
        cr_expect_not_null(strstr(error->message, place->path));
    }
}

Test(secret, ends_with_its_line)
{
    g_autoptr(Place) place = place_new();
    g_autofree gchar *read = NULL;

    cr_assert(g_file_set_contents(place->path, "Charge!\r\na note of the operator\n", -1, NULL));
    read = secret_read_file(place->path, NULL);
    cr_expect_str_eq(read, "Charge!");
}
