/* Gear watcher: follows the vehicle's gear, speed and a few facts on the bus, as configured by a GearMatch.
 * Believes only the current owner of the configured name (libdbus checks no senders); reads the initial
 * value; a lost owner, a lost bus or a stale value is "unknown" at once; all else is ignored and counted.
 */
#pragma once

#include "dbus/bus_loop.h"
#include "dbus/gear_match.h"
#include "dbus/vehicle_facts.h"

/* Since start; for doctor and tests. */
typedef struct {
    guint64 accepted;
    guint64 foreign_sender; /* right shape, wrong sender: someone is spoofing, or misconfigured */
    guint64 wrong_type;     /* right sender, wrong type or argument missing */
    guint64 unmapped;       /* right type, value in no list: gear unknown */
} GearWatcherCounters;

#define GEAR_TYPE_WATCHER (gear_watcher_get_type())
G_DECLARE_FINAL_TYPE(GearWatcher, gear_watcher, GEAR, WATCHER, GObject)

/**
 * gear_watcher_new:
 * @bus: (transfer none): a reference is kept; started and stopped by the caller. Use gear_match's bus.
 * @match: (transfer full)
 *
 * Signals, both on the main thread and only when something changed:
 * "sample": read gear_watcher_get_sample()
 * "facts": read gear_watcher_get_facts()
 */
GearWatcher *gear_watcher_new(BusLoop *bus, GearMatch *match);

/* Starts as GEAR_SAMPLE_INIT: unknown. */
GearSample gear_watcher_get_sample(GearWatcher *self);
const VehicleFacts *gear_watcher_get_facts(GearWatcher *self);
GearWatcherCounters gear_watcher_get_counters(GearWatcher *self);
/* Returns: (nullable): what is wrong with the gear source now, for people; NULL when a gear is known */
const gchar *gear_watcher_get_problem(GearWatcher *self);
