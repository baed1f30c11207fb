/* Offline: all that lets a station admit somebody without its CSMS, in one value: who is known, what was used
 * up, what the time is at least, and what was last said to whom. Part of the station; station_admission.c
 * decides with it, offline.c keeps it.
 */
#pragma once

#include "pile-sim/model/admission.h"
#include "pile-sim/model/code_guard.h"
#include "pile-sim/model/local_list.h"
#include "pile-sim/model/station_time.h"
#include "pile-sim/model/time_floor.h"

/* Names of the generations that the device's own store keeps beside the records (EFFECT_SEAL). */
#define OFFLINE_SEAL_LIST "list"
#define OFFLINE_SEAL_GUARD "guard"

/* What the device's own store held at start. */
typedef struct {
    guint8 key[SEAL_KEY_BYTES];
    gint64 list_generation, guard_generation; /* 0: nothing was ever sealed */
} OfflineDevice;

/* A voucher that was shown and waits for its car's answer. */
typedef struct {
    gboolean open;
    gint64 until_ms; /* monotonic */
    guint8 challenge[VOUCHER_CHALLENGE_BYTES];
    Voucher voucher;
    gchar text[VOUCHER_TEXT_CHARS + 1];
} OpenVoucher;

typedef struct {
    OfflineDevice device;
    TimeFloor floor;
    LocalList list;
    IdBook cache;
    CodeGuard guard;
    gint64 guard_generation;
    gchar void_secret[SEAL_ID_BYTES]; /* hash of the code secret whose used rows were lost; "": none was */
    guint n_evses;
    Admission *admissions;   /* owned; [n_evses] */
    OpenVoucher *challenges; /* owned; [n_evses] */
    gboolean list_changed, cache_changed;
    GString *damage; /* what of the stored records was refused, for the log; "" nothing */
} Offline;

void offline_init(Offline *self, const OfflineDevice *device, guint n_evses);
void offline_clear(Offline *self);

/* A stored record of one of our names; a broken one is refused, noted and forgotten, never trusted.
 * Returns: FALSE when @name is none of ours */
gboolean offline_restore(Offline *self, const gchar *name, JsonObject *record, StationTime now);

/* After all records. Returns: TRUE when the rows of used codes and vouchers are lost or older than the device
 * has seen: then whatever could have been used before must become void. */
gboolean offline_is_compromised(Offline *self);

/* The codes of @secret are void from now on: which of them were used is not known. */
void offline_void_secret(Offline *self, const gchar *secret);
/* Is it the secret that was made void? */
gboolean offline_is_void(const Offline *self, const gchar *secret);

/* When offline_store_changes() has something to store again without anything having happened. */
gint64 offline_deadline_ms(const Offline *self, StationTime now);
/* Appends what must be stored: EFFECT_STORE of what has changed, and its generation. */
void offline_store_changes(Offline *self, StationTime now, GArray *effects);
