/* For whom a request is and from where it was sent: DNS rebinding and cross-site requests stop here
 * (threats.md 12). Whether it is a request at all: web_head.h. Pure: header values in, verdict out.
 */
#pragma once

#include <glib.h>

/* What is ours, ASCII lower case: "name" fits any port, "name:port" only that one. */
typedef struct {
    GHashTable *hosts;  /* set of text */
    guint default_port; /* of a Host header without a port: 80, or 443 over TLS */
} WebGate;

typedef struct {
    guint status; /* 0: let it in */
    const gchar *code;
    const gchar *detail;
} WebVerdict;

/* Head of a request, collected from libsoup. Pointers are borrowed; NULL: the header is absent. */
typedef struct {
    guint n_hosts;
    const gchar *host;
    guint n_origins;
    const gchar *origin;
    const gchar
        *uri_host; /* of the request target, without brackets; libsoup takes it from Host when it has none */
    gint uri_port; /* -1: none */
} WebHead;

WebGate *web_gate_new(guint default_port);
void web_gate_free(WebGate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WebGate, web_gate_free)

void web_gate_allow(WebGate *self, const gchar *host);
gboolean web_gate_knows_host(WebGate *self, const gchar *host, guint default_port);

/* Origin (RFC 6454): "http://host[:port]" or https, host on the list; "null" never is. */
gboolean web_gate_knows_origin(WebGate *self, const gchar *origin);
WebVerdict web_gate_judge(WebGate *self, const WebHead *head);

/* "application/json", any case, with no parameter but charset=utf-8. */
gboolean web_gate_is_json(const gchar *content_type);
