#include "base/program.h"

#include <locale.h>
#include <signal.h>
#include <stdlib.h>

void program_begin(const gchar *name)
{
    signal(SIGXFSZ, SIG_IGN); /* a file at its limit is a full disk: an error to tell, not a death */
    setlocale(LC_CTYPE, "");
    g_set_prgname(name);
}

gboolean program_print_version(const gchar *option, const gchar *value, gpointer data, GError **error)
{
    g_print("%s %s\n", g_get_prgname(), REARCHARGE_VERSION);
    exit(EXIT_SUCCESS);
}
