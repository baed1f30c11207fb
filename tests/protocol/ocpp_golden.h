/* OCPP golden: the hand-written frames of protocol/examples/ocpp/ (its README.md says what the members mean).
 */
#pragma once

#include <json-glib/json-glib.h>

typedef struct {
    const gchar *file, *name; /* borrowed */
    gchar *text;              /* owned: the frame as sent */
    gsize len;
    const gchar *answers; /* (nullable) borrowed */
    JsonObject *becomes;  /* (nullable) borrowed */
    const gchar *error;   /* (nullable) borrowed: a bad frame */
    const gchar *id;      /* (nullable) borrowed */
    JsonNode *root;       /* owned: keeps what is borrowed */
} OcppGolden;

/* Returns: (transfer full) (element-type OcppGolden): all of all files; aborts when a file cannot be read */
GPtrArray *ocpp_golden_load(const gchar *folder);
