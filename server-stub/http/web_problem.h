/* Why a question got no answer; an RFC 9457 problem. */
#pragma once

#include <glib.h>

typedef struct {
    guint status;
    const gchar *code; /* of protocol/README.md section 2; static text */
    gchar detail[200];
} WebProblem;
