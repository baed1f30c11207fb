#include "server-stub/http/web_front_private.h"

void operator_api_view(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    const gchar *token = web_request_bearer(request);
    g_autoptr(JsonNode) node = NULL;
    WebProblem problem;

    if (token == NULL || !self->ports.operator_may(token, self->data)) {
        g_autofree gchar *name = g_strdup_printf("operator %s", web_request_peer(request));

        web_front_refuse(self, request, name, "Bearer");
        return;
    }
    node = self->ports.operator_view(web_request_param(request, "view"), &problem, self->data);
    if (node != NULL)
        web_reply_node(request, 200, node);
    else
        web_front_reply_problem(request, &problem);
}
