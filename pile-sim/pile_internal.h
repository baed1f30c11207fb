/* Pile, shared by its own files only. */
#pragma once

#include "pile-sim/bay_reader.h"
#include "pile-sim/device.h"
#include "pile-sim/link/csms_link.h"
#include "pile-sim/model/station.h"
#include "pile-sim/ocpp_log.h"
#include "pile-sim/panel/local_link.h"
#include "pile-sim/panel/panel.h"
#include "pile-sim/pile.h"
#include "pile-sim/script_player.h"
#include "pile-sim/store/pile_store.h"

#define PILE_QR_MODULE_PX 12

struct _Pile {
    const Options *options;
    Station *station;
    PileStore *store;
    Device *device;
    CsmsLink *link;
    Panel *panel;          /* (nullable) */
    LocalLink *local_link; /* (nullable) */
    OcppLog *log;          /* (nullable) */
    ScriptPlayer *player;  /* (nullable) */
    BayReader *bays;       /* (nullable) */
    guint deadline_source;
    gint64 clock_offset_ms; /* UTC minus monotonic */
    gchar *refusal;         /* detail of the last refused action */
    gboolean broken;        /* not stored once: storing what came after would leave a gap in the seqNos */
    PileFailed failed;
    gpointer failed_data;
};

StationTime pile_now(const Pile *self);

/* Persist, then act. @effects: (transfer full); @message_id: (nullable): of the request being answered.
 * Returns: FALSE when nothing could be stored: then nothing was done, and the program is about to end */
gboolean pile_carry_out(Pile *self, GArray *effects, const gchar *message_id);

/* pile_faces.c: the panel and the local link. */
extern const PanelCallbacks pile_panel_callbacks;
extern const LocalLinkCallbacks pile_local_link_callbacks;
