#include "weblink/web_gate.h"

#include <string.h>

WebGate *web_gate_new(guint default_port)
{
    WebGate *self = g_new0(WebGate, 1);

    self->hosts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->default_port = default_port;
    return self;
}

void web_gate_free(WebGate *self)
{
    g_hash_table_unref(self->hosts);
    g_free(self);
}

void web_gate_allow(WebGate *self, const gchar *host)
{
    g_hash_table_add(self->hosts, g_ascii_strdown(host, -1));
}

/* Splits "name:port"; an IPv6 literal keeps its brackets. FALSE when what follows the name is no port. */
static gboolean split(const gchar *host, gchar **name, guint *port)
{
    const gchar *end = host[0] == '[' ? strchr(host, ']') : host + strcspn(host, ":");
    guint64 number = *port;

    if (end == NULL)
        return FALSE;
    if (*end == ']')
        end++;
    if (*end != '\0' && (*end != ':' || !g_ascii_string_to_unsigned(end + 1, 10, 1, 65535, &number, NULL)))
        return FALSE;
    *port = (guint)number;
    *name = g_strndup(host, (gsize)(end - host));
    return TRUE;
}

gboolean web_gate_knows_host(WebGate *self, const gchar *host, guint default_port)
{
    g_autofree gchar *lower = g_ascii_strdown(host, -1);
    g_autofree gchar *name = NULL;
    g_autofree gchar *full = NULL;
    guint port = default_port;

    if (!split(lower, &name, &port))
        return FALSE;
    full = g_strdup_printf("%s:%u", name, port);
    return g_hash_table_contains(self->hosts, full) || g_hash_table_contains(self->hosts, name);
}

gboolean web_gate_knows_origin(WebGate *self, const gchar *origin)
{
    if (g_ascii_strncasecmp(origin, "http://", 7) == 0)
        return web_gate_knows_host(self, origin + 7, 80);
    if (g_ascii_strncasecmp(origin, "https://", 8) == 0)
        return web_gate_knows_host(self, origin + 8, 443);
    return FALSE;
}

/* RFC 9112, 3.2.2: a target with an authority ("GET http://other/ HTTP/1.1") outranks Host. */
static gboolean knows_target(WebGate *self, const WebHead *head)
{
    g_autofree gchar *host = NULL;

    if (head->uri_host == NULL)
        return FALSE;
    host = g_strdup_printf(strchr(head->uri_host, ':') != NULL ? "[%s]" : "%s", head->uri_host);
    return web_gate_knows_host(self, host, head->uri_port > 0 ? (guint)head->uri_port : self->default_port);
}

WebVerdict web_gate_judge(WebGate *self, const WebHead *head)
{
    if (head->n_hosts != 1 || !web_gate_knows_host(self, head->host, self->default_port) ||
        !knows_target(self, head))
        return (WebVerdict){400, "bad_host", "exactly one Host header with a name of this server is needed"};
    if (head->n_origins > 1 || (head->n_origins == 1 && !web_gate_knows_origin(self, head->origin)))
        return (WebVerdict){403, "forbidden_origin", "requests from other sites are refused"};
    return (WebVerdict){0, NULL, NULL};
}

gboolean web_gate_is_json(const gchar *content_type)
{
    g_auto(GStrv) part = g_strsplit(content_type, ";", 3);

    if (part[0] == NULL || g_ascii_strcasecmp(g_strstrip(part[0]), "application/json") != 0)
        return FALSE;
    if (part[1] == NULL)
        return TRUE;
    g_strstrip(part[1]);
    return part[2] == NULL && (g_ascii_strcasecmp(part[1], "charset=utf-8") == 0 ||
                               g_ascii_strcasecmp(part[1], "charset=\"utf-8\"") == 0);
}
