/* When a transaction starts and ends: TxStartPoint and TxStopPoint (OCPP 2.0.1 part 2, E01, E06, F01-F03),
 * and what holds for any transaction whatever happens. */
#include "tests/pile-sim/rig.h"

#include <criterion/criterion.h>

#define SECONDS G_GINT64_CONSTANT(1000)

/* A script of the driver's and the CSMS's acts, and the story it must make. */
static const struct {
    const gchar *start, *stop, *acts, *story;
} rows[] = {
    {"EVConnected", "EVConnected", "plug start stop unplug",
     "Started 0 CablePluggedIn EVConnected\n"
     "Updated 1 RemoteStart EVConnected\n"
     "Updated 2 ChargingStateChanged Charging\n"
     "Updated 3 RemoteStop EVConnected\n"
     "Ended 4 EVCommunicationLost Idle Remote\n"},
    {"Authorized", "Authorized", "start plug unplug",
     "Started 0 RemoteStart Idle\n"
     "Updated 1 CablePluggedIn EVConnected\n"
     "Updated 2 ChargingStateChanged Charging\n"
     "Ended 3 EVCommunicationLost Idle EVDisconnected\n"},
    {"PowerPathClosed", "PowerPathClosed", "start plug stop",
     "Started 0 RemoteStart EVConnected\n"
     "Updated 1 ChargingStateChanged Charging\n"
     "Ended 2 RemoteStop EVConnected Remote\n"},
    {"EnergyTransfer", "EnergyTransfer", "plug start full",
     "Started 0 RemoteStart Charging\n"
     "Ended 1 ChargingStateChanged SuspendedEV StoppedByEV\n"},
    {"ParkingBayOccupancy", "ParkingBayOccupancy", "bay start plug unplug nobay",
     "Started 0 EVDetected Idle\n"
     "Updated 1 RemoteStart Idle\n"
     "Updated 2 CablePluggedIn EVConnected\n"
     "Updated 3 ChargingStateChanged Charging\n"
     "Updated 4 EVCommunicationLost Idle\n"
     "Ended 5 EVDeparted Idle EVDisconnected\n"},
    {"Authorized,EVConnected", "EVConnected,Authorized", "plug unplug",
     "Started 0 CablePluggedIn EVConnected\n"
     "Ended 1 EVCommunicationLost Idle EVDisconnected\n"},
    {"Authorized", "EVConnected,Authorized,EnergyTransfer", "start plug full",
     "Started 0 RemoteStart Idle\n"
     "Updated 1 CablePluggedIn EVConnected\n"
     "Updated 2 ChargingStateChanged Charging\n"
     "Ended 3 ChargingStateChanged SuspendedEV StoppedByEV\n"},
    /* The cable that stays in after the end is no new plug-in. */
    {"EVConnected", "EVConnected,Authorized", "plug start stop bay nobay unplug",
     "Started 0 CablePluggedIn EVConnected\n"
     "Updated 1 RemoteStart EVConnected\n"
     "Updated 2 ChargingStateChanged Charging\n"
     "Ended 3 RemoteStop EVConnected Remote\n"},
    /* Stopped before any of its stop points held: nothing else would ever end it. */
    {"Authorized", "EVConnected", "start stop",
     "Started 0 RemoteStart Idle\n"
     "Ended 1 RemoteStop Idle Remote\n"},
    /* A second car after the first: one transaction for each. */
    {"EVConnected", "EVConnected", "plug unplug plug unplug",
     "Started 0 CablePluggedIn EVConnected\nEnded 1 EVCommunicationLost Idle EVDisconnected\n"
     "Started 0 CablePluggedIn EVConnected\nEnded 1 EVCommunicationLost Idle EVDisconnected\n"},
};

static void act(Rig *rig, const gchar *what)
{
    if (g_str_equal(what, "start"))
        rig_start(rig, 1);
    else if (g_str_equal(what, "stop"))
        rig_stop(rig);
    else if (g_str_equal(what, "plug"))
        rig_sim(rig, "plug compact");
    else if (g_str_equal(what, "bay"))
        rig_sim(rig, "bay occupied");
    else if (g_str_equal(what, "nobay"))
        rig_sim(rig, "bay free");
    else if (g_str_equal(what, "full"))
        rig->station->evses[0].vehicle.battery.stored_uwh =
            rig->station->evses[0].vehicle.battery.capacity_uwh;
    else
        rig_sim(rig, what);
    rig_run(rig, 2 * SECONDS);
}

Test(tx_points, every_row_tells_its_story)
{
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Rig) rig = rig_new(1, 1);
        g_auto(GStrv) acts = g_strsplit(rows[i].acts, " ", -1);
        g_autofree gchar *story = NULL;

        rig_link(rig);
        rig_set(rig, "TxCtrlr", "TxStartPoint", rows[i].start);
        rig_set(rig, "TxCtrlr", "TxStopPoint", rows[i].stop);
        for (guint j = 0; acts[j] != NULL; j++)
            act(rig, acts[j]);
        story = rig_story(rig);
        cr_expect_str_eq(story, rows[i].story, "%s / %s: %s\n%s", rows[i].start, rows[i].stop, rows[i].acts,
                         story);
    }
}

/* What must hold of the events of one transaction, in the order in which they are sent. */
typedef struct {
    gchar id[OCPP_TRANSACTION_ID_BYTES];
    gint64 seq_no, timestamp_ms, meter_wh;
    gboolean ended;
} Seen;

static void check_event(GHashTable *seen, JsonObject *event)
{
    const gchar *id = rig_text(event, "transactionInfo.transactionId");
    const gchar *type = rig_text(event, "eventType");
    Seen *before = g_hash_table_lookup(seen, id);
    g_auto(OcppTransactionEventRequest) read = {0};
    const OcppSample *energy = NULL;

    cr_assert(ocpp_transaction_event_request_from_json(event, &read, NULL));
    if (before == NULL) {
        cr_assert_str_eq(type, "Started");
        cr_assert_eq(read.seq_no, 0);
        before = g_new0(Seen, 1);
        g_strlcpy(before->id, id, sizeof before->id);
        before->seq_no = -1;
        g_hash_table_insert(seen, before->id, before);
    }
    cr_assert_not(before->ended, "nothing after Ended");
    cr_assert_eq(read.seq_no, before->seq_no + 1, "no gap, nothing twice");
    cr_assert_geq(read.timestamp_ms, before->timestamp_ms, "time does not go back");
    energy = ocpp_samples_latest((const OcppSample *)(gpointer)read.samples->data, read.samples->len,
                                 OCPP_MEASURAND_ENERGY_ACTIVE_IMPORT_REGISTER);
    if (energy != NULL) {
        cr_assert_geq(energy->value, before->meter_wh, "the meter does not go back");
        before->meter_wh = energy->value;
    }
    before->seq_no = read.seq_no;
    before->timestamp_ms = read.timestamp_ms;
    before->ended = g_str_equal(type, "Ended");
    cr_assert_eq(before->ended, read.stopped_reason != OCPP_STOPPED_NONE,
                 "a reason at the end and only there");
}

static const gchar *const starts[] = {"Authorized", "EVConnected", "PowerPathClosed", "EnergyTransfer",
                                      "ParkingBayOccupancy,Authorized"};
static const gchar *const stops[] = {"EVConnected,Authorized", "EVConnected", "Authorized", "EnergyTransfer",
                                     "ParkingBayOccupancy,EVConnected"};

static void random_step(Rig *rig, GRand *rand)
{
    switch (g_rand_int_range(rand, 0, 15)) {
    case 0:
    case 1:
        rig_start(rig, g_rand_int_range(rand, 1, 1000));
        break;
    case 2:
        rig_stop(rig);
        break;
    case 3:
    case 4:
        rig_sim(rig, g_rand_boolean(rand) ? "plug compact" : "plug van soc=99");
        break;
    case 5:
        rig_sim(rig, "unplug");
        break;
    case 6:
        rig_sim(rig, g_rand_boolean(rand) ? "bay occupied" : "bay free");
        break;
    case 7:
        rig_sim(rig, g_rand_int_range(rand, 0, 4) == 0 ? "fault on" : "fault off");
        break;
    case 8:
        rig_sim(rig, "stop");
        break;
    case 9:
        if (rig->linked)
            rig_unlink(rig);
        else
            rig_link(rig);
        break;
    case 10:
        if (g_rand_int_range(rand, 0, 3) == 0)
            rig_power_cut(rig);
        break;
    case 11:
        rig_ask(rig, OCPP_ACTION_CHANGE_AVAILABILITY,
                g_rand_boolean(rand) ? "{'operationalStatus':'Operative'}"
                                     : "{'operationalStatus':'Inoperative'}");
        break;
    case 12:
        rig_ask(rig, OCPP_ACTION_TRIGGER_MESSAGE, "{'requestedMessage':'TransactionEvent'}");
        break;
    case 13: /* the wall clock jumps, either way */
        rig->now.unix_ms += g_rand_int_range(rand, -400, 400) * 86400 * SECONDS;
        rig->now.unix_ms = MAX(rig->now.unix_ms, G_GINT64_CONSTANT(1700000000000));
        break;
    default:
        rig_run(rig, g_rand_int_range(rand, 0, 200) * SECONDS);
        break;
    }
}

Test(tx_points, any_sequence_of_events_keeps_the_numbers_straight)
{
    guint transactions = 0;

    for (guint32 seed = 1; seed <= 150; seed++) {
        g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
        g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
        g_autoptr(Rig) rig = rig_new(1, seed % 3 == 0 ? 100 : 1);

        rig_link(rig);
        rig_set(rig, "TxCtrlr", "TxStartPoint", starts[seed % G_N_ELEMENTS(starts)]);
        rig_set(rig, "TxCtrlr", "TxStopPoint", stops[seed / 5 % G_N_ELEMENTS(stops)]);
        for (guint step = 0; step < 120; step++)
            random_step(rig, rand);
        if (!rig->linked)
            rig_link(rig);
        rig_run(rig, SECONDS);
        cr_assert_eq(outbox_n_durable(&rig->station->outbox, NULL), 0, "seed %u: all of it arrived", seed);
        cr_assert_eq(g_queue_get_length(rig->kept), 0, "and nothing is left in the store");
        for (guint i = 0; i < rig_count(rig, OCPP_ACTION_TRANSACTION_EVENT); i++)
            check_event(seen, rig_call(rig, OCPP_ACTION_TRANSACTION_EVENT, (gint)i));
        transactions += g_hash_table_size(seen);
    }
    cr_assert_gt(transactions, 200, "%u transactions are a sample", transactions);
}
