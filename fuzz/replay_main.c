/* Runs a fuzz target over the files of its corpus folder, so that every find of the past is a test. */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) dir = argc == 2 ? g_dir_open(argv[1], 0, &error) : NULL;
    const gchar *name;
    guint n_files = 0;

    if (dir == NULL) {
        g_printerr("usage: %s CORPUS_FOLDER (%s)\n", argv[0], error ? error->message : "no folder");
        return 2;
    }
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR); /* as strict.c does */
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree gchar *path = g_build_filename(argv[1], name, NULL);
        g_autofree gchar *data = NULL;
        gsize size = 0;
        if (!g_file_get_contents(path, &data, &size, &error)) {
            g_printerr("%s\n", error->message);
            return 1;
        }
        /* A copy of exactly @size bytes, so that reading one past the end is seen; not NULL for none. */
        guint8 *exact = malloc(size);
        memcpy(exact, data, size);
        LLVMFuzzerTestOneInput(exact, size);
        free(exact);
        n_files++;
    }
    g_print("%u files replayed\n", n_files);
    return n_files > 0 ? 0 : 1; /* an empty corpus would be a test that cannot fail */
}
