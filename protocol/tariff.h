/* Tariff: what a charge costs, as an OCPI 2.2.1 Tariff with one element cut down to three prices.
 * Pure integer arithmetic, the same on the server (which settles) and in the car (which checks).
 * Wire form: protocol/README.md, section 2.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "base/money.h"

#define TARIFF_ID_BYTES 37
/* 1,000 major units per kWh, hour or session */
#define TARIFF_MAX_PRICE_MICRO G_GINT64_CONSTANT(1000000000)
/* 10 MWh in one session: a meter fault, not a car */
#define TARIFF_MAX_ENERGY_WH G_GINT64_CONSTANT(10000000)
/* a year */
#define TARIFF_MAX_DURATION_S G_GINT64_CONSTANT(31536000)

typedef struct {
    gchar id[TARIFF_ID_BYTES];
    gchar currency[MONEY_CURRENCY_BYTES];
    gint64 flat_micro;           /* per session, millionths of the major unit */
    gint64 energy_micro_per_kwh; /* millionths of the major unit */
    gint64 time_micro_per_hour;  /* OCPI TIME is per hour of charging session */
} Tariff;

typedef struct {
    gint64 flat_minor, energy_minor, time_minor; /* each rounded half up on its own */
    gint64 sum_minor;                            /* flat + energy + time */
    gint64 waived_minor;                         /* what ran over the order's maximum cost: never charged */
    gint64 total_minor;                          /* sum - waived */
} TariffCost;

/**
 * tariff_cost:
 * @energy_wh: 0..%TARIFF_MAX_ENERGY_WH (larger or negative values are clamped)
 * @duration_s: 0..%TARIFF_MAX_DURATION_S (clamped likewise)
 * @max_cost_minor: the order's limit; a negative value means none
 */
TariffCost tariff_cost(const Tariff *tariff, gint64 energy_wh, gint64 duration_s, gint64 max_cost_minor);

/* The most energy that @max_cost_minor pays for after @duration_s; G_MAXINT64 when energy is free. */
gint64 tariff_energy_for(const Tariff *tariff, gint64 max_cost_minor, gint64 duration_s);

/* Every price lowered by @percent (1..100), rounded down to the 4 decimals that travel; the id says so. */
Tariff tariff_discount(const Tariff *tariff, gint64 percent);

/* Returns: (transfer full): OCPI-shaped object */
JsonNode *tariff_to_json(const Tariff *tariff);

/**
 * tariff_from_json:
 * Refuses what it could not compute exactly: unknown component types, more than one element, restrictions,
 * step sizes other than 1, prices finer than 4 decimals or negative. Errors: #JsonReadError
 */
gboolean tariff_from_json(JsonObject *object, Tariff *tariff, GError **error);

/**
 * tariff_price_parse:
 * @text: decimal of the major unit, at most 4 digits after the point: "0.49"
 *
 * Returns: millionths of the major unit, or -1
 */
gint64 tariff_price_parse(const gchar *text);
