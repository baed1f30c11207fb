/* Panel: the simulated pile's face over HTTP: its QR code, its state, and the levers of the
 * simulator (protocol/README.md section 5). weblink/bounded_server owns every limit.
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

typedef struct _Panel Panel;

typedef struct {
    const gchar *code;   /* of the problem document: "bad_field", "conflict" */
    const gchar *detail; /* for people; owned by the callee, valid until its next call */
    guint status;        /* HTTP */
} PanelProblem;

typedef struct {
    /* (transfer full): GET /sim/state */
    JsonObject *(*state)(gpointer data);
    /* @path: "/sim/plug" ... Returns: FALSE and @problem when it was not done */
    gboolean (*act)(const gchar *path, JsonObject *body, PanelProblem *problem, gpointer data);
    /* (transfer full) (nullable): the QR of EVSE @evse as PNG or SVG */
    GBytes *(*qr)(guint evse, gboolean svg, gpointer data);
} PanelCallbacks;

/**
 * panel_new:
 * @address: "127.0.0.1:8090", "[::1]:0" or only a port, then on 127.0.0.1. With 0.0.0.0 or [::] every address
 *   that this machine has now is a valid Host: a phone may show the page, and anybody there pull the levers
 * @callbacks: must outlive the panel
 *
 * Returns: (transfer full) (nullable): NULL and a #GError when the address is no good or in use
 */
Panel *panel_new(const gchar *address, const PanelCallbacks *callbacks, gpointer data, GError **error);
void panel_free(Panel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Panel, panel_free)

/* The state may have changed: whoever has the page open is told soon. */
void panel_changed(Panel *self);

/* (transfer full): "http://127.0.0.1:8090", and behind it the addresses for others when it listens on all */
GStrv panel_urls(Panel *self);
