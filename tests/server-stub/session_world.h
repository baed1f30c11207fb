/* An order and a transaction in virtual time: what the tests of order_session.c share. */
#pragma once

#include "server-stub/model/order_session.h"
#include "server-stub/model/presence.h"

#include <criterion/criterion.h>

#define T0 G_GINT64_CONSTANT(1790000000000)

extern const Tariff day;

Order order_with(gint64 max_cost_minor, gint64 max_energy_wh, gint64 max_duration_s);
/* A transaction that has delivered @wh in @seconds. */
Transaction charged(gint64 wh, gint64 seconds, gboolean ended, OcppStoppedReason reason);
/* @order as order_session_follow() leaves it. */
Order follow(Order order, const Transaction *transaction, OrderEffects *effects);
