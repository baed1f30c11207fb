#include "pile-sim/panel/own_addresses.h"

#include <gio/gio.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

gboolean own_addresses_is_any(const gchar *host)
{
    return g_str_equal(host, "0.0.0.0") || g_str_equal(host, "[::]");
}

static void add_family(GPtrArray *list, const struct ifaddrs *first, gint family)
{
    for (const struct ifaddrs *i = first; i != NULL; i = i->ifa_next) {
        g_autoptr(GSocketAddress) address = NULL;
        g_autofree gchar *text = NULL;
        GInetAddress *ip = NULL;

        if (i->ifa_addr == NULL || i->ifa_addr->sa_family != family || !(i->ifa_flags & IFF_UP))
            continue;
        address = g_socket_address_new_from_native(
            i->ifa_addr, family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
        if (address == NULL)
            continue;
        ip = g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(address));
        if (g_inet_address_get_is_loopback(ip) || g_inet_address_get_is_link_local(ip))
            continue;
        text = g_inet_address_to_string(ip);
        g_ptr_array_add(list, family == AF_INET ? g_steal_pointer(&text) : g_strdup_printf("[%s]", text));
    }
}

GStrv own_addresses_list(gboolean with_ipv6)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
    struct ifaddrs *first = NULL;

    if (getifaddrs(&first) == 0) {
        add_family(list, first, AF_INET);
        if (with_ipv6)
            add_family(list, first, AF_INET6);
        freeifaddrs(first);
    }
    g_ptr_array_add(list, NULL);
    return (GStrv)g_ptr_array_free(g_steal_pointer(&list), FALSE);
}

gboolean own_addresses_listen(BoundedServer *server, const gchar *address, gchar **any_host, GError **error)
{
    const gchar *colon = strrchr(address, ':');
    g_autofree gchar *host = colon != NULL ? g_strndup(address, (gsize)(colon - address)) : NULL;
    g_auto(GStrv) own = NULL;
    const gchar *port = NULL;

    if (!bounded_server_listen(server, address, error))
        return FALSE;
    if (host == NULL || !own_addresses_is_any(host))
        return TRUE;
    /* With the port: a page of another server on this machine is a stranger. */
    port = strrchr(bounded_server_url(server), ':');
    own = own_addresses_list(TRUE);
    for (guint i = 0; own[i] != NULL; i++) {
        g_autofree gchar *full = g_strconcat(own[i], port, NULL);
        bounded_server_allow_host(server, full);
    }
    if (any_host != NULL)
        *any_host = g_steal_pointer(&host);
    return TRUE;
}
