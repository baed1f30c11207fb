/* Offline charging codes. The vectors are computed by Python's hmac (protocol/examples/offline/codes.json).
 */
#include <criterion/criterion.h>
#include <string.h>

#include "protocol/json_gate.h"
#include "protocol/offline_code.h"

#define SECRET "0123456789abcdef0123456789abcdef"
#define NOW_S G_GINT64_CONSTANT(1795244400)

static const OfflineCodePlace here = {.secret = SECRET, .station = "CS-1", .evse = 1};

static void make(const OfflineCodePlace *place, gint64 slot, gchar digits[OFFLINE_CODE_BYTES])
{
    OfflineCode code = {.slot = slot, .energy_step = 6};

    offline_code_make(place, &code, digits);
}

Test(offline_code, golden_vectors)
{
    g_autofree gchar *text = NULL;
    gsize len = 0;
    g_autoptr(JsonObject) file = NULL;
    JsonArray *codes = NULL;

    cr_assert(g_file_get_contents(EXAMPLES_DIR "/offline/codes.json", &text, &len, NULL));
    file = json_gate_parse_object(text, len, NULL);
    cr_assert_not_null(file);
    codes = json_object_get_array_member(file, "codes");
    cr_assert_gt(json_array_get_length(codes), 8);
    for (guint i = 0; i < json_array_get_length(codes); i++) {
        JsonObject *row = json_array_get_object_element(codes, i);
        const gchar *name = json_object_get_string_member(row, "name");
        OfflineCodePlace place = {.secret = json_object_get_string_member(row, "secret"),
                                  .station = json_object_get_string_member(row, "station"),
                                  .evse = (gint32)json_object_get_int_member(row, "evse")};
        OfflineCode code = {.slot = json_object_get_int_member(row, "slot"),
                            .energy_step = (guint)json_object_get_int_member(row, "energy_step")};
        OfflineCode found = {0};
        gboolean valid = g_str_equal(json_object_get_string_member(row, "verdict"), "valid");
        gchar digits[OFFLINE_CODE_BYTES], read[OFFLINE_CODE_BYTES];
        const gchar *grouped = json_object_get_string_member(row, "grouped");
        g_autofree gchar *own = NULL;

        offline_code_make(&place, &code, digits);
        own = offline_code_group(digits);
        cr_expect_str_eq(digits, json_object_get_string_member(row, "digits"), "%s", name);
        cr_expect_str_eq(own, grouped, "%s", name);
        cr_expect(offline_code_read(grouped, strlen(grouped), read), "%s", name);
        cr_expect_eq(offline_code_energy_wh(code.energy_step), json_object_get_int_member(row, "energy_wh"));
        cr_expect_eq(offline_code_check(&place, json_object_get_int_member(row, "floor_s"), read, &found),
                     valid ? OFFLINE_CODE_VALID : OFFLINE_CODE_EXPIRED, "%s", name);
        cr_expect_eq(found.slot, code.slot, "%s", name);
        cr_expect_eq(found.energy_step, code.energy_step, "%s", name);
    }
}

Test(offline_code, every_wrong_digit_and_every_swap_of_neighbours_is_a_typing_error)
{
    gchar digits[OFFLINE_CODE_BYTES], read[OFFLINE_CODE_BYTES];

    make(&here, offline_code_slot(NOW_S), digits);
    for (guint i = 0; i < OFFLINE_CODE_DIGITS; i++) {
        for (gchar digit = '0'; digit <= '9'; digit++) {
            gchar typed[OFFLINE_CODE_BYTES];
            memcpy(typed, digits, sizeof typed);
            typed[i] = digit;
            cr_expect_eq(offline_code_read(typed, OFFLINE_CODE_DIGITS, read), digit == digits[i]);
        }
    }
    for (guint i = 0; i + 1 < OFFLINE_CODE_DIGITS; i++) {
        gchar typed[OFFLINE_CODE_BYTES];
        memcpy(typed, digits, sizeof typed);
        typed[i] = digits[i + 1];
        typed[i + 1] = digits[i];
        cr_expect_eq(offline_code_read(typed, OFFLINE_CODE_DIGITS, read), digits[i] == digits[i + 1]);
    }
}

Test(offline_code, grouping_is_for_the_eye_only)
{
    static const gchar *const bad[] = {"",
                                       "----",
                                       "6679-0379-8248-545",
                                       "6679-0379-8248-54510",
                                       "6679.0379.8248.5451",
                                       "6679-0379-8248-545l",
                                       "\331\246679037982485451"};
    gchar digits[OFFLINE_CODE_BYTES], read[OFFLINE_CODE_BYTES];
    g_autofree gchar *grouped = NULL, *loose = NULL;

    make(&here, offline_code_slot(NOW_S), digits);
    grouped = offline_code_group(digits);
    loose = g_strdup_printf(" %.5s - %s ", digits, digits + 5);
    cr_assert(offline_code_read(grouped, strlen(grouped), read));
    cr_assert_str_eq(read, digits);
    cr_assert(offline_code_read(loose, strlen(loose), read));
    cr_assert_str_eq(read, digits);
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
        cr_expect_not(offline_code_read(bad[i], strlen(bad[i]), read), "%s", bad[i]);
}

Test(offline_code, another_pile_another_evse_or_another_secret_is_wrong)
{
    static const OfflineCodePlace others[] = {
        {.secret = SECRET, .station = "CS-2", .evse = 1},
        {.secret = SECRET, .station = "CS-1", .evse = 2},
        {.secret = SECRET "x", .station = "CS-1", .evse = 1},
    };
    gchar digits[OFFLINE_CODE_BYTES];
    OfflineCode code;

    make(&here, offline_code_slot(NOW_S), digits);
    for (guint i = 0; i < G_N_ELEMENTS(others); i++)
        cr_expect_eq(offline_code_check(&others[i], NOW_S, digits, &code), OFFLINE_CODE_WRONG, "row %u", i);
}

Test(offline_code, more_energy_or_a_later_slot_cannot_be_had_by_editing)
{
    gchar digits[OFFLINE_CODE_BYTES];
    OfflineCode code;

    make(&here, offline_code_slot(NOW_S), digits);
    for (guint i = 0; i < 5; i++) { /* energy step and slot; the check digit is no obstacle to a forger */
        gchar forged[OFFLINE_CODE_BYTES];
        memcpy(forged, digits, sizeof forged);
        forged[i] = digits[i] == '9' ? '0' : (gchar)(digits[i] + 1);
        cr_expect_eq(offline_code_check(&here, NOW_S, forged, &code), OFFLINE_CODE_WRONG, "digit %u", i);
    }
}

Test(offline_code, is_valid_from_a_floor_far_behind_until_24_hours_after_its_slot)
{
    gint64 slot = offline_code_slot(NOW_S);
    gchar digits[OFFLINE_CODE_BYTES];
    OfflineCode code;

    make(&here, slot, digits);
    cr_expect_eq(offline_code_check(&here, NOW_S - 82 * 86400, digits, &code), OFFLINE_CODE_VALID);
    cr_expect_eq(offline_code_check(&here, offline_code_expires_s(slot) - 1, digits, &code),
                 OFFLINE_CODE_VALID);
    cr_expect_eq(offline_code_check(&here, offline_code_expires_s(slot), digits, &code),
                 OFFLINE_CODE_EXPIRED);
    cr_expect_eq(offline_code_check(&here, NOW_S + 40 * 86400, digits, &code), OFFLINE_CODE_EXPIRED);
    /* Out of reach on either side it is nobody's code. */
    cr_expect_eq(offline_code_check(&here, NOW_S - 90 * 86400, digits, &code), OFFLINE_CODE_WRONG);
    cr_expect_eq(offline_code_check(&here, NOW_S + 90 * 86400, digits, &code), OFFLINE_CODE_WRONG);
    cr_expect_eq(offline_code_check(&here, 0, digits, &code), OFFLINE_CODE_WRONG);
}

/* Seeded, so that it always tries the same ones; a million of them are tried by bench/. */
Test(offline_code, none_of_20000_random_codes_is_accepted)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(620);
    guint well_typed = 0;

    for (guint i = 0; i < 20000; i++) {
        gchar typed[2 * OFFLINE_CODE_BYTES], digits[OFFLINE_CODE_BYTES];
        OfflineCode code;
        g_snprintf(typed, sizeof typed, "%08d%08d", g_rand_int_range(rand, 0, 100000000),
                   g_rand_int_range(rand, 0, 100000000));
        if (!offline_code_read(typed, OFFLINE_CODE_DIGITS, digits))
            continue;
        well_typed++;
        cr_assert_eq(offline_code_check(&here, NOW_S, digits, &code), OFFLINE_CODE_WRONG, "%s", typed);
    }
    cr_assert(well_typed > 1800 && well_typed < 2200, "the check digit lets one in ten through: %u",
              well_typed);
}

Test(offline_code, the_limit_is_rounded_down_to_a_step)
{
    guint step = 99;

    cr_expect_not(offline_code_step_for(999, &step));
    cr_expect(offline_code_step_for(1000, &step) && step == 0);
    cr_expect(offline_code_step_for(59999, &step) && offline_code_energy_wh(step) == 40000);
    cr_expect(offline_code_step_for(G_MAXINT64, &step) && offline_code_energy_wh(step) == 100000);
}

Test(offline_code, only_long_printable_secrets)
{
    g_autofree gchar *longest = g_strnfill(64, 'a'), *too_long = g_strnfill(65, 'a');

    cr_expect_not(offline_code_secret_is_valid(NULL));
    cr_expect_not(offline_code_secret_is_valid("0123456789abcdef0123456789abcde"));
    cr_expect_not(offline_code_secret_is_valid("0123456789abcdef 0123456789abcdef"));
    cr_expect_not(offline_code_secret_is_valid(too_long));
    cr_expect(offline_code_secret_is_valid(longest));
    cr_expect(offline_code_secret_is_valid(SECRET));
}
