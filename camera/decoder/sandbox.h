/* Sandbox of the decoder child: no files, no network, no new processes, bounded memory (threats.md 19).
 * In a sanitizer build the list is longer, because the sanitizer's own report needs it; never by network,
 * exec or fork. */
#pragma once

#include <glib.h>

/**
 * sandbox_enter:
 *
 * Limits, no_new_privs, not dumpable, dies with its parent, then the system call filter. For good.
 * A forbidden call kills the process (SIGSYS); only opening a file is answered with EACCES instead, because a
 * code's text makes iconv look for converters, and that shall not cost a decoder.
 *
 * Returns: FALSE when any of it could not be had: then do not look at pictures; errno says why
 */
gboolean sandbox_enter(void);
