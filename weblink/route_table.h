/* Which row of a program's route table a path belongs to. Pure. */
#pragma once

#include "weblink/bounded_server.h"

typedef struct {
    const WebRoute *route; /* NULL: no row, or a row with another method only */
    gchar *allow;          /* (owned) (nullable): "GET, POST": the path exists, with these methods */
    GHashTable *params;    /* (owned): name -> text, percent-decoded */
} RouteMatch;

/**
 * route_table_match:
 * @path: still percent-encoded: "%2F" must not become a separator
 *
 * A segment that decodes to control characters, to "." or "..", or not to UTF-8 matches nothing.
 */
RouteMatch route_table_match(const WebRoute *routes, const gchar *method, const gchar *path);
void route_match_clear(RouteMatch *match);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RouteMatch, route_match_clear)
