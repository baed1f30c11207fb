/* CSMS link: the station's end of OCPP-J 2.0.1. One WebSocket (libsoup) to <csms>/<identity>, kept up with
 * back-off, subprotocol ocpp2.0.1; protocol/ocpp_rpc makes and matches the
 * messages. Runs on the default main context; every callback comes from there.
 */
#pragma once

#include "pile-sim/link/csms_endpoint.h"
#include "protocol/ocpp_action.h"
#include "protocol/ocpp_error.h"

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#define CSMS_LINK_CONNECT_MS (15 * 1000)

G_DECLARE_FINAL_TYPE(CsmsLink, csms_link, CSMS, LINK, GObject)

typedef struct {
    CsmsPlace place; /* identity: 1..48 characters, no colon (OCPP-J 3.1.1, RFC 7617) */
    const OcppAction *served;
    gsize n_served;
} CsmsLinkConfig;

typedef struct {
    void (*up)(gpointer data);
    /* Once for every up. Calls that were not answered are not reported one by one. */
    void (*down)(gpointer data);
    /* Answer with csms_link_answer() or csms_link_refuse() under @message_id. @payload: (transfer none) */
    void (*asked)(const gchar *message_id, OcppAction action, JsonObject *payload, gpointer data);
    void (*answered)(gint64 call_id, JsonObject *payload, gpointer data);
    /* @refused: CALLERROR with @code; else there was no answer in time */
    void (*failed)(gint64 call_id, gboolean refused, OcppErrorCode code, gpointer data);
    /* Every message as it is on the wire, for a log. @text is not NUL-terminated. */
    void (*traffic)(gboolean sent, const gchar *text, gsize len, gpointer data);
} CsmsLinkCallbacks;

/**
 * csms_link_new:
 * @callbacks: must outlive the link
 *
 * Returns: (transfer full) (nullable): NULL and a #GError when the place is no good
 */
CsmsLink *csms_link_new(const CsmsLinkConfig *config, const CsmsLinkCallbacks *callbacks, gpointer data,
                        GError **error);

/* Connects, and reconnects from now on. */
void csms_link_start(CsmsLink *self);
/* No callback after this. */
void csms_link_stop(CsmsLink *self);

/* Drops the connection now and connects again at once (a reboot). */
void csms_link_restart(CsmsLink *self);
/* The HTTP Basic password of the connections from now on; the present one stays. */
void csms_link_set_password(CsmsLink *self, const gchar *password);
/* FALSE: cut the line and keep it cut; TRUE: as it should be. */
void csms_link_set_uplink(CsmsLink *self, gboolean allowed);
gboolean csms_link_uplink(CsmsLink *self);
gboolean csms_link_is_up(CsmsLink *self);

/* A ping every @interval_s; twice that long without any sign of life closes the line. 0: never. */
void csms_link_set_ping(CsmsLink *self, guint interval_s);

/* @payload: (transfer none): JSON object as text */
void csms_link_call(CsmsLink *self, gint64 call_id, OcppAction action, const gchar *payload,
                    gint64 timeout_ms);
/* @payload: (transfer full) */
void csms_link_answer(CsmsLink *self, const gchar *message_id, JsonObject *payload);
void csms_link_refuse(CsmsLink *self, const gchar *message_id, OcppErrorCode code, const gchar *why);
