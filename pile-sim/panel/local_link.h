/* Local link: what a car in the bay says to the pile without any network (protocol/README.md, section 5b).
 * Its own listener, so that whoever reaches it does not reach the panel's levers; weblink/bounded_server owns
 * every limit. What a request means is the callbacks' business.
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

typedef struct _LocalLink LocalLink;

typedef struct {
    guint status;         /* HTTP */
    const gchar *code;    /* reason word */
    gchar *detail;        /* owned (nullable): for people */
    gint64 retry_after_s; /* 0: none */
} LocalLinkProblem;

typedef struct {
    /* (transfer full): GET /local/v1/state */
    JsonObject *(*state)(gpointer data);
    /* (transfer full) (nullable): the answer of a POST; NULL and @problem when it is refused */
    JsonObject *(*show)(const gchar *path, JsonObject *body, LocalLinkProblem *problem, gpointer data);
} LocalLinkCallbacks;

/**
 * local_link_new:
 * @address: "127.0.0.1:8091", "0.0.0.0:0" or only a port, then on 127.0.0.1
 * @callbacks: must outlive the link
 *
 * Returns: (transfer full) (nullable): NULL and a #GError when the address is no good or in use
 */
LocalLink *local_link_new(const gchar *address, const LocalLinkCallbacks *callbacks, gpointer data,
                          GError **error);
void local_link_free(LocalLink *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LocalLink, local_link_free)

/* (transfer none): "http://127.0.0.1:8091" */
const gchar *local_link_url(LocalLink *self);
