/* The map: compared with looking at every charging point, one by one. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "server-stub/model/place_index.h"

static Place place_at(guint n, gdouble latitude, gdouble longitude)
{
    Place place = {.position = {TRUE, latitude, longitude},
                   .connector = {.standard = "IEC_62196_T2_COMBO", .power_type = "DC", .max_power_w = 50000},
                   .tariff = {.id = "day", .currency = "EUR", .energy_micro_per_kwh = 490000},
                   .evse_status = "AVAILABLE",
                   .bay = BAY_FREE,
                   .free = TRUE};

    g_snprintf(place.evse_key, sizeof place.evse_key, "DEABCE%05u", n);
    g_snprintf(place.location_id, sizeof place.location_id, "L%u", n);
    return place;
}

/* Places around @latitude, @longitude within about @spread degrees; a third of them is not free. */
static PlaceIndex *scatter(GRand *random, guint n, gdouble latitude, gdouble longitude, gdouble spread,
                           GArray *all)
{
    PlaceIndex *index = place_index_new();

    for (guint i = 0; i < n; i++) {
        gdouble lon = longitude + g_rand_double_range(random, -spread, spread) * 2;
        Place place = place_at(i, CLAMP(latitude + g_rand_double_range(random, -spread, spread), -90, 90),
                               lon > 180    ? lon - 360
                               : lon < -180 ? lon + 360
                                            : lon);

        place.free = i % 3 != 0;
        place.connector.max_power_w = i % 2 ? 50000 : 150000;
        place_index_put(index, &place);
        g_array_append_val(all, place);
    }
    return index;
}

static gint by_distance(gconstpointer a, gconstpointer b)
{
    gdouble x = *(const gdouble *)a, y = *(const gdouble *)b;

    return x < y ? -1 : x > y;
}

static void compare(PlaceIndex *index, GArray *all, const PlaceQuery *query)
{
    g_autoptr(GArray) near = g_array_new(FALSE, FALSE, sizeof(gdouble));
    g_autoptr(GArray) found = NULL;
    gboolean more = FALSE;

    for (guint i = 0; i < all->len; i++) {
        const Place *p = &g_array_index(all, Place, i);
        gdouble metres = place_distance_m(query->latitude_deg, query->longitude_deg, p->position.latitude_deg,
                                          p->position.longitude_deg);

        if (metres <= (gdouble)query->radius_m && (p->free || !query->free_now) &&
            p->connector.max_power_w >= query->min_power_w)
            g_array_append_val(near, metres);
    }
    g_array_sort(near, by_distance);
    found = place_index_search(index, query, &more);
    cr_assert_eq(found->len, MIN(near->len, query->limit), "%u of %u", found->len, near->len);
    cr_assert_eq(more, near->len > query->limit);
    for (guint i = 0; i < found->len; i++)
        cr_assert_eq(g_array_index(found, Place, i).distance_m, lround(g_array_index(near, gdouble, i)));
}

Test(place_index, finds_what_looking_at_every_one_would_find)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(7);
    const gdouble centres[][3] = {{52.5, 13.4, 0.3},     {52.5, 13.4, 0.01}, {0, 179.99, 0.2},
                                  {-41.3, -179.95, 0.2}, {78.2, 15.6, 0.4},  {89.95, 0, 0.05}};

    for (guint c = 0; c < G_N_ELEMENTS(centres); c++) {
        g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(Place));
        g_autoptr(PlaceIndex) index = scatter(random, 400, centres[c][0], centres[c][1], centres[c][2], all);

        for (guint i = 0; i < 40; i++) {
            PlaceQuery query = {
                .latitude_deg = CLAMP(centres[c][0] + g_rand_double_range(random, -0.1, 0.1), -90, 90),
                .longitude_deg = CLAMP(centres[c][1] + g_rand_double_range(random, -0.1, 0.1), -180, 180),
                .radius_m = g_rand_int_range(random, 50, i % 4 ? 5000 : 100000),
                .max_price_micro = -1,
                .free_now = i % 2,
                .min_power_w = i % 5 ? 0 : 100000,
                .limit = i % 3 ? 50 : 3};

            compare(index, all, &query);
        }
    }
}

Test(place_index, a_change_of_state_is_noticed_once)
{
    g_autoptr(PlaceIndex) index = place_index_new();
    Place place = place_at(1, 52.5, 13.4), seen;

    place_index_put(index, &place);
    cr_assert(place_index_set_live(index, place.evse_key, "BLOCKED", BAY_OCCUPIED_NOT_PLUGGED, FALSE));
    cr_assert_not(place_index_set_live(index, place.evse_key, "BLOCKED", BAY_OCCUPIED_NOT_PLUGGED, FALSE));
    cr_assert(place_index_get(index, place.evse_key, &seen));
    cr_assert_str_eq(seen.evse_status, "BLOCKED");
    cr_assert_not(place_index_set_live(index, "unknown", "BLOCKED", BAY_FREE, FALSE));
}

Test(place_index, a_place_that_is_put_again_is_not_found_twice)
{
    g_autoptr(PlaceIndex) index = place_index_new();
    Place place = place_at(1, 52.5, 13.4);
    PlaceQuery query = {
        .latitude_deg = 52.6, .longitude_deg = 13.4, .radius_m = 1000, .max_price_micro = -1, .limit = 9};
    g_autoptr(GArray) found = NULL;
    gboolean more = FALSE;

    place_index_put(index, &place);
    place.position.latitude_deg = 52.6;
    place_index_put(index, &place);
    found = place_index_search(index, &query, &more);
    cr_assert_eq(found->len, 1);
    cr_assert_eq(place_index_size(index), 1);
}

Test(place_index, another_bay_stands_in_only_when_it_is_as_good)
{
    g_autoptr(PlaceIndex) index = place_index_new();
    Place own = place_at(1, 52.5, 13.4), weak = place_at(2, 52.5001, 13.4), dear = place_at(3, 52.5002, 13.4);
    Place ac = place_at(4, 52.5003, 13.4), good = place_at(5, 52.51, 13.4), other;

    weak.connector.max_power_w = 22000;
    dear.tariff.energy_micro_per_kwh = 500000;
    g_strlcpy(ac.connector.standard, "IEC_62196_T2", sizeof ac.connector.standard);
    own.free = FALSE;
    place_index_put(index, &own);
    place_index_put(index, &weak);
    place_index_put(index, &dear);
    place_index_put(index, &ac);
    cr_assert_not(place_index_instead_of(index, &own, 5000, &other));
    place_index_put(index, &good);
    cr_assert(place_index_instead_of(index, &own, 5000, &other));
    cr_assert_str_eq(other.evse_key, good.evse_key);
    cr_assert_not(place_index_instead_of(index, &own, 500, &other));
}
