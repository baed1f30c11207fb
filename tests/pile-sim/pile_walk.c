/* Every situation of a charging point, every input, under every choice of TxStartPoint and TxStopPoint: the
 * pile loses its power right after the new state is stored or right after it acted, comes back with what was
 * stored, and in the end has told of the same transactions as without the cut. What flowed since the last
 * thing that was told is lost with the power (the simulated meter has no memory of its own), never what was
 * told. */
#include "tests/pile-sim/rig.h"

#include "base/utc_time.h"

#include <criterion/criterion.h>
#include <string.h>

#define SECONDS G_GINT64_CONSTANT(1000)

typedef enum { NO_CUT, CUT_BEFORE_ACTING, CUT_AFTER_ACTING, N_CUTS } Cut;

#define N_POINTS 5
#define OWN N_POINTS /* and whoever comes may show a code, a name or a voucher */
static const gchar *const starts[N_POINTS + 1] = {
    "Authorized", "EVConnected", "PowerPathClosed", "EnergyTransfer", "ParkingBayOccupancy,Authorized",
    "Authorized"};
static const gchar *const stops[N_POINTS + 1] = {
    "EVConnected,Authorized",          "EVConnected",           "Authorized", "EnergyTransfer",
    "ParkingBayOccupancy,EVConnected", "EVConnected,Authorized"};

/* The ways into each situation, as inputs. */
static const gchar *const situations[] = {
    "",                              /* free */
    "bay",                           /* a car stands there */
    "start",                         /* waits for the cable */
    "plug",                          /* cable in, nobody authorised */
    "plug,start",                    /* charging */
    "start,plug,minute",             /* charging for a while */
    "plug,start,full",               /* suspended by the EV */
    "plug,start,fault on",           /* out of order in the middle of it */
    "plug,start,down,minute",        /* charging without the CSMS, events wait */
    "plug,start,stop",               /* over, the cable is still in */
    "plug,start,inoperative",        /* out of service after this one */
    "plug,start,down,unplug,minute", /* over, nobody has been told */
};
static const gchar *const inputs[] = {"start",       "stop",      "plug",   "unplug",   "bay",
                                      "nobay",       "button",    "minute", "fault on", "fault off",
                                      "inoperative", "operative", "down",   "up"};

/* What the pile decides by itself: codes, names on its list, vouchers, and reservations that it keeps. */
static const gchar *const own_situations[] = {
    "",
    "plug",
    "plug,start",
    "down,plug",
    "down,plug,code", /* charging by the code */
    "down,plug,id",
    "down,plug,voucher",
    "down,plug,code,unplug,minute,plug", /* the code is used up */
    "reserve",
    "reserve,start", /* used up, waits for the cable */
    "reserve,start,plug",
};
static const gchar *const own_inputs[] = {"code",  "id",   "voucher", "reserve", "unreserve",
                                          "start", "plug", "unplug",  "button",  "minute",
                                          "up",    "down", "fault on"};

#define SECRET "0123456789abcdef0123456789abcdef"
#define VOUCHER_ID "5b1f0c3e-8a77-4d52-9c1e-0a1b2c3d4e5f"
#define SERVER_S G_GINT64_CONSTANT(1795233600) /* what the rig's CSMS says the time is */

static gboolean is_asked_by_csms(const gchar *input)
{
    return g_str_equal(input, "start") || g_str_equal(input, "stop") || g_str_has_suffix(input, "reserve");
}

/* Whoever is left without an answer shows it again. */
static gboolean is_shown(const gchar *input)
{
    return g_str_equal(input, "code") || g_str_equal(input, "id") || g_str_equal(input, "voucher");
}

static void key_pairs(guint8 server_key[VOUCHER_KEY_BYTES], guint8 server_secret[VOUCHER_SECRET_BYTES],
                      guint8 car_key[VOUCHER_KEY_BYTES], guint8 car_secret[VOUCHER_SECRET_BYTES])
{
    static const guint8 server_seed[VOUCHER_SEED_BYTES] = {1}, car_seed[VOUCHER_SEED_BYTES] = {2};

    voucher_key_pair(server_seed, server_key, server_secret);
    voucher_key_pair(car_seed, car_key, car_secret);
}

/* What such a pile is told beforehand. */
static void prepare(Rig *rig)
{
    guint8 server_key[VOUCHER_KEY_BYTES], server_secret[VOUCHER_SECRET_BYTES];
    guint8 car_key[VOUCHER_KEY_BYTES], car_secret[VOUCHER_SECRET_BYTES];
    g_autofree gchar *key = NULL;

    key_pairs(server_key, server_secret, car_key, car_secret);
    key = voucher_key_text(server_key);
    rig_set(rig, "OfflineChargingCtrlr", "CodeSecret", SECRET);
    rig_set(rig, "OfflineChargingCtrlr", "VoucherKeys", key);
    cr_assert_str_eq(rig_ask(rig, OCPP_ACTION_SEND_LOCAL_LIST,
                             "{'versionNumber':1,'updateType':'Full','localAuthorizationList':[{'idToken':"
                             "{'idToken':'VIN1','type':'Central'},'idTokenInfo':{'status':'Accepted'}}]}"),
                     "Accepted");
}

static void show_code(Rig *rig)
{
    const OfflineCodePlace here = {.secret = SECRET, .station = "PILE1", .evse = 1};
    const OfflineCode code = {.slot = offline_code_slot(SERVER_S), .energy_step = 2};
    Showing showing = {.kind = SHOWING_CODE, .evse = 1};

    offline_code_make(&here, &code, showing.code);
    rig_show(rig, &showing);
}

static void show_voucher(Rig *rig)
{
    guint8 server_key[VOUCHER_KEY_BYTES], server_secret[VOUCHER_SECRET_BYTES];
    guint8 car_key[VOUCHER_KEY_BYTES], car_secret[VOUCHER_SECRET_BYTES];
    Voucher voucher = {
        .id = VOUCHER_ID, .issued_s = SERVER_S, .expires_s = SERVER_S + 3 * 86400, .energy_cap_wh = 3000};
    Showing shown = {.kind = SHOWING_VOUCHER, .evse = 1};
    Showing answer = {.kind = SHOWING_ANSWER, .evse = 1, .voucher_id = VOUCHER_ID};
    g_autofree gchar *text = NULL, *proof = NULL;

    key_pairs(server_key, server_secret, car_key, car_secret);
    memcpy(voucher.vehicle_key, car_key, VOUCHER_KEY_BYTES);
    text = voucher_sign(&voucher, server_secret);
    g_strlcpy(shown.voucher, text, sizeof shown.voucher);
    rig_show(rig, &shown);
    if (rig->shown.outcome != ADMISSION_ASKED || rig->dead)
        return;
    proof = voucher_answer(
        &(VoucherQuestion){station_challenge(rig->station, 1)->challenge, "PILE1", "DEABCE11", VOUCHER_ID},
        car_secret);
    g_strlcpy(answer.answer, proof, sizeof answer.answer);
    rig_show(rig, &answer);
}

static void show_id(Rig *rig)
{
    Showing showing = {.kind = SHOWING_ID,
                       .evse = 1,
                       .id_token = {.present = TRUE, .type = OCPP_ID_TOKEN_CENTRAL, .id_token = "VIN1"}};

    rig_show(rig, &showing);
}

static void reserve(Rig *rig)
{
    gchar until[UTC_TIME_TEXT_BYTES];
    g_autofree gchar *json = NULL;

    utc_time_format(rig->now.unix_ms + 900 * SECONDS, until);
    json = g_strdup_printf(
        "{'id':7,'expiryDateTime':'%s','idToken':{'idToken':'CAR-1','type':'Central'},'evseId':1}", until);
    rig_ask(rig, OCPP_ACTION_RESERVE_NOW, json);
}

static void put_in(Rig *rig, const gchar *input)
{
    Vehicle *vehicle = &rig->station->evses[0].vehicle;

    if (is_asked_by_csms(input) && !rig->linked)
        return;
    if (g_str_equal(input, "start"))
        rig_start(rig, 7);
    else if (g_str_equal(input, "stop"))
        rig_stop(rig);
    else if (g_str_equal(input, "plug"))
        rig_sim(rig, "plug compact");
    else if (g_str_equal(input, "bay") || g_str_equal(input, "nobay"))
        rig_sim(rig, g_str_equal(input, "bay") ? "bay occupied" : "bay free");
    else if (g_str_equal(input, "button"))
        rig_sim(rig, "stop");
    else if (g_str_equal(input, "minute"))
        rig_run(rig, 61 * SECONDS);
    else if (g_str_has_suffix(input, "operative"))
        rig_ask(rig, OCPP_ACTION_CHANGE_AVAILABILITY,
                g_str_equal(input, "operative") ? "{'operationalStatus':'Operative'}"
                                                : "{'operationalStatus':'Inoperative'}");
    else if (g_str_equal(input, "down") && rig->linked)
        rig_unlink(rig);
    else if (g_str_equal(input, "up") && !rig->linked)
        rig_link(rig);
    else if (g_str_equal(input, "full") && rig->station->evses[0].plugged)
        vehicle->battery.stored_uwh = vehicle->battery.capacity_uwh;
    else if (g_str_equal(input, "code"))
        show_code(rig);
    else if (g_str_equal(input, "id"))
        show_id(rig);
    else if (g_str_equal(input, "voucher"))
        show_voucher(rig);
    else if (g_str_equal(input, "reserve"))
        reserve(rig);
    else if (g_str_equal(input, "unreserve"))
        rig_ask(rig, OCPP_ACTION_CANCEL_RESERVATION, "{'reservationId':7}");
    else if (g_str_has_prefix(input, "fault") || g_str_equal(input, "unplug"))
        rig_sim(rig, input);
}

static void put_in_all(Rig *rig, const gchar *list)
{
    g_auto(GStrv) words = g_strsplit(list, ",", -1);

    for (guint i = 0; words[i] != NULL; i++) {
        put_in(rig, words[i]);
        rig_run(rig, 2 * SECONDS);
    }
}

/* What the CSMS knows of one transaction in the end. */
typedef struct {
    gint64 last_seq, meter_wh;
    gchar reason[32];
    gboolean ended;
    guint64 seqs; /* bit per number told */
} Known;

static void hear(GPtrArray *order, GHashTable *known, JsonObject *event)
{
    const gchar *id = rig_text(event, "transactionInfo.transactionId");
    const gchar *reason = rig_text(event, "transactionInfo.stoppedReason");
    Known *transaction = g_hash_table_lookup(known, id);
    g_auto(OcppTransactionEventRequest) read = {0};
    const OcppSample *energy;

    cr_assert(ocpp_transaction_event_request_from_json(event, &read, NULL));
    if (transaction == NULL) {
        transaction = g_new0(Known, 1);
        g_hash_table_insert(known, g_strdup(id), transaction);
        g_ptr_array_add(order, transaction);
    }
    cr_assert_lt(read.seq_no, 64);
    transaction->seqs |= G_GUINT64_CONSTANT(1) << read.seq_no;
    transaction->last_seq = MAX(transaction->last_seq, read.seq_no);
    energy = ocpp_samples_latest((const OcppSample *)(gpointer)read.samples->data, read.samples->len,
                                 OCPP_MEASURAND_ENERGY_ACTIVE_IMPORT_REGISTER);
    if (energy != NULL)
        transaction->meter_wh = MAX(transaction->meter_wh, energy->value);
    if (read.event_type == OCPP_TRANSACTION_ENDED) {
        transaction->ended = TRUE;
        g_strlcpy(transaction->reason, reason != NULL ? reason : "", sizeof transaction->reason);
    }
}

static gint64 told_wh(Rig *rig)
{
    JsonObject *last = rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, -1);
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GPtrArray) order = g_ptr_array_new();

    if (last != NULL)
        hear(order, known, last);
    return order->len > 0 ? ((const Known *)order->pdata[0])->meter_wh : 0;
}

/* @wh: (out): of the meter in the end */
static gchar *end_of(Rig *rig, gint64 *wh)
{
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GPtrArray) order = g_ptr_array_new();
    GString *end = g_string_new(NULL);

    for (guint i = 0; i < rig_count(rig, OCPP_ACTION_TRANSACTION_EVENT); i++)
        hear(order, known, rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, (gint)i));
    for (guint i = 0; i < order->len; i++) {
        const Known *transaction = order->pdata[i];

        *wh = MAX(*wh, transaction->meter_wh);
        g_string_append_printf(end, "%s%s; ", transaction->ended ? transaction->reason : "open",
                               transaction->seqs + 1 == G_GUINT64_CONSTANT(1) << (transaction->last_seq + 1)
                                   ? ""
                                   : " with a gap");
    }
    g_string_append_printf(end, "%s, %u queued", ocpp_connector_status_names[rig->station->evses[0].status],
                           outbox_n_durable(&rig->station->outbox, NULL));
    return g_string_free(end, FALSE);
}

/* @told_wh: (out): what the CSMS knew when the power went; @end_wh: (out): and in the end */
static gchar *walk(guint point, const gchar *situation, const gchar *input, Cut cut, gint64 *told,
                   gint64 *end_wh)
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    g_autofree gchar *end = NULL;
    AdmissionReason code;
    gboolean down;

    *end_wh = 0;
    rig_link(rig);
    if (point == OWN)
        prepare(rig);
    rig_set(rig, "TxCtrlr", "TxStartPoint", starts[point]);
    rig_set(rig, "TxCtrlr", "TxStopPoint", stops[point]);
    put_in_all(rig, situation);
    rig->dead = cut == CUT_BEFORE_ACTING;
    put_in(rig, input);
    rig->dead = FALSE;
    down = !rig->linked;
    *told = told_wh(rig);
    if (cut != NO_CUT) {
        rig_power_cut(rig);
        if (!down)
            rig_link(rig);
        if (is_asked_by_csms(input) || is_shown(input))
            put_in(rig, input); /* its answer was lost: asked again, the same remoteStartId or transaction */
    }
    rig_run(rig, 10 * SECONDS);
    put_in_all(rig, "up,fault off,unplug,nobay,operative,unreserve");
    rig_run(rig, 185 * SECONDS); /* past EVConnectionTimeOut */
    end = end_of(rig, end_wh);
    if (point != OWN)
        return g_steal_pointer(&end);
    rig_sim(rig, "plug compact"); /* is what was used up used up? */
    show_code(rig);
    code = rig->shown.reason;
    show_voucher(rig);
    return g_strdup_printf("%s, code %d, voucher %d", end, (gint)code, (gint)rig->shown.reason);
}

static void walk_with_and_without(guint point, const gchar *situation, const gchar *input)
{
    gint64 told, undisturbed_wh, end_wh;
    g_autofree gchar *undisturbed = walk(point, situation, input, NO_CUT, &told, &undisturbed_wh);

    cr_expect(strstr(undisturbed, "open") == NULL && strstr(undisturbed, "gap") == NULL &&
                  strstr(undisturbed, "Available, 0 queued") != NULL,
              "%s / %s: (%s) %s: %s", starts[point], stops[point], situation, input, undisturbed);
    for (Cut cut = CUT_BEFORE_ACTING; cut < N_CUTS; cut++) {
        g_autofree gchar *end = walk(point, situation, input, cut, &told, &end_wh);

        cr_expect_str_eq(end, undisturbed, "%s / %s: (%s) %s, cut %d: %s / %s", starts[point], stops[point],
                         situation, input, (gint)cut, end, undisturbed);
        cr_expect(end_wh >= told && end_wh <= undisturbed_wh,
                  "(%s) %s, cut %d: %" G_GINT64_FORMAT " Wh, told %" G_GINT64_FORMAT
                  ", without the cut %" G_GINT64_FORMAT,
                  situation, input, (gint)cut, end_wh, told, undisturbed_wh);
    }
}

Test(pile_walk, a_power_cut_after_any_input_leads_to_the_same_end)
{
    for (guint point = 0; point < N_POINTS; point++) {
        for (gsize s = 0; s < G_N_ELEMENTS(situations); s++) {
            for (gsize i = 0; i < G_N_ELEMENTS(inputs); i++)
                walk_with_and_without(point, situations[s], inputs[i]);
        }
    }
}

Test(pile_walk, a_power_cut_while_the_pile_decides_by_itself_leads_to_the_same_end)
{
    for (gsize s = 0; s < G_N_ELEMENTS(own_situations); s++) {
        for (gsize i = 0; i < G_N_ELEMENTS(own_inputs); i++)
            walk_with_and_without(OWN, own_situations[s], own_inputs[i]);
    }
}
