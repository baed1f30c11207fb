/* Local list: the ids that the CSMS lets a pile admit by itself (OCPP 2.0.1 part 2, D01-D02), as keyed
 * hashes. An update is taken whole or not at all. Each one raises the generation, which the device's own
 * store keeps too: an older copy of the record is then recognised. Pure.
 */
#pragma once

#include "pile-sim/model/id_book.h"
#include "protocol/ocpp_local_list.h"

#define LOCAL_LIST_MAX_ENTRIES 2000

typedef struct {
    gint32 version;    /* as the CSMS numbers it; 0: there is none */
    gint64 generation; /* as we do */
    IdBook book;
} LocalList;

void local_list_init(LocalList *self);
void local_list_clear(LocalList *self);

/* @key: of seal_id(); @why: (out): for the log, when it is not Accepted: then nothing has changed */
OcppSendLocalListStatus local_list_update(LocalList *self, const OcppSendLocalListRequest *request,
                                          const guint8 key[SEAL_KEY_BYTES], const gchar **why);

/* What GetLocalListVersion tells: 0 without entries (D02.FR.03). */
gint32 local_list_version(const LocalList *self);

JsonObject *local_list_to_json(const LocalList *self);
/* @self: after local_list_init() */
gboolean local_list_from_json(LocalList *self, JsonObject *json, GError **error);
