/* EVSE, shared by its own files only: how a change becomes reports. */
#pragma once

#include "pile-sim/model/evse.h"

/* Something happened: tells it (Started, Updated or Ended, as the points say), then follows the energy. */
void evse_apply(Evse *self, OcppTriggerReason trigger, OcppStoppedReason reason, const EvseTurn *turn);

/* Energy starts, pauses or stops by itself; told as ChargingStateChanged. */
void evse_follow_energy(Evse *self, const EvseTurn *turn);

/* Tells the connector's status if it differs from what was told. */
void evse_tell_status(Evse *self, const EvseTurn *turn);

/* An Updated event with the readings; @context says why they were taken. */
void evse_tell_update(Evse *self, OcppTriggerReason trigger, OcppReadingContext context,
                      const EvseTurn *turn);

/* The CSMS refused the token, and what may be drawn nevertheless is drawn. */
gboolean evse_is_refused(const Evse *self);
