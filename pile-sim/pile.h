/* Pile: the running simulator. Wires the station's decisions to storage, link, panel, script and clock:
 * every input goes to the model, its effects are stored in one transaction and then carried out.
 */
#pragma once

#include "pile-sim/options.h"

typedef struct _Pile Pile;

/* Called when the pile cannot go on (storage failed): what was decided must not be acted upon. */
typedef void (*PileFailed)(gpointer data);

/* Returns: (transfer full) (nullable): free with pile_free(); NULL and a #GError, nothing runs then */
Pile *pile_new(const Options *options, PileFailed failed, gpointer data, GError **error);

/* Resumes what the last run left, connects, plays the script. */
void pile_start(Pile *self);
/* Stores the present readings and lets go of the connection. */
void pile_stop(Pile *self);
void pile_free(Pile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pile, pile_free)

/* (transfer full): addresses of the panel, the one on this machine first; empty without a panel */
GStrv pile_panel_urls(Pile *self);
/* (transfer none) (nullable): address of the local link */
const gchar *pile_local_link_url(Pile *self);
