#include "server-stub/http/web_front_private.h"

/* OCPP-J 2.0.1 part 4, 3.1 and threats.md 6: the identity of a station is its credential; the name in the URL
 * must agree with it. A refused station never sees 101. */
void station_door_knock(WebRequest *request, gpointer front)
{
    WebFront *self = front;
    const gchar *identity = web_request_param(request, "identity");
    g_autofree gchar *user = NULL;
    g_autofree gchar *password = NULL;
    g_autofree gchar *name = g_strdup_printf("station %s %.48s", web_request_peer(request), identity);
    gboolean has_credential = web_request_basic(request, &user, &password) && g_str_equal(user, identity);

    switch (self->ports.station_knocks(identity, has_credential ? password : "", self->data)) {
    case WEB_STATION_WELCOME:
        self->ports.station_enters(request, identity, self->data);
        return;
    case WEB_STATION_UNKNOWN:
        if (self->ports.try_wait_ms(name, self->data) > 0) {
            web_front_refuse(self, request, name, "Basic realm=\"OCPP\"");
            return;
        }
        self->ports.try_failed(name, self->data);
        web_front_problem(request, 404, "not_found", "no such charging station");
        return;
    default:
        web_front_refuse(self, request, name, "Basic realm=\"OCPP\"");
        return;
    }
}
