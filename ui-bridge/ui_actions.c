/* What a touch does: requests of the page to methods of org.rearcharge.RearCharge1, and its errors back. */
#include "ui-bridge/ui_server_private.h"

#include <string.h>

#include "protocol/json_gate.h"
#include "ui-bridge/preview_relay.h"
#include "ui-bridge/view/scene.h"
#include "ui-bridge/view/settings_form.h"

#define TOKEN_HEADER "RearCharge-Token"
#define HISTORY_LIMIT 200

/* A request that waits for the daemon. */
typedef struct {
    UiServer *server;
    WebRequest *request;
    void (*reply)(UiServer *server, WebRequest *request, GVariant *answer);
} Waiting;

static void waiting_free(Waiting *self)
{
    g_object_unref(self->server);
    web_request_unref(self->request);
    g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Waiting, waiting_free)

static Waiting *waiting_new(UiServer *server, WebRequest *request,
                            void (*reply)(UiServer *, WebRequest *, GVariant *))
{
    Waiting *self = g_new0(Waiting, 1);

    self->server = g_object_ref(server);
    self->request = web_request_ref(request);
    self->reply = reply;
    return self;
}

void ui_refuse(WebRequest *request, guint status, const gchar *name)
{
    const gchar *words = words_find(ui_language_of(request), "error", name);

    web_reply_problem(request, status, name, words != NULL ? words : name);
}

void ui_refuse_form(WebRequest *request, const GError *error)
{
    if (error->domain == JSON_GATE_ERROR)
        web_reply_problem(request, 400, "bad_json", error->message);
    else
        web_reply_problem(request, 422, "InvalidValue", error->message);
}

static void refuse_error(WebRequest *request, const GError *error)
{
    static const guint statuses[CHARGING_ERROR_COUNT] = {
        [CHARGING_ERROR_FAILED] = 502,
        [CHARGING_ERROR_NOT_OFFERED] = 409,
        [CHARGING_ERROR_NOT_STANDING_STILL] = 409,
        [CHARGING_ERROR_NO_CONSENT] = 409,
        [CHARGING_ERROR_NOT_FOUND] = 404,
        [CHARGING_ERROR_BUSY] = 409,
        [CHARGING_ERROR_CAMERA_UNAVAILABLE] = 503,
        [CHARGING_ERROR_INVALID_VALUE] = 422,
        [CHARGING_ERROR_STORAGE] = 507,
    };

    if (error->domain == CHARGING_ERROR && error->code >= 0 && error->code < CHARGING_ERROR_COUNT)
        ui_refuse(request, statuses[error->code],
                  strrchr(charging_error_name((ChargingError)error->code), '.') + 1);
    else
        ui_refuse(request, 503, "NoDaemon");
}

static void on_called(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(Waiting) waiting = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer = charging_client_call_finish(CHARGING_CLIENT(source), result, NULL, &error);

    if (answer == NULL)
        refuse_error(waiting->request, error);
    else
        waiting->reply(waiting->server, waiting->request, answer);
}

void ui_call(UiServer *self, WebRequest *request, const gchar *method, GVariant *args,
             void (*reply)(UiServer *, WebRequest *, GVariant *))
{
    g_autoptr(GVariant) kept = args != NULL ? g_variant_ref_sink(args) : NULL;

    if (self->client == NULL || self->snapshot == NULL) {
        ui_refuse(request, 503, "NoDaemon");
        return;
    }
    charging_client_call_async(self->client, method, kept, self->cancellable, on_called,
                               waiting_new(self, request, reply));
}

gboolean ui_may_act(UiServer *self, WebRequest *request)
{
    if (!ui_is_let_in(self, request))
        return FALSE;
    if (web_request_header(request, "Origin") != NULL &&
        ui_same_secret(web_request_header(request, TOKEN_HEADER), self->token))
        return web_request_has_fair_body(request);
    web_reply_problem(request, 403, "forbidden", "an action needs the Origin and the token of this page");
    return FALSE;
}

void ui_reply_done(UiServer *self, WebRequest *request, GVariant *answer)
{
    web_reply_empty(request, 204);
}

void ui_on_action(WebRequest *request, gpointer data)
{
    static const struct {
        const gchar *name, *method;
    } actions[] = {{"order", "Order"},
                   {"cancel", "Cancel"},
                   {"dismiss", "Cancel"},
                   {"stop", "Stop"},
                   {"unreserve", "CancelReservation"},
                   {"get_code", "GetOfflineCode"}};
    UiServer *self = data;
    const gchar *name = web_request_param(request, "name"), *method = NULL;

    if (!ui_may_act(self, request))
        return;
    for (guint i = 0; i < G_N_ELEMENTS(actions); i++) {
        if (g_str_equal(actions[i].name, name))
            method = actions[i].method;
    }
    if (method == NULL)
        web_reply_problem(request, 404, "not_found", "no such action");
    else if ((g_str_equal(name, "order") || g_str_equal(name, "get_code")) && self->snapshot != NULL &&
             !scene_may_set(self->snapshot))
        ui_refuse(request, 409, "NotStandingStill"); /* the page may be older than the gear */
    else
        ui_call(self, request, method, NULL, ui_reply_done);
}

/* Nothing is set on the way: only in P. */
static void store_form(UiServer *self, WebRequest *request,
                       GVariant *(*read)(const gchar *text, gsize len, GError **error), const gchar *method)
{
    GBytes *body = web_request_body(request);
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) form = NULL;
    gsize len = 0;
    const gchar *text = g_bytes_get_data(body, &len);

    if (!ui_may_act(self, request))
        return;
    form = read(text != NULL ? text : "", len, &error);
    if (form == NULL)
        ui_refuse_form(request, error);
    else if (self->snapshot != NULL && !scene_may_set(self->snapshot))
        ui_refuse(request, 409, "NotStandingStill");
    else
        ui_call(self, request, method, g_variant_new("(@a{sv})", form), ui_reply_done);
}

void ui_on_consent(WebRequest *request, gpointer data)
{
    store_form(data, request, settings_form_consent, "SetConsent");
}

void ui_on_subscription(WebRequest *request, gpointer data)
{
    store_form(data, request, settings_form_subscription, "SetSubscription");
}

void ui_on_sharing(WebRequest *request, gpointer data)
{
    store_form(data, request, settings_form_sharing, "SetSharing");
}

static void reply_history(UiServer *self, WebRequest *request, GVariant *answer)
{
    g_autoptr(GVariant) orders = g_variant_get_child_value(answer, 0);

    ui_reply_text(request, view_print_history(orders, ui_language_of(request)));
}

static void reply_csv(UiServer *self, WebRequest *request, GVariant *answer)
{
    g_autoptr(GVariant) orders = g_variant_get_child_value(answer, 0);
    gchar *text = view_print_csv(orders);
    g_autoptr(GBytes) csv = g_bytes_new_take(text, strlen(text));

    web_reply_header(request, "Content-Disposition", "attachment; filename=\"charges.csv\"");
    web_reply_content(request, 200, csv, "text/csv; charset=utf-8");
}

static void reply_receipt(UiServer *self, WebRequest *request, GVariant *answer)
{
    g_autoptr(GVariant) receipt = g_variant_get_child_value(answer, 0);

    ui_reply_text(request, view_print_receipt(receipt, ui_language_of(request)));
}

void ui_on_history(WebRequest *request, gpointer data)
{
    if (ui_is_let_in(data, request))
        ui_call(data, request, "GetHistory", g_variant_new("(u)", HISTORY_LIMIT), reply_history);
}

void ui_on_csv(WebRequest *request, gpointer data)
{
    if (ui_is_let_in(data, request))
        ui_call(data, request, "GetHistory", g_variant_new("(u)", 1000), reply_csv);
}

void ui_on_receipt(WebRequest *request, gpointer data)
{
    const gchar *order_id = web_request_param(request, "order_id");

    if (!ui_is_let_in(data, request))
        return;
    if (!g_utf8_validate(order_id, -1, NULL)) /* GVariant takes nothing else */
        ui_refuse(request, 404, "NotFound");
    else
        ui_call(data, request, "GetReceipt", g_variant_new("(s)", order_id), reply_receipt);
}

static void on_preview_ended(PreviewRelay *relay, gpointer data)
{
    g_ptr_array_remove(((UiServer *)data)->previews, relay);
}

static void on_preview_opened(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(Waiting) waiting = data;
    UiServer *self = waiting->server;
    g_autoptr(GError) error = NULL;
    gint fd = charging_client_open_preview_finish(CHARGING_CLIENT(source), result, &error);
    PreviewRelay *relay = NULL;

    if (fd < 0) {
        refuse_error(waiting->request, error);
        return;
    }
    relay = preview_relay_new(waiting->request, fd, on_preview_ended, self);
    if (relay != NULL)
        g_ptr_array_add(self->previews, relay);
    ui_check_previews(self);
}

/* No video in a car that drives (NHTSA 2013-09883, per se lock-outs); the rear picture is for reversing. */
static gboolean may_show_picture(UiServer *self)
{
    SceneScreen screen = scene_screen(self->snapshot);

    return screen == SCENE_REVERSING || screen == SCENE_PARKED;
}

void ui_on_preview(WebRequest *request, gpointer data)
{
    UiServer *self = data;

    if (!ui_is_let_in(self, request))
        return;
    if (self->client == NULL || self->snapshot == NULL)
        ui_refuse(request, 503, "NoDaemon");
    else if (!may_show_picture(self))
        ui_refuse(request, 409, "NotStandingStill");
    else
        charging_client_open_preview_async(self->client, self->cancellable, on_preview_opened,
                                           waiting_new(self, request, NULL));
}

void ui_check_previews(UiServer *self)
{
    if (!may_show_picture(self))
        g_ptr_array_set_size(self->previews, 0);
}
