/* Offline charging code: 16 decimal digits that start one charge at one EVSE of a pile without network.
 * The server makes it, the pile checks it; both hold the pile's secret (protocol/README.md, section 8).
 *
 *   E TTTT MMMMMMMMMM C      E  energy step            T  slot number mod 10,000
 *                            M  MAC, mod 10^10         C  check digit (Damm), against typing errors
 *
 * A slot is 6 minutes of UTC, and the serial number of the code: one code a slot and EVSE. Slot, energy,
 * pile and EVSE go into the MAC whole. Pure; time is an argument.
 */
#pragma once

#include <glib.h>

#define OFFLINE_CODE_DIGITS 16
#define OFFLINE_CODE_BYTES (OFFLINE_CODE_DIGITS + 1)
#define OFFLINE_CODE_SLOT_S 360
/* Valid until 24 h after its slot began. */
#define OFFLINE_CODE_VALID_SLOTS 240
/* The server may take an unused slot of the last 12 h, so that a burst finds numbers. */
#define OFFLINE_CODE_BACK_SLOTS 120
#define OFFLINE_CODE_ENERGY_STEPS 10
#define OFFLINE_CODE_SECRET_MIN_BYTES 32
#define OFFLINE_CODE_SECRET_MAX_BYTES 64

/* For whom: one EVSE of one pile. */
typedef struct {
    const gchar *secret;  /* borrowed; OFFLINE_CODE_SECRET_MIN_BYTES.._MAX_BYTES of printable ASCII */
    const gchar *station; /* borrowed; OCPP identity, 1..48 characters */
    gint32 evse;          /* counts from 1 */
} OfflineCodePlace;

/* What the code says. */
typedef struct {
    gint64 slot;       /* floor(unix seconds / OFFLINE_CODE_SLOT_S) */
    guint energy_step; /* index of offline_code_energy_wh() */
} OfflineCode;

gboolean offline_code_secret_is_valid(const gchar *secret);

/* 1, 2, 5, 10, 15, 20, 30, 40, 60, 100 kWh in Wh */
gint64 offline_code_energy_wh(guint step);
/* The largest step that is not above @energy_wh. Returns: FALSE when even the smallest is. */
gboolean offline_code_step_for(gint64 energy_wh, guint *step);

gint64 offline_code_slot(gint64 unix_s);
/* First second at which @slot's code is no longer valid. */
gint64 offline_code_expires_s(gint64 slot);

/* @place, @code: valid. Writes 16 digits and NUL. */
void offline_code_make(const OfflineCodePlace *place, const OfflineCode *code,
                       gchar digits[OFFLINE_CODE_BYTES]);
/* Returns: (transfer full): "1234-5678-9012-3456" */
gchar *offline_code_group(const gchar *digits);

/**
 * offline_code_read:
 * @text: (array length=len): as typed; spaces and '-' between digits mean nothing
 *
 * Returns: TRUE and @digits when there are 16 digits and the check digit fits. FALSE is a typing error:
 * every wrong digit and every swap of neighbours is one. It says nothing about who made the code.
 */
gboolean offline_code_read(const gchar *text, gsize len, gchar digits[OFFLINE_CODE_BYTES]);

/**
 * OfflineCodeVerdict:
 * @OFFLINE_CODE_VALID: made for this place and not expired. Whether it was used is the caller's to know.
 * @OFFLINE_CODE_EXPIRED: made for this place, but too old at the given time
 * @OFFLINE_CODE_WRONG: made for another place, with another secret, or invented
 */
typedef enum {
    OFFLINE_CODE_VALID,
    OFFLINE_CODE_EXPIRED,
    OFFLINE_CODE_WRONG,
} OfflineCodeVerdict;

/**
 * offline_code_check:
 * @floor_s: what the time is at least; the code is found up to 82 days after it
 * @digits: as offline_code_read() wrote them
 * @code: (out): set unless %OFFLINE_CODE_WRONG
 */
OfflineCodeVerdict offline_code_check(const OfflineCodePlace *place, gint64 floor_s, const gchar *digits,
                                      OfflineCode *code);
