#include "server-stub/http/web_front_private.h"

gboolean operator_api_admits(WebFront *self, WebRequest *request)
{
    const gchar *token = web_request_bearer(request);
    g_autofree gchar *name = NULL;

    if (token == NULL && operator_page_session(self, request))
        return TRUE;
    if (token != NULL && self->operator_ports.may(token, self->operator_data))
        return TRUE;
    if (token == NULL) { /* nothing was guessed: a page whose session has ended asks again and again */
        web_reply_header(request, "WWW-Authenticate", "Bearer");
        web_reply_problem(request, 401, "unauthorized", NULL);
        return FALSE;
    }
    name = g_strdup_printf("operator %s", web_request_peer(request));
    web_front_refuse(self, request, name, "Bearer");
    return FALSE;
}

/* One line for each deed, before it is tried. What was sent is not in it: it may hold names and positions. */
static void audit(WebRequest *request)
{
    g_message("audit: operator %s from %s: %s %s", web_request_bearer(request) != NULL ? "token" : "session",
              web_request_peer(request), web_request_method(request), web_request_path(request));
}

/* The browser sends the cookie whoever wrote the page; SameSite=Strict keeps other sites out, and this also
 * another port or program of the same host: only a page that we have served has our Origin (Fetch
 * standard, 3.1: set for all methods but GET and HEAD). A foreign one never gets here (weblink/web_gate.h).
 */
gboolean operator_api_admits_writing(WebFront *self, WebRequest *request)
{
    if (!operator_api_admits(self, request))
        return FALSE;
    if (web_request_bearer(request) == NULL && web_request_header(request, "Origin") == NULL) {
        web_front_problem(request, 403, "forbidden_origin", "a session writes only from our own page");
        return FALSE;
    }
    if (!web_request_has_fair_body(request))
        return FALSE;
    audit(request);
    return TRUE;
}

void operator_api_view(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    const gchar *view = web_request_param(request, "view");
    WebProblem problem;

    if (operator_api_admits(self, request))
        web_front_reply(request, 200, self->operator_ports.view(view, &problem, self->operator_data),
                        &problem);
}
