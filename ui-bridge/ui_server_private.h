/* The inside of UiServer, for ui_server.c and ui_actions.c only. */
#pragma once

#include "dbus/charging_client.h"
#include "ui-bridge/ui_server.h"
#include "ui-bridge/view/view.h"
#include "weblink/bounded_server.h"
#include "weblink/sse_hub.h"

struct _UiServer {
    GObject parent_instance;
    BoundedServer *web;
    SseHub *hub;
    ChargingClient *client; /* (nullable) */
    BusLoop *lever;         /* (nullable): with a demo bar */
    GCancellable *cancellable;
    GPtrArray *previews; /* of PreviewRelay */
    GVariant *snapshot;  /* nullable */
    Curve curve;
    gchar *folder;       /* (nullable): see session_keep.h */
    gchar *start_secret; /* NULL once spent, where no other is made */
    gboolean start_used; /* its answer went out; the cookie has not come back yet */
    gchar *session;      /* what the cookie must hold */
    gchar *token;        /* what an action must repeat; only our own page can read it */
    gchar *start_url;
};

gboolean ui_same_secret(const gchar *one, const gchar *two);
/* Answers 401 and returns FALSE without the cookie. */
gboolean ui_is_let_in(UiServer *self, WebRequest *request);
WordsLanguage ui_language_of(WebRequest *request);
void ui_reply_text(WebRequest *request, gchar *json); /* @json: (transfer full) */

/* threats 12: the cookie, an Origin (weblink has compared it with ours), and the token of this start. Else
 * answers and returns FALSE. */
gboolean ui_may_act(UiServer *self, WebRequest *request);
/* @name: last part of an org.rearcharge.Error name, or one of our own; the driver reads the detail. */
/* 400 for what is no JSON, else 422; @error of ui-bridge/view/settings_form.h or around.h */
void ui_refuse_form(WebRequest *request, const GError *error);
void ui_refuse(WebRequest *request, guint status, const gchar *name);
/* Asks the daemon, then @reply answers the page. @args: (nullable): floating is sunk */
void ui_call(UiServer *self, WebRequest *request, const gchar *method, GVariant *args,
             void (*reply)(UiServer *, WebRequest *, GVariant *));
void ui_reply_done(UiServer *self, WebRequest *request, GVariant *answer); /* 204 */

/* Routes of ui_around.c */
void ui_on_around(WebRequest *request, gpointer data);
void ui_on_reserve(WebRequest *request, gpointer data);
void ui_on_move(WebRequest *request, gpointer data);
void ui_on_offer(WebRequest *request, gpointer data);
void ui_on_lever(WebRequest *request, gpointer data);
/* Routes of ui_actions.c */
void ui_on_action(WebRequest *request, gpointer data);
void ui_on_consent(WebRequest *request, gpointer data);
void ui_on_subscription(WebRequest *request, gpointer data);
void ui_on_sharing(WebRequest *request, gpointer data);
void ui_on_history(WebRequest *request, gpointer data);
void ui_on_csv(WebRequest *request, gpointer data);
void ui_on_receipt(WebRequest *request, gpointer data);
void ui_on_preview(WebRequest *request, gpointer data);
/* Ends pictures that the driving state forbids now. */
void ui_check_previews(UiServer *self);
