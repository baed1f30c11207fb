/* What the command line of every program has: the user's alphabet, and --version. */
#pragma once

#include <glib.h>

/* First thing in main(). Letters as the user's terminal has them; numbers stay as in every file and wire. */
void program_begin(const gchar *name);

/* "rearcharge-pile 0.1.0" on standard output, and the end with 0: what PROGRAM_VERSION_OPTION calls. */
gboolean program_print_version(const gchar *option, const gchar *value, gpointer data, GError **error);

/* A row of a GOptionEntry table. */
#define PROGRAM_VERSION_OPTION                                                                               \
    {                                                                                                        \
        "version", 0, G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, (gpointer)program_print_version,          \
            "Print the version", NULL                                                                        \
    }
