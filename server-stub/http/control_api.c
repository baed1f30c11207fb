#include "server-stub/http/web_front_private.h"

/* The browser sends the cookie whoever wrote the page; SameSite=Strict keeps other sites out, and this also
 * another port or program of the same host: only a page that we have served has our Origin (Fetch
 * standard, 3.1: set for all methods but GET and HEAD). A foreign one never gets here (weblink/web_gate.h).
 */
static gboolean admits_writing(WebFront *self, WebRequest *request)
{
    if (!operator_api_admits(self, request))
        return FALSE;
    if (web_request_bearer(request) != NULL || web_request_header(request, "Origin") != NULL)
        return TRUE;
    web_front_problem(request, 403, "forbidden_origin", "a session writes only from our own page");
    return FALSE;
}

/* One line for each deed, before it is tried. What was sent is not in it: it may hold names and positions. */
static void audit(WebRequest *request)
{
    g_message("audit: operator %s from %s: %s %s", web_request_bearer(request) != NULL ? "token" : "session",
              web_request_peer(request), web_request_method(request), web_request_path(request));
}

/* "/operator/v1/offer-rules/..." -> "offer-rules". (transfer full) */
static gchar *kind_of(WebRequest *request)
{
    g_auto(GStrv) part = g_strsplit(web_request_path(request), "/", 5);

    return g_strdup(part[3]);
}

void control_api_list(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    g_autofree gchar *what = kind_of(request);
    g_autoptr(JsonNode) node = NULL;
    WebProblem problem;

    if (!operator_api_admits(self, request))
        return;
    node = self->control->list(what, &problem, self->control_data);
    if (node != NULL)
        web_reply_node(request, 200, node);
    else
        web_front_reply_problem(request, &problem);
}

static void write_thing(WebRequest *request, WebFront *self, const gchar *id)
{
    g_autofree gchar *what = kind_of(request);
    g_autoptr(JsonObject) body = NULL;
    g_autoptr(JsonNode) node = NULL;
    WebProblem problem;

    if (!admits_writing(self, request) || (body = car_api_body(request)) == NULL)
        return;
    audit(request);
    node = self->control->write(what, id, body, &problem, self->control_data);
    if (node != NULL)
        web_reply_node(request, id == NULL ? 201 : 200, node);
    else
        web_front_reply_problem(request, &problem);
}

void control_api_create(WebRequest *request, gpointer front)
{
    write_thing(request, front, NULL);
}

void control_api_replace(WebRequest *request, gpointer front)
{
    write_thing(request, front, web_request_param(request, "id"));
}

void control_api_remove(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    g_autofree gchar *what = kind_of(request);
    WebProblem problem;

    if (!admits_writing(self, request))
        return;
    audit(request);
    if (self->control->remove(what, web_request_param(request, "id"), &problem, self->control_data))
        web_reply_empty(request, 204);
    else
        web_front_reply_problem(request, &problem);
}

void control_api_call(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    g_autoptr(JsonObject) body = NULL;

    if (!admits_writing(self, request) || (body = car_api_body(request)) == NULL)
        return;
    audit(request);
    self->control->call(request, web_request_param(request, "station_id"), body, self->control_data);
}

void control_api_query(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    g_autoptr(JsonObject) body = NULL;

    if (!admits_writing(self, request) || (body = car_api_body(request)) == NULL)
        return;
    audit(request);
    self->control->query(request, web_request_param(request, "vehicle_id"), body, self->control_data);
}
