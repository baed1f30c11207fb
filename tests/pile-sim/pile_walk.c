/* Every situation of a charging point, every input, under every choice of TxStartPoint and TxStopPoint: the
 * pile loses its power right after the new state is stored or right after it acted, comes back with what was
 * stored, and in the end has told of the same transactions as without the cut. What flowed since the last
 * thing that was told is lost with the power (the simulated meter has no memory of its own), never what was
 * told. */
#include "tests/pile-sim/rig.h"

#include <criterion/criterion.h>
#include <string.h>

#define SECONDS G_GINT64_CONSTANT(1000)

typedef enum { NO_CUT, CUT_BEFORE_ACTING, CUT_AFTER_ACTING, N_CUTS } Cut;

static const gchar *const starts[] = {"Authorized", "EVConnected", "PowerPathClosed", "EnergyTransfer",
                                      "ParkingBayOccupancy,Authorized"};
static const gchar *const stops[] = {"EVConnected,Authorized", "EVConnected", "Authorized", "EnergyTransfer",
                                     "ParkingBayOccupancy,EVConnected"};

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

static gboolean is_asked_by_csms(const gchar *input)
{
    return g_str_equal(input, "start") || g_str_equal(input, "stop");
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
    gboolean down;

    *end_wh = 0;
    rig_link(rig);
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
        if (is_asked_by_csms(input))
            put_in(rig, input); /* its answer was lost: asked again, the same remoteStartId or transaction */
    }
    rig_run(rig, 10 * SECONDS);
    put_in_all(rig, "up,fault off,unplug,nobay,operative");
    rig_run(rig, 185 * SECONDS); /* past EVConnectionTimeOut */
    return end_of(rig, end_wh);
}

static void walk_with_and_without(guint point, const gchar *situation, const gchar *input)
{
    gint64 told, undisturbed_wh, end_wh;
    g_autofree gchar *undisturbed = walk(point, situation, input, NO_CUT, &told, &undisturbed_wh);

    cr_expect(strstr(undisturbed, "open") == NULL && strstr(undisturbed, "gap") == NULL &&
                  g_str_has_suffix(undisturbed, "Available, 0 queued"),
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
    for (guint point = 0; point < G_N_ELEMENTS(starts); point++) {
        for (gsize s = 0; s < G_N_ELEMENTS(situations); s++) {
            for (gsize i = 0; i < G_N_ELEMENTS(inputs); i++)
                walk_with_and_without(point, situations[s], inputs[i]);
        }
    }
}
