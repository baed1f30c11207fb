/* What rearchargectl says: words for a state, and a diagnosis for what is known. */
#include <criterion/criterion.h>

#include "dbus/ctl_doctor.h"
#include "dbus/ctl_report.h"

static GVariant *parsed(const gchar *text)
{
    g_autoptr(GError) error = NULL;
    GVariant *value = g_variant_parse(NULL, text, NULL, NULL, &error);

    cr_assert_not_null(value, "%s", error ? error->message : "");
    return value;
}

#define CHARGING                                                                                             \
    "{'gear': <'P'>, 'speed_kmh': <0.0>, 'driving_state': <'parked'>, 'journey_state': <'charging'>, "       \
    "'camera_state': <'off'>, 'server_state': <'online'>, 'faults': <@as []>, 'version': <'0.1.0'>, "        \
    "'pile': <{'evse_id': <'DE*ABC*E1'>, 'operator': <'ABC\\u001b[2J'>, 'trust': <'registered'>, "           \
    "'per_kwh': "                                                                                            \
    "<0.49>, "                                                                                               \
    "'currency': <'EUR'>, 'can_order': <false>, 'why_not': <'Busy'>}>, "                                     \
    "'order': <{'order_id': <'o1'>, 'state': <'charging'>, 'energy_wh': <int64 12345>, 'power_w': <int64 "   \
    "50000>, "                                                                                               \
    "'cost_minor': <int64 650>, 'currency': <'EUR'>, 'soc_percent': <48.0>}>}"

static void assert_has(const gchar *text, const gchar *part)
{
    cr_expect_not_null(strstr(text, part), "\"%s\" is not in:\n%s", part, text);
}

Test(ctl_report, status_says_gear_pile_price_and_progress)
{
    g_autoptr(GVariant) snapshot = parsed(CHARGING);
    g_autofree gchar *text = ctl_report_status(snapshot);

    assert_has(text, "Gear      P, 0.0 km/h, parked\n");
    assert_has(text, "Pile      DE*ABC*E1, ABC?[2J\n"); /* no pile writes to the terminal */
    assert_has(text, "0.49 EUR per kWh");
    assert_has(text, "cannot be ordered now: another order is running\n");
    assert_has(text, "Order     charging, 12.35 kWh, 50.0 kW, battery 48 %, 6.50 EUR\n");
    cr_expect_null(strstr(text, "Receipt"));
    cr_expect_null(strstr(text, "Faults"));
}

Test(ctl_report, an_empty_or_strange_state_is_unknown_not_a_crash)
{
    g_autoptr(GVariant) empty = parsed("@a{sv} {}");
    g_autoptr(GVariant) strange =
        parsed("{'gear': <5>, 'pile': <'x'>, 'order': <{'energy_wh': <'much'>}>, 'faults': <1>}");
    g_autofree gchar *status = ctl_report_status(empty), *line = ctl_report_line(empty);
    g_autofree gchar *strange_status = ctl_report_status(strange), *strange_line = ctl_report_line(strange);
    g_autofree gchar *receipt = ctl_report_receipt(empty);

    assert_has(status, "Gear      unknown\n");
    assert_has(line, "gear unknown");
    assert_has(strange_status, "Gear      unknown\n");
    assert_has(strange_line, "order ");
    assert_has(receipt, "total");
}

Test(ctl_report, a_receipt_shows_its_lines_and_what_was_waived)
{
    g_autoptr(GVariant) receipt =
        parsed("{'receipt_id': <'r1'>, 'operator': <'ABC'>, 'evse_id': <'DE*ABC*E1'>, 'currency': <'EUR'>, "
               "'energy_wh': <int64 12000>, 'meter_start_wh': <int64 100>, 'meter_stop_wh': <int64 12100>, "
               "'lines': <[{'type': <'FLAT'>, 'cost_minor': <int64 50>}, {'type': <'ENERGY'>, 'cost_minor': "
               "<int64 588>}]>, "
               "'waived_minor': <int64 38>, 'total_minor': <int64 600>, 'checked': <false>, "
               "'difference_minor': <int64 2>}");
    g_autofree gchar *text = ctl_report_receipt(receipt);

    assert_has(text, "12.000 kWh (meter 100 to 12100 Wh)");
    assert_has(text, "ENERGY          5.88 EUR");
    assert_has(text, "waived          0.38 EUR");
    assert_has(text, "total           6.00 EUR");
    assert_has(text, "differs by 0.02 EUR");
}

Test(ctl_report, history_is_one_line_an_order)
{
    g_autoptr(GVariant) orders =
        parsed("[{'order_id': <'o2'>, 'state': <'settled'>, 'currency': <'EUR'>}, {'order_id': <'o1'>}]");
    g_autoptr(GVariant) none = parsed("@aa{sv} []");
    g_autofree gchar *text = ctl_report_history(orders), *nothing = ctl_report_history(none);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    cr_assert_eq(g_strv_length(lines), 3, "two lines and their end");
    cr_assert_str_eq(nothing, "no orders yet\n");
}

static GPtrArray *examine(const gchar *snapshot_text, gboolean synchronised)
{
    g_autoptr(GVariant) snapshot = snapshot_text != NULL ? parsed(snapshot_text) : NULL;
    const DoctorFacts facts = {.bus = "system",
                               .daemon_problem = snapshot == NULL ? "rearcharged is not running" : NULL,
                               .snapshot = snapshot,
                               .now_ms = G_GINT64_CONSTANT(1790000000000),
                               .clock_synchronised = synchronised};

    return ctl_doctor_examine(&facts);
}

static gboolean is_ok(GPtrArray *checks, const gchar *name)
{
    for (guint i = 0; i < checks->len; i++) {
        const DoctorCheck *check = checks->pdata[i];
        if (g_str_equal(check->name, name)) {
            cr_assert_eq(check->ok, *check->advice == '\0', "%s: advice exactly when it is not ok", name);
            return check->ok;
        }
    }
    cr_assert_fail("no check %s", name);
    return FALSE;
}

Test(ctl_doctor, all_is_well)
{
    g_autoptr(GPtrArray) checks = examine(CHARGING, TRUE);
    g_autofree gchar *text = ctl_doctor_text(checks);

    cr_assert(ctl_doctor_all_ok(checks), "%s", text);
    cr_assert_eq(checks->len, 7);
}

Test(ctl_doctor, each_part_is_found_on_its_own)
{
    static const struct {
        const gchar *name, *snapshot;
    } cases[] = {
        {"gear",
         "{'gear': <''>, 'gear_problem': <'nobody'>, 'camera_state': <'off'>, 'server_state': <'online'>}"},
        {"camera", "{'gear': <'P'>, 'camera_state': <'frozen'>, 'server_state': <'online'>}"},
        {"camera",
         "{'gear': <'P'>, 'camera_state': <'off'>, 'faults': <['camera']>, 'server_state': <'online'>}"},
        {"server", "{'gear': <'P'>, 'camera_state': <'off'>, 'server_state': <'offline'>}"},
        {"server", "{'gear': <'P'>, 'camera_state': <'off'>, 'server_state': <'refused'>}"},
        {"storage",
         "{'gear': <'P'>, 'camera_state': <'off'>, 'server_state': <'online'>, 'faults': <['storage']>}"},
        {"clock",
         "{'gear': <'P'>, 'camera_state': <'off'>, 'server_state': <'online'>, 'faults': <['clock']>}"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) checks = examine(cases[i].snapshot, TRUE);
        for (guint k = 0; k < checks->len; k++) {
            const gchar *name = ((DoctorCheck *)checks->pdata[k])->name;
            cr_expect_eq(is_ok(checks, name), !g_str_equal(name, cases[i].name), "%s in case %u", name, i);
        }
    }
}

Test(ctl_doctor, without_the_daemon_nothing_behind_it_is_called_well)
{
    g_autoptr(GPtrArray) checks = examine(NULL, FALSE);

    cr_assert(is_ok(checks, "bus"));
    cr_assert_not(is_ok(checks, "daemon"));
    cr_assert_not(is_ok(checks, "gear"));
    cr_assert_not(is_ok(checks, "clock"));
    cr_assert_not(ctl_doctor_all_ok(checks));
}

Test(ctl_report, status_lists_offers_with_what_accepts_them)
{
    g_autoptr(GVariant) snapshot = g_variant_ref_sink(g_variant_new_parsed(
        "{'offers': <[{'offer_id': <'id-1'>, 'state': <'open'>, 'text': <'Half price'>, 'until': "
        "<'2026-11-21T08:00:00.000Z'>}]>}"));
    g_autofree gchar *text = ctl_report_status(snapshot);

    assert_has(text, "Offer     Half price, open, until 2026-11-21T08:00:00.000Z\n          id-1\n");
}

Test(ctl_report, a_pile_that_can_be_ordered_says_how)
{
    g_autoptr(GVariant) yes = parsed("{'pile': <{'evse_id': <'E1'>, 'can_order': <true>}>}");
    g_autoptr(GVariant) no = parsed("{'pile': <{'evse_id': <'E1'>, 'can_order': <false>, 'reachable': "
                                    "<false>, 'why_not': <'Unheard'>}>}");
    g_autofree gchar *can = ctl_report_status(yes), *cannot = ctl_report_status(no);

    assert_has(can, "can be ordered: rearchargectl order\n");
    assert_has(cannot, "cannot be ordered now: Unheard (the pile has no connection)\n");
}

Test(ctl_report, a_reservation_says_where_why_and_what_is_on_its_way)
{
    g_autoptr(GVariant) snapshot =
        parsed("{'reservation': <{'state': <'taken'>, 'evse_id': <'E1'>, 'reason': <'bay_occupied'>, "
               "'alternative': <{'evse_id': <'E2'>}>, 'pending': <'move'>, 'problem': <'pile_offline'>}>}");
    g_autofree gchar *text = ctl_report_status(snapshot), *line = ctl_report_line(snapshot);

    assert_has(
        text,
        "Reserved  taken E1 (bay_occupied), free instead: E2, move on its way, refused: pile_offline\n");
    assert_has(line, "; reservation taken E1 (bay_occupied)");
}

Test(ctl_report, without_network_it_says_the_one_next_thing)
{
    g_autoptr(GVariant) code =
        parsed("{'offline': <{'digits': <'1234-5678-9012-3456'>, 'valid_until': <'noon'>, "
               "'next': <'type_code'>, 'refusal': <'used'>}>}");
    g_autoptr(GVariant) alone = parsed("{'offline': <{'next': <'use_panel'>}>}");
    g_autofree gchar *with_code = ctl_report_status(code), *without = ctl_report_status(alone);

    assert_has(with_code, "Code      1234-5678-9012-3456 until noon\n");
    assert_has(with_code, "Offline   type the code at the charging point (used)\n");
    assert_has(without, "Offline   no network here: use the charging point's own panel\n");
    cr_expect_null(strstr(without, "Code"));
}

Test(ctl_report, faults_notices_and_the_total_are_lines_of_their_own)
{
    g_autoptr(GVariant) snapshot = parsed(
        "{'faults': <['camera', 'storage']>, 'notice': <'order_cancelled'>, "
        "'pile': <{'evse_id': <'E1'>}>, 'receipt': <{'total_minor': <int64 650>, 'currency': <'EUR'>}>}");
    g_autofree gchar *text = ctl_report_status(snapshot), *line = ctl_report_line(snapshot);

    assert_has(text, "Faults    camera, storage (rearchargectl doctor says more)\n");
    assert_has(text, "Notice    order_cancelled\n");
    assert_has(text, "Receipt   6.50 EUR\n");
    assert_has(line, "; pile E1");
    assert_has(line, "; receipt 6.50 EUR");
}

Test(ctl_doctor, the_checks_are_a_list_for_programs_too)
{
    g_autoptr(GPtrArray) checks = examine(NULL, FALSE);
    g_autoptr(GVariant) list = g_variant_ref_sink(ctl_doctor_variant(checks));

    cr_assert_eq(g_variant_n_children(list), checks->len);
    for (guint i = 0; i < checks->len; i++) {
        const DoctorCheck *check = checks->pdata[i];
        g_autoptr(GVariant) row = g_variant_get_child_value(list, i);
        const gchar *name = NULL, *detail = NULL, *advice = NULL;
        gboolean ok = !check->ok;

        cr_assert(g_variant_lookup(row, "check", "&s", &name) && g_variant_lookup(row, "ok", "b", &ok) &&
                  g_variant_lookup(row, "detail", "&s", &detail) &&
                  g_variant_lookup(row, "advice", "&s", &advice));
        cr_expect_str_eq(name, check->name);
        cr_expect_eq(ok, check->ok);
        cr_expect_str_eq(detail, check->detail);
        cr_expect_str_eq(advice, check->advice);
    }
}
