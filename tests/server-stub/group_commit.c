/* What a crowd of stations says in one turn: stored together, and nothing of it acts before it is stored. */
#include "server-stub/group_commit.h"
#include "tests/server-stub/desk_world.h"

#include <sqlite3.h>
#include <string.h>

/* Instead of the poller: a batch begins and ends when the test says so. The linker leads here. */
gboolean __wrap_ws_poller_after_batch(void (*func)(gpointer data), gpointer data);
int __real_sqlite3_step(sqlite3_stmt *statement);
int __wrap_sqlite3_step(sqlite3_stmt *statement);

static gboolean in_batch;
static void (*batch_over)(gpointer data);
static gpointer batch_data;
static const gchar *full_at; /* (nullable): the statement that finds the disk full */

gboolean __wrap_ws_poller_after_batch(void (*func)(gpointer data), gpointer data)
{
    if (in_batch && func != NULL) {
        batch_over = func;
        batch_data = data;
    }
    return in_batch;
}

int __wrap_sqlite3_step(sqlite3_stmt *statement)
{
    return full_at != NULL && g_str_has_prefix(sqlite3_sql(statement), full_at)
               ? SQLITE_FULL
               : __real_sqlite3_step(statement);
}

typedef struct {
    World *w;
    GroupCommit *group;
    GString *deeds;
    gboolean reachable;
} Crowd;

static gboolean reachable(const gchar *station_id, gpointer data)
{
    return ((Crowd *)data)->reachable;
}

static void note(gpointer data, const gchar *deed)
{
    g_string_append_printf(((Crowd *)data)->deeds, "%s ", deed);
}

static void start(const OrderRow *row, gpointer data)
{
    note(data, "start");
}

static void stop(const gchar *station_id, const gchar *transaction_id, gpointer data)
{
    note(data, "stop");
    note(data, transaction_id);
}

static void changed(const OrderRow *row, gpointer data)
{
    note(data, "changed");
}

static void rearm(gint64 due_ms, gpointer data)
{
    note(data, "rearm");
}

static void reserve(const ReservationRow *row, gpointer data)
{
    note(data, "reserve");
}

static void release(const ReservationRow *row, gpointer data)
{
    note(data, "release");
}

static void reservation_changed(const ReservationRow *row, gpointer data)
{
    note(data, "told");
}

static void evse_changed(const gchar *station_id, gpointer data)
{
    note(data, station_id);
}

static gboolean call(const gchar *station_id, OcppAction action, JsonObject *payload, DeskAnswer answer,
                     gpointer answer_data, gpointer data)
{
    note(data, ocpp_action_name(action));
    json_object_unref(payload);
    g_free(answer_data);
    return TRUE;
}

static Crowd *crowd_new(void)
{
    static const DeskPorts ports = {.reachable = reachable,
                                    .start = start,
                                    .stop = stop,
                                    .changed = changed,
                                    .rearm = rearm,
                                    .reserve = reserve,
                                    .release = release,
                                    .reservation_changed = reservation_changed,
                                    .evse_changed = evse_changed,
                                    .call = call};
    Crowd *crowd = g_new0(Crowd, 1);

    crowd->w = world_new();
    crowd->deeds = g_string_new(NULL);
    crowd->reachable = TRUE;
    crowd->group = group_commit_new(crowd->w->store, &ports, crowd);
    group_commit_set_desk(crowd->group, crowd->w->desk);
    return crowd;
}

static void crowd_free(Crowd *crowd)
{
    group_commit_free(crowd->group);
    world_free(crowd->w);
    g_string_free(crowd->deeds, TRUE);
    g_free(crowd);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Crowd, crowd_free)

static void then(gboolean committed, gpointer data)
{
    note(data, committed ? "stored" : "not-stored");
}

static void on_answer(Desk *desk, const gchar *station_id, const OcppRpcEvent *event, gint64 now_ms,
                      gpointer answer_data)
{
    cr_expect_eq(event->type, OCPP_RPC_EVENT_LOST);
    note(*(Crowd **)answer_data, "lost");
}

/* Everything that a desk may want of the world, in this order. */
static void want_everything(Crowd *crowd)
{
    const OrderRow order = {0};
    const ReservationRow reservation = {0};
    const DeskPorts *desk = &group_commit_ports;

    desk->start(&order, crowd->group);
    desk->stop("PILE1", "tx-1", crowd->group);
    desk->changed(&order, crowd->group);
    desk->reserve(&reservation, crowd->group);
    desk->release(&reservation, crowd->group);
    desk->reservation_changed(&reservation, crowd->group);
    desk->evse_changed("PILE1", crowd->group);
    cr_expect(desk->call("PILE1", OCPP_ACTION_RESET, json_object_new(), on_answer,
                         g_memdup2(&crowd, sizeof crowd), crowd->group));
    group_commit_after(crowd->group, then, crowd);
}
#define EVERYTHING "start stop tx-1 changed reserve release told PILE1 Reset stored "

static void begin_batch(Crowd *crowd)
{
    in_batch = TRUE;
    cr_assert(group_commit_join(crowd->group));
    cr_assert(group_commit_join(crowd->group), "the group is open already");
}

static void end_batch(void)
{
    in_batch = FALSE;
    batch_over(batch_data);
}

Test(group_commit, without_a_crowd_everything_happens_at_once)
{
    g_autoptr(Crowd) crowd = crowd_new();

    cr_expect_not(group_commit_join(crowd->group));
    want_everything(crowd);
    cr_expect_str_eq(crowd->deeds->str, EVERYTHING);
}

Test(group_commit, in_a_crowd_nothing_acts_before_all_is_stored_and_then_in_order)
{
    g_autoptr(Crowd) crowd = crowd_new();

    begin_batch(crowd);
    want_everything(crowd);
    cr_expect_str_eq(crowd->deeds->str, "");
    group_commit_ports.rearm(0, crowd->group);
    cr_expect_str_eq(crowd->deeds->str, "rearm ", "only a timer");
    end_batch();
    cr_expect_str_eq(crowd->deeds->str, "rearm " EVERYTHING);
    end_batch(); /* nothing is left to do */
    cr_expect_str_eq(crowd->deeds->str, "rearm " EVERYTHING);
}

Test(group_commit, what_was_not_stored_does_nothing_and_whoever_waits_is_told)
{
    g_autoptr(Crowd) crowd = crowd_new();

    begin_batch(crowd);
    want_everything(crowd);
    full_at = "COMMIT";
    end_batch();
    full_at = NULL;
    cr_expect_str_eq(crowd->deeds->str, "lost not-stored ");
    g_string_truncate(crowd->deeds, 0);
    want_everything(crowd);
    cr_expect_str_eq(crowd->deeds->str, EVERYTHING, "the next one is not held up by it");
}

Test(group_commit, a_station_that_left_meanwhile_has_lost_its_call)
{
    g_autoptr(Crowd) crowd = crowd_new();

    begin_batch(crowd);
    cr_expect(group_commit_ports.call("PILE1", OCPP_ACTION_RESET, json_object_new(), on_answer,
                                      g_memdup2(&crowd, sizeof crowd), crowd->group));
    crowd->reachable = FALSE;
    cr_expect_not(group_commit_ports.call("PILE1", OCPP_ACTION_RESET, json_object_new(), on_answer,
                                          g_memdup2(&crowd, sizeof crowd), crowd->group),
                  "it is known to be away");
    cr_expect_not(group_commit_ports.reachable("PILE1", crowd->group));
    end_batch();
    cr_expect_str_eq(crowd->deeds->str, "lost ");
}

Test(group_commit, a_disk_that_takes_no_group_takes_each_for_itself)
{
    g_autoptr(Crowd) crowd = crowd_new();

    in_batch = TRUE;
    full_at = "BEGIN";
    cr_expect_not(group_commit_join(crowd->group));
    full_at = NULL;
    want_everything(crowd);
    cr_expect_str_eq(crowd->deeds->str, EVERYTHING);
    in_batch = FALSE;
}
