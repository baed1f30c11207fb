/* Store file: opens car.db, checks it, puts a broken one aside, creates the tables. Private to store.c. */
#pragma once

#include <glib.h>
#include <sqlite3.h>

#define STORE_SCHEMA_VERSION 1

/* Returns: (nullable): a connection with WAL, synchronous=FULL and the file to itself; NULL with #StoreError
 */
sqlite3 *store_file_open(const gchar *folder, gboolean *rebuilt, GError **error);
