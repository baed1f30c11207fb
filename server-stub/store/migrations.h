/* The schema's history: migrations[n] brings user_version n to n + 1. NULL-terminated; generated from
 * migrations/NNN_*.sql. A landed file is never changed: add the next number.
 */
#pragma once

#include <glib.h>

extern const gchar *const migrations[];
