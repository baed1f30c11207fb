#include "camera/lens_file.h"

gboolean lens_load(const gchar *path, Lens *lens, GError **error)
{
    g_autofree gchar *text = NULL;
    gsize len = 0;

    if (!g_file_get_contents(path, &text, &len, error)) /* its message names the file */
        return FALSE;
    if (!lens_parse(text, len, lens, error)) {
        g_prefix_error(error, "%s: ", path);
        return FALSE;
    }
    return TRUE;
}
