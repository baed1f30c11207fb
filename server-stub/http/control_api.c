#include "server-stub/http/web_front_private.h"

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
    WebProblem problem;

    if (operator_api_admits(self, request))
        web_front_reply(request, 200, self->control->list(what, &problem, self->control_data), &problem);
}

static void write_thing(WebRequest *request, WebFront *self, const gchar *id)
{
    g_autofree gchar *what = kind_of(request);
    g_autoptr(JsonObject) body = NULL;
    WebProblem problem;

    if (operator_api_admits_writing(self, request) && (body = car_api_body(request)) != NULL)
        web_front_reply(request, id == NULL ? 201 : 200,
                        self->control->write(what, id, body, &problem, self->control_data), &problem);
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

    if (!operator_api_admits_writing(self, request))
        return;
    if (self->control->remove(what, web_request_param(request, "id"), &problem, self->control_data))
        web_reply_empty(request, 204);
    else
        web_front_reply_problem(request, &problem);
}

void control_api_call(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    g_autoptr(JsonObject) body = NULL;

    if (!operator_api_admits_writing(self, request) || (body = car_api_body(request)) == NULL)
        return;
    self->control->call(request, web_request_param(request, "station_id"), body, self->control_data);
}

void control_api_query(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    g_autoptr(JsonObject) body = NULL;

    if (!operator_api_admits_writing(self, request) || (body = car_api_body(request)) == NULL)
        return;
    self->control->query(request, web_request_param(request, "vehicle_id"), body, self->control_data);
}
