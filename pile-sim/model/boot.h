/* Boot: how the station registers with the CSMS, and its heartbeat (OCPP 2.0.1 part 2, B01-B03, G02).
 * BootNotification opens every connection, not only the first after power-up: the standard allows it, it
 * sets the clock, and a CSMS that lost its memory answers everything else with SecurityError until then.
 * Pure.
 */
#pragma once

#include "pile-sim/model/station_time.h"
#include "protocol/ocpp_provisioning.h"

typedef enum {
    BOOT_OFFLINE,  /* no connection */
    BOOT_DUE,      /* connected; BootNotification must go out at @ask_at_ms */
    BOOT_ASKED,    /* it is on its way */
    BOOT_PENDING,  /* the CSMS may configure and trigger; asked again at @ask_at_ms */
    BOOT_REJECTED, /* nothing may be sent until @ask_at_ms */
    BOOT_ACCEPTED,
} BootState;

typedef struct {
    BootState state;
    OcppBootReason reason;
    gint64 ask_at_ms;       /* monotonic */
    gint64 heartbeat_at_ms; /* monotonic */
    gboolean was_accepted;  /* once in this life of the station */
    guint failures;         /* in a row: unanswered, or answered with nonsense or CALLERROR */
} Boot;
#define BOOT_INIT                                                                                            \
    {                                                                                                        \
        .state = BOOT_OFFLINE, .reason = OCPP_BOOT_POWER_UP                                                  \
    }

const gchar *boot_state_name(BootState state);

void boot_link_up(Boot *self, gint64 mono_ms);
void boot_link_down(Boot *self);

/* Returns: TRUE when BootNotification must be sent now; it counts as sent. */
gboolean boot_ask(Boot *self, gint64 mono_ms);
/* Triggered by the CSMS, or because it answered SecurityError: ask again now. */
void boot_again(Boot *self, OcppBootReason reason, gint64 mono_ms);

/* @heartbeat_s: the interval in force, for Accepted with interval 0 */
void boot_answered(Boot *self, const OcppBootNotificationResponse *answer, gint64 heartbeat_s,
                   gint64 mono_ms);
/* CALLERROR, nonsense or no answer. */
void boot_failed(Boot *self, gint64 mono_ms);

/* Returns: TRUE when a Heartbeat is due; the next is planned. */
gboolean boot_heartbeat(Boot *self, gint64 heartbeat_s, gint64 mono_ms);
gint64 boot_deadline_ms(const Boot *self);
