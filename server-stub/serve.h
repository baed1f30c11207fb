/* Serve: the running server, put together: store, desk, stations, web front, one deadline timer. */
#pragma once

#include "server-stub/model/presence.h"

typedef struct {
    gchar *state;               /* SQLite file; required */
    gchar *listen;              /* "127.0.0.1:8080"; port 0: any free one */
    gchar *tls_cert, *tls_key;  /* PEM; both or none */
    gchar *tls_client_ca;       /* PEM; NULL: stations have passwords. Else certificates that it signed */
    gchar *operator_token_file; /* NULL: the operator API refuses everybody */
    gchar *ocpp_log;            /* NULL: none */
    gchar **allow_hosts;        /* NULL-terminated, further Host names */
    gint plug_timeout_s;        /* 0: 5 minutes */
    PresenceMode presence;      /* docs/presence.md */
    gint request_rate;          /* a second and peer; 0: no limit */
} ServeOptions;

/* Runs until SIGTERM or SIGINT. Prints one line with the address when ready.
 * Returns: FALSE and @error when it could not start */
gboolean serve_run(const ServeOptions *options, GError **error);
