/* Meter: the energy register of one EVSE. It counts what flowed and never goes back, over restarts too. */
#pragma once

#include <glib.h>

typedef struct {
    gint64 register_uwh; /* millionths of a Wh since the meter was built */
} Meter;

/* @uwh: 0 or more; a negative amount is a programmer's mistake and counts nothing. */
void meter_add(Meter *self, gint64 uwh);

/* The reading: whole Wh, cut, so that a reading never shows energy that has not flowed. */
gint64 meter_wh(const Meter *self);

/* Takes over a stored register; a smaller one than the present is ignored. */
void meter_restore(Meter *self, gint64 register_uwh);
