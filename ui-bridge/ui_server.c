#include "ui-bridge/ui_server.h"

#include "base/identifier.h"
#include "ui-bridge/preview_relay.h"
#include "ui-bridge/session_keep.h"
#include "ui-bridge/ui_server_private.h"
#include <string.h>

#define COOKIE "rearcharge_ui"
#define SECRET_BYTES 32

G_DEFINE_TYPE(UiServer, ui_server, G_TYPE_OBJECT)

/* Takes the same time for every guess of the right length. */
gboolean ui_same_secret(const gchar *one, const gchar *two)
{
    guint8 difference = 0;

    if (one == NULL || two == NULL || strlen(one) != strlen(two))
        return FALSE;
    for (gsize i = 0; one[i] != '\0'; i++)
        difference |= (guint8)(one[i] ^ two[i]);
    return difference == 0;
}

/* 401: for a person a page that says how to come in, for a program a problem. The style sheet is behind the
 * same door. */
static void show_the_door(WebRequest *request)
{
    const gchar *accept = web_request_header_list(request, "Accept");
    WordsLanguage language = ui_language_of(request);
    g_autoptr(GBytes) bytes = NULL;
    gchar *page = NULL;

    if (accept == NULL || strstr(accept, "text/html") == NULL) {
        web_reply_problem(request, 401, "unauthorized",
                          "a start URL works once; the next is in start-url of the runtime directory");
        return;
    }
    page = g_strdup_printf("<!doctype html>\n<html lang=\"%s\">\n<meta charset=\"utf-8\">\n"
                           "<meta name=\"viewport\" content=\"width=device-width\">\n<title>%s</title>\n"
                           "<h1>%s</h1>\n<p>%s</p>\n<p>%s</p>\n"
                           "<pre>sudo cat /run/rearcharge-ui/start-url</pre>\n</html>\n",
                           words_language_code(language), words_label(language, "title"),
                           words_label(language, "door_title"), words_label(language, "door_why"),
                           words_label(language, "door_how"));
    bytes = g_bytes_new_take(page, strlen(page));
    web_reply_content(request, 401, bytes, "text/html; charset=utf-8");
}

static void make_start_url(UiServer *self)
{
    g_autoptr(GError) error = NULL;

    g_free(self->start_url);
    self->start_url = g_strdup_printf("%s/start/%s", bounded_server_url(self->web), self->start_secret);
    if (self->folder != NULL && !session_keep_start_url(self->folder, self->start_url, &error))
        g_warning("start-url: %s", error->message);
}

/* A kiosk finds the next one in our folder; who only read the line that we printed needs a restart. */
static void spend_start_url(UiServer *self)
{
    self->start_used = FALSE;
    g_clear_pointer(&self->start_secret, g_free);
    if (self->folder == NULL)
        return;
    self->start_secret = identifier_new_secret(SECRET_BYTES);
    make_start_url(self);
}

/* Answers 401 and returns FALSE without the cookie. */
gboolean ui_is_let_in(UiServer *self, WebRequest *request)
{
    g_autofree gchar *cookie = web_request_cookie(request, COOKIE);

    if (ui_same_secret(cookie, self->session)) {
        if (self->start_used)
            spend_start_url(self); /* whoever was given the cookie has it */
        return TRUE;
    }
    show_the_door(request);
    return FALSE;
}

static void on_start(WebRequest *request, gpointer data)
{
    UiServer *self = data;
    g_autofree gchar *cookie = NULL;

    if (!ui_same_secret(web_request_param(request, "secret"), self->start_secret)) {
        show_the_door(request);
        return;
    }
    /* Spent with the cookie's first use, not here: this answer may be lost on the way. */
    self->start_used = TRUE;
    cookie = g_strdup_printf("%s=%s; Path=/; HttpOnly; SameSite=Strict", COOKIE, self->session);
    web_reply_header(request, "Set-Cookie", cookie);
    web_reply_header(request, "Location", "/");
    web_reply_empty(request, 303);
}

WordsLanguage ui_language_of(WebRequest *request)
{
    const gchar *chosen = web_request_query(request, "lang");

    return words_language_from(
        chosen != NULL && chosen[0] != '\0' ? chosen : web_request_header(request, "Accept-Language"));
}

void ui_reply_text(WebRequest *request, gchar *text)
{
    g_autoptr(GBytes) json = g_bytes_new_take(text, strlen(text));

    web_reply_json(request, 200, json);
}

static const gchar *type_of(const gchar *name)
{
    static const struct {
        const gchar *end, *type;
    } types[] = {{".html", "text/html; charset=utf-8"},
                 {".js", "text/javascript; charset=utf-8"},
                 {".css", "text/css; charset=utf-8"},
                 {".svg", "image/svg+xml"}};

    for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
        if (g_str_has_suffix(name, types[i].end))
            return types[i].type;
    }
    return NULL;
}

static void reply_file(UiServer *self, WebRequest *request, const gchar *name)
{
    g_autofree gchar *path = g_strconcat("/org/rearcharge/ui/", name, NULL);
    g_autoptr(GBytes) bytes = NULL;

    if (!ui_is_let_in(self, request))
        return;
    if (type_of(name) != NULL && strchr(name, '/') == NULL)
        bytes = g_resources_lookup_data(path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    if (bytes == NULL)
        web_reply_problem(request, 404, "not_found", "no such file");
    else
        web_reply_content(request, 200, bytes, type_of(name));
}

static void on_page(WebRequest *request, gpointer data)
{
    reply_file(data, request, "index.html");
}

static void on_file(WebRequest *request, gpointer data)
{
    reply_file(data, request, web_request_param(request, "name"));
}

/* The words of the page, and the token that its actions repeat: CORS is absent, so nobody else can read it.
 */
static void on_session(WebRequest *request, gpointer data)
{
    UiServer *self = data;
    g_autofree gchar *words = NULL;

    if (!ui_is_let_in(self, request))
        return;
    words = words_print(ui_language_of(request), "page");
    ui_reply_text(request, g_strdup_printf("{\"token\":\"%s\",\"language\":\"%s\",\"demo\":%s,\"words\":%s}",
                                           self->token, words_language_code(ui_language_of(request)),
                                           self->lever != NULL ? "true" : "false", words));
}

static gchar *print_view(UiServer *self, WordsLanguage language)
{
    ViewInput input = {.snapshot = self->snapshot, .curve = &self->curve, .now_ms = g_get_real_time() / 1000};

    return view_print(&input, language);
}

/* Also what a program may read that wants the state once. */
static void on_view(WebRequest *request, gpointer data)
{
    if (ui_is_let_in(data, request))
        ui_reply_text(request, print_view(data, ui_language_of(request)));
}

static void on_events(WebRequest *request, gpointer data)
{
    UiServer *self = data;
    WordsLanguage language = ui_language_of(request);
    SseStream *stream = NULL;
    g_autofree gchar *text = NULL;

    if (!ui_is_let_in(self, request))
        return;
    stream = sse_hub_open(self->hub, request, words_language_code(language), NULL, NULL);
    if (stream == NULL)
        return;
    text = print_view(self, language);
    sse_stream_send(stream, NULL, "view", text);
}

static const WebRoute routes[] = {
    {"GET", "/start/{secret}", on_start, WEB_BODY_NONE},
    {"GET", "/", on_page, WEB_BODY_NONE},
    {"GET", "/web/{name}", on_file, WEB_BODY_NONE},
    {"GET", "/session", on_session, WEB_BODY_NONE},
    {"GET", "/view", on_view, WEB_BODY_NONE},
    {"GET", "/events", on_events, WEB_BODY_NONE},
    {"GET", "/preview", ui_on_preview, WEB_BODY_NONE},
    {"GET", "/history", ui_on_history, WEB_BODY_NONE},
    {"GET", "/history.csv", ui_on_csv, WEB_BODY_NONE},
    {"GET", "/receipts/{order_id}", ui_on_receipt, WEB_BODY_NONE},
    {"POST", "/actions/{name}", ui_on_action, WEB_BODY_JSON},
    {"POST", "/demo/{gear}", ui_on_lever, WEB_BODY_JSON},
    {"POST", "/around", ui_on_around, WEB_BODY_JSON},
    {"POST", "/reserve", ui_on_reserve, WEB_BODY_JSON},
    {"POST", "/move", ui_on_move, WEB_BODY_JSON},
    {"POST", "/offers/{offer_id}/{verb}", ui_on_offer, WEB_BODY_JSON},
    {"POST", "/consent", ui_on_consent, WEB_BODY_JSON},
    {"POST", "/subscription", ui_on_subscription, WEB_BODY_JSON},
    {"POST", "/sharing", ui_on_sharing, WEB_BODY_JSON},
    {NULL},
};

static void ui_server_init(UiServer *self)
{
    self->web = bounded_server_new(routes, self);
    self->hub = sse_hub_new();
    self->start_secret = identifier_new_secret(SECRET_BYTES);
    self->session = identifier_new_secret(SECRET_BYTES);
    self->token = identifier_new_secret(SECRET_BYTES);
    self->cancellable = g_cancellable_new();
    self->previews = g_ptr_array_new_with_free_func((GDestroyNotify)preview_relay_free);
    bounded_server_set_connection_limits(self->web, 64, 64);
}

static void ui_server_finalize(GObject *object)
{
    UiServer *self = UI_SERVER(object);

    g_clear_pointer(&self->previews, g_ptr_array_unref);
    g_clear_object(&self->hub);
    g_clear_object(&self->web);
    g_clear_object(&self->client);
    g_clear_object(&self->lever);
    g_clear_object(&self->cancellable);
    g_clear_pointer(&self->snapshot, g_variant_unref);
    g_free(self->folder);
    g_free(self->start_secret);
    g_free(self->session);
    g_free(self->token);
    g_free(self->start_url);
    G_OBJECT_CLASS(ui_server_parent_class)->finalize(object);
}

static void ui_server_class_init(UiServerClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = ui_server_finalize;
}

UiServer *ui_server_new(void)
{
    return g_object_new(ui_server_get_type(), NULL);
}

gboolean ui_server_listen(UiServer *self, guint16 port, GError **error)
{
    g_autofree gchar *address = g_strdup_printf("127.0.0.1:%u", port);

    if (!bounded_server_listen(self->web, address, error))
        return FALSE;
    make_start_url(self);
    return TRUE;
}

const gchar *ui_server_start_url(UiServer *self)
{
    return self->start_url;
}

gboolean ui_server_keep_session(UiServer *self, const gchar *folder, GError **error)
{
    self->folder = g_strdup(folder);
    return session_keep_secrets(folder, &self->session, &self->token, error);
}

void ui_server_show_lever(UiServer *self, BusLoop *bus)
{
    g_set_object(&self->lever, bus);
}

static void on_snapshot(UiServer *self)
{
    ui_server_publish(self, charging_client_get_snapshot(self->client));
}

void ui_server_follow(UiServer *self, ChargingClient *client)
{
    g_return_if_fail(self->client == NULL);
    self->client = g_object_ref(client);
    g_signal_connect_object(client, "snapshot", G_CALLBACK(on_snapshot), self, G_CONNECT_SWAPPED);
}

void ui_server_publish(UiServer *self, GVariant *snapshot)
{
    if (snapshot != NULL)
        g_variant_ref(snapshot); /* before the old one goes: it may be the same */
    g_clear_pointer(&self->snapshot, g_variant_unref);
    self->snapshot = snapshot;
    curve_follow(&self->curve, snapshot, g_get_monotonic_time() / 1000);
    ui_check_previews(self);
    if (sse_hub_n_streams(self->hub) == 0)
        return;
    for (WordsLanguage language = 0; language < WORDS_N_LANGUAGES; language++) {
        g_autofree gchar *text = print_view(self, language);
        sse_hub_send(self->hub, words_language_code(language), NULL, "view", text);
    }
}
