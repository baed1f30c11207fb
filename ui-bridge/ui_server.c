#include "ui-bridge/ui_server.h"

#include "base/identifier.h"
#include "ui-bridge/view/view.h"
#include "weblink/bounded_server.h"
#include "weblink/sse_hub.h"
#include <string.h>

#define COOKIE "rearcharge_ui"
#define SECRET_BYTES 32

struct _UiServer {
    GObject parent_instance;
    BoundedServer *web;
    SseHub *hub;
    GVariant *snapshot;  /* nullable */
    gchar *start_secret; /* NULL once used */
    gchar *session;      /* what the cookie must hold */
    gchar *start_url;
};

G_DEFINE_TYPE(UiServer, ui_server, G_TYPE_OBJECT)

/* Takes the same time for every guess of the right length. */
static gboolean same_secret(const gchar *one, const gchar *two)
{
    guint8 difference = 0;

    if (one == NULL || two == NULL || strlen(one) != strlen(two))
        return FALSE;
    for (gsize i = 0; one[i] != '\0'; i++)
        difference |= (guint8)(one[i] ^ two[i]);
    return difference == 0;
}

/* Answers 401 and returns FALSE without the cookie. */
static gboolean is_let_in(UiServer *self, WebRequest *request)
{
    g_autofree gchar *cookie = web_request_cookie(request, COOKIE);

    if (same_secret(cookie, self->session))
        return TRUE;
    web_reply_problem(request, 401, "unauthorized", "open the start URL that rearcharge-ui has printed");
    return FALSE;
}

static void on_start(WebRequest *request, gpointer data)
{
    UiServer *self = data;
    g_autofree gchar *cookie = NULL;

    if (!same_secret(web_request_param(request, "secret"), self->start_secret)) {
        web_reply_problem(request, 401, "unauthorized",
                          "a start URL works once; restart rearcharge-ui for another");
        return;
    }
    g_clear_pointer(&self->start_secret, g_free);
    cookie = g_strdup_printf("%s=%s; Path=/; HttpOnly; SameSite=Strict", COOKIE, self->session);
    web_reply_header(request, "Set-Cookie", cookie);
    web_reply_header(request, "Location", "/");
    web_reply_empty(request, 303);
}

static void reply_file(UiServer *self, WebRequest *request, const gchar *name, const gchar *type)
{
    g_autofree gchar *path = g_strconcat("/org/rearcharge/ui/", name, NULL);
    g_autoptr(GBytes) bytes = NULL;

    if (!is_let_in(self, request))
        return;
    bytes = g_resources_lookup_data(path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    g_assert(bytes != NULL); /* compiled in */
    web_reply_content(request, 200, bytes, type);
}

static void on_page(WebRequest *request, gpointer data)
{
    reply_file(data, request, "index.html", "text/html; charset=utf-8");
}

static void on_script(WebRequest *request, gpointer data)
{
    reply_file(data, request, "status.js", "text/javascript; charset=utf-8");
}

static void on_style(WebRequest *request, gpointer data)
{
    reply_file(data, request, "status.css", "text/css; charset=utf-8");
}

static void on_icon(WebRequest *request, gpointer data)
{
    reply_file(data, request, "icon.svg", "image/svg+xml");
}

/* Also what a program may read that wants the state once. */
static void on_view(WebRequest *request, gpointer data)
{
    UiServer *self = data;
    g_autofree gchar *text = NULL;
    g_autoptr(GBytes) json = NULL;

    if (!is_let_in(self, request))
        return;
    text = view_print(self->snapshot, words_language_from(web_request_query(request, "lang")));
    json = g_bytes_new(text, strlen(text));
    web_reply_json(request, 200, json);
}

static void on_events(WebRequest *request, gpointer data)
{
    UiServer *self = data;
    WordsLanguage language = words_language_from(web_request_query(request, "lang"));
    SseStream *stream = NULL;
    g_autofree gchar *text = NULL;

    if (!is_let_in(self, request))
        return;
    stream = sse_hub_open(self->hub, request, words_language_code(language), NULL, NULL);
    if (stream == NULL)
        return;
    text = view_print(self->snapshot, language);
    sse_stream_send(stream, NULL, "view", text);
}

static const WebRoute routes[] = {
    {"GET", "/start/{secret}", on_start, WEB_BODY_NONE}, {"GET", "/", on_page, WEB_BODY_NONE},
    {"GET", "/status.js", on_script, WEB_BODY_NONE},     {"GET", "/status.css", on_style, WEB_BODY_NONE},
    {"GET", "/icon.svg", on_icon, WEB_BODY_NONE},        {"GET", "/view", on_view, WEB_BODY_NONE},
    {"GET", "/events", on_events, WEB_BODY_NONE},        {NULL},
};

static void ui_server_init(UiServer *self)
{
    self->web = bounded_server_new(routes, self);
    self->hub = sse_hub_new();
    self->start_secret = identifier_new_secret(SECRET_BYTES);
    self->session = identifier_new_secret(SECRET_BYTES);
    bounded_server_set_connection_limits(self->web, 64, 64);
}

static void ui_server_finalize(GObject *object)
{
    UiServer *self = UI_SERVER(object);

    g_clear_object(&self->hub);
    g_clear_object(&self->web);
    g_clear_pointer(&self->snapshot, g_variant_unref);
    g_free(self->start_secret);
    g_free(self->session);
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
    self->start_url = g_strdup_printf("%s/start/%s", bounded_server_url(self->web), self->start_secret);
    return TRUE;
}

const gchar *ui_server_start_url(UiServer *self)
{
    return self->start_url;
}

void ui_server_publish(UiServer *self, GVariant *snapshot)
{
    if (snapshot != NULL)
        g_variant_ref(snapshot); /* before the old one goes: it may be the same */
    g_clear_pointer(&self->snapshot, g_variant_unref);
    self->snapshot = snapshot;
    if (sse_hub_n_streams(self->hub) == 0)
        return;
    for (WordsLanguage language = 0; language < WORDS_N_LANGUAGES; language++) {
        g_autofree gchar *text = view_print(snapshot, language);
        sse_hub_send(self->hub, words_language_code(language), NULL, "view", text);
    }
}
