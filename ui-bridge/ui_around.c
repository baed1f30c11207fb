/* Around the car: what a touch on the list, the map or an offer asks of the daemon. */
#include "ui-bridge/ui_server_private.h"

#include "ui-bridge/demo_lever.h"
#include "ui-bridge/view/around.h"
#include "ui-bridge/view/scene.h"

/* Lists are read, and bays reserved, while the car is parked. Else answers and returns FALSE. */
static gboolean is_parked(UiServer *self, WebRequest *request)
{
    if (self->snapshot == NULL || scene_screen(self->snapshot) == SCENE_PARKED)
        return TRUE;
    ui_refuse(request, 409, "NotStandingStill");
    return FALSE;
}

static const gchar *body_text(WebRequest *request, gsize *len)
{
    const gchar *text = g_bytes_get_data(web_request_body(request), len);

    return text != NULL ? text : "";
}

/* The piles come with the next view, and follow the area from then on. */
void ui_on_around(WebRequest *request, gpointer data)
{
    UiServer *self = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) query = NULL;
    gsize len = 0;
    const gchar *text = body_text(request, &len);

    if (!ui_may_act(self, request) || !is_parked(self, request))
        return;
    query = around_query(text, len, &error);
    if (query == NULL)
        ui_refuse_form(request, error);
    else
        ui_call(self, request, "FindPiles", g_variant_new("(@a{sv})", query), ui_reply_done);
}

/* Returns: (transfer full) (nullable): NULL: answered */
static gchar *read_evse(WebRequest *request)
{
    g_autoptr(GError) error = NULL;
    gsize len = 0;
    const gchar *text = body_text(request, &len);
    gchar *evse = around_evse(text, len, &error);

    if (evse == NULL)
        ui_refuse_form(request, error);
    return evse;
}

void ui_on_reserve(WebRequest *request, gpointer data)
{
    UiServer *self = data;
    g_autofree gchar *evse = NULL;

    if (!ui_may_act(self, request) || !is_parked(self, request) || (evse = read_evse(request)) == NULL)
        return;
    ui_call(self, request, "Reserve", g_variant_new("(ss)", evse, ""), ui_reply_done);
}

/* "": to the alternative that the server has named; on the way there too (scene.h). */
void ui_on_move(WebRequest *request, gpointer data)
{
    UiServer *self = data;
    g_autofree gchar *evse = NULL;

    if (!ui_may_act(self, request) || (evse = read_evse(request)) == NULL)
        return;
    if (evse[0] == '\0' || is_parked(self, request))
        ui_call(self, request, "MoveReservation", g_variant_new("(s)", evse), ui_reply_done);
}

void ui_on_offer(WebRequest *request, gpointer data)
{
    UiServer *self = data;
    const gchar *verb = web_request_param(request, "verb"),
                *offer_id = web_request_param(request, "offer_id");
    gboolean accept = g_str_equal(verb, "accept");

    if (!ui_may_act(self, request) || !is_parked(self, request))
        return;
    if (!accept && !g_str_equal(verb, "dismiss"))
        web_reply_problem(request, 404, "not_found", "no such action");
    else /* (a path is UTF-8, as GVariant wants it: weblink/web_head.h) */
        ui_call(self, request, accept ? "AcceptOffer" : "DismissOffer", g_variant_new("(s)", offer_id),
                ui_reply_done);
}

static void on_moved(GObject *source, GAsyncResult *result, gpointer data)
{
    WebRequest *request = data;
    g_autoptr(GError) error = NULL;

    if (demo_lever_move_finish(BUS_LOOP(source), result, &error))
        web_reply_empty(request, 204);
    else
        web_reply_problem(request, 503, "NoVehicle", error->message);
    web_request_unref(request);
}

void ui_on_lever(WebRequest *request, gpointer data)
{
    UiServer *self = data;
    const gchar *gear = web_request_param(request, "gear");

    if (!ui_may_act(self, request))
        return;
    if (self->lever == NULL || !demo_lever_knows(gear))
        web_reply_problem(request, 404, "not_found", "no such lever");
    else
        demo_lever_move_async(self->lever, gear, on_moved, web_request_ref(request));
}
