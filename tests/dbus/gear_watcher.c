#include "dbus/gear_watcher.h"

#include <criterion/criterion.h>

#include "dbus/bus_object.h"
#include "dbus/bus_variant.h"
#include "tests/support/private_bus.h"

#define NAME "org.rearcharge.Vehicle"
#define PATH "/org/rearcharge/Vehicle"
#define IFACE "org.rearcharge.Vehicle1"

/* The car of these tests: a bus, a vehicle that serves Vehicle1, and the watcher on a connection of its own.
 */
typedef struct {
    PrivateBus *bus;
    BusLoop *vehicle, *own;
    BusObject *object;
    GearWatcher *watcher;
} Car;

static Car car_new(const gchar *const *pairs)
{
    Car car = {.bus = private_bus_new()};
    g_autoptr(GError) error = NULL;
    GearMatch *match = gear_match_new("test.conf", pairs, &error);

    cr_assert_not_null(match, "%s", error ? error->message : "");
    car.vehicle = private_bus_connect(car.bus);
    car.object = bus_object_new(car.vehicle, PATH);
    bus_object_add_interface(car.object, IFACE, NULL, NULL);
    bus_object_set_property(car.object, IFACE, "Gear", g_variant_new_string("P"));
    bus_object_set_property(car.object, IFACE, "Speed", g_variant_new_double(0));
    car.own = private_bus_connect(car.bus);
    car.watcher = gear_watcher_new(car.own, match);
    return car;
}

static void car_free(Car *car)
{
    g_clear_object(&car->watcher);
    g_clear_object(&car->object);
    private_bus_disconnect(car->own);
    private_bus_disconnect(car->vehicle);
    private_bus_free(car->bus);
}

static Gear gear(Car *car)
{
    GearSample sample = gear_watcher_get_sample(car->watcher);

    cr_assert_eq(sample.valid, sample.gear != GEAR_UNKNOWN);
    return sample.gear;
}

static void say(Car *car, const gchar *property, GVariant *value)
{
    bus_object_set_property(car->object, IFACE, property, value);
}

/* A signal of the right shape from any connection. */
static void send_gear(BusLoop *from, BusLoop *to, const gchar *path, const gchar *property, GVariant *value)
{
    g_autoptr(DBusMessage) signal =
        dbus_message_new_signal(path, DBUS_INTERFACE_PROPERTIES, "PropertiesChanged");
    GVariantBuilder changed = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_VARDICT);

    g_variant_builder_add(&changed, "{sv}", property, value);
    cr_assert(bus_variant_append(signal, g_variant_new("(sa{sv}as)", IFACE, &changed, NULL), NULL, NULL));
    if (to != NULL)
        dbus_message_set_destination(signal, dbus_bus_get_unique_name(bus_loop_get_connection(to)));
    bus_loop_send(from, signal);
}

Test(gear_watcher, reads_the_first_value_and_then_follows)
{
    Car car = car_new(NULL);

    cr_assert_eq(gear(&car), GEAR_UNKNOWN);
    say(&car, "Position", g_variant_new("(dd)", 52.5, 13.4));
    say(&car, "StateOfCharge", g_variant_new_double(20));
    bus_loop_own_name(car.vehicle, NAME);
    private_bus_run_until(gear(&car) == GEAR_P);
    private_bus_run_until(gear_watcher_get_sample(car.watcher).speed_kmh >= 0);
    cr_assert(gear_watcher_get_facts(car.watcher)->has_position);
    cr_assert_float_eq(gear_watcher_get_facts(car.watcher)->soc_percent, 20, 1e-9);
    cr_assert_null(gear_watcher_get_problem(car.watcher));

    say(&car, "Speed", g_variant_new_double(3.2));
    say(&car, "Gear", g_variant_new_string("R"));
    private_bus_run_until(gear(&car) == GEAR_R);
    cr_assert_float_eq(gear_watcher_get_sample(car.watcher).speed_kmh, 3.2, 1e-9);
    say(&car, "Position", g_variant_new("(dd)", 91.0, 13.4));
    say(&car, "PlugState", g_variant_new_string("connected"));
    private_bus_run_until(!gear_watcher_get_facts(car.watcher)->has_position);
    cr_assert_str_eq(gear_watcher_get_facts(car.watcher)->plug_state, "connected");
    car_free(&car);
}

Test(gear_watcher, a_vehicle_that_was_there_before_us_is_read_too)
{
    Car car = car_new(NULL);

    bus_loop_own_name(car.vehicle, NAME);
    private_bus_run_until(bus_loop_owns_name(car.vehicle, NAME));
    g_clear_object(&car.watcher);
    car.watcher = gear_watcher_new(car.own, gear_match_new("test.conf", NULL, NULL));
    private_bus_run_until(gear(&car) == GEAR_P);
    car_free(&car);
}

Test(gear_watcher, a_signal_of_anyone_else_is_ignored_and_counted)
{
    Car car = car_new(NULL);
    BusLoop *mallory = private_bus_connect(car.bus);

    bus_loop_own_name(car.vehicle, NAME);
    private_bus_run_until(gear(&car) == GEAR_P);
    send_gear(mallory, car.own, PATH, "Gear",
              g_variant_new_string("R"));                              /* unicast: passes every match rule */
    send_gear(mallory, NULL, PATH, "Gear", g_variant_new_string("R")); /* broadcast: the bus filters it */
    private_bus_fence(mallory, car.own);
    cr_assert_eq(gear(&car), GEAR_P);
    cr_assert_eq(gear_watcher_get_counters(car.watcher).foreign_sender, 1);

    /* And while the name has no owner, nobody is believed. */
    private_bus_disconnect(car.vehicle);
    car.vehicle = private_bus_connect(car.bus);
    private_bus_run_until(gear(&car) == GEAR_UNKNOWN);
    send_gear(mallory, car.own, PATH, "Gear", g_variant_new_string("R"));
    private_bus_fence(mallory, car.own);
    cr_assert_eq(gear(&car), GEAR_UNKNOWN);
    private_bus_disconnect(mallory);
    car_free(&car);
}

Test(gear_watcher, wrong_types_and_paths_change_nothing_and_are_counted)
{
    Car car = car_new(NULL);
    GearWatcherCounters counters;

    bus_loop_own_name(car.vehicle, NAME);
    private_bus_run_until(gear(&car) == GEAR_P);
    send_gear(car.vehicle, NULL, PATH, "Gear", g_variant_new_int32(1));
    send_gear(car.vehicle, NULL, PATH, "Speed", g_variant_new_string("fast"));
    send_gear(car.vehicle, NULL, PATH, "Position", g_variant_new_string("here"));
    send_gear(car.vehicle, NULL, "/other", "Gear", g_variant_new_string("R"));
    private_bus_fence(car.vehicle, car.own);
    counters = gear_watcher_get_counters(car.watcher);
    cr_assert_eq(gear(&car), GEAR_P);
    cr_assert_eq(counters.wrong_type, 3);
    cr_assert_eq(counters.foreign_sender, 0);

    send_gear(car.vehicle, NULL, PATH, "Gear", g_variant_new_string("S"));
    private_bus_run_until(gear(&car) == GEAR_UNKNOWN);
    cr_assert_eq(gear_watcher_get_counters(car.watcher).unmapped, 1);
    cr_assert_not_null(gear_watcher_get_problem(car.watcher));
    car_free(&car);
}

Test(gear_watcher, an_owner_that_leaves_takes_its_gear_with_it)
{
    Car car = car_new(NULL);

    bus_loop_own_name(car.vehicle, NAME);
    say(&car, "StateOfCharge", g_variant_new_double(20));
    private_bus_run_until(gear(&car) == GEAR_P);
    bus_loop_stop(car.vehicle);
    private_bus_run_until(gear(&car) == GEAR_UNKNOWN);
    cr_assert_lt(gear_watcher_get_sample(car.watcher).speed_kmh, 0);
    cr_assert_lt(gear_watcher_get_facts(car.watcher)->soc_percent, 0);
    cr_assert(g_str_has_prefix(gear_watcher_get_problem(car.watcher), "nobody owns org.rearcharge.Vehicle"));
    bus_loop_start(car.vehicle);
    private_bus_run_until(gear(&car) == GEAR_P);
    car_free(&car);
}

Test(gear_watcher, a_bus_restart_makes_the_gear_unknown_until_it_was_read_again)
{
    Car car = car_new(NULL);

    bus_loop_own_name(car.vehicle, NAME);
    private_bus_run_until(gear(&car) == GEAR_P);
    private_bus_stop(car.bus);
    private_bus_run_until(gear(&car) == GEAR_UNKNOWN);
    say(&car, "Gear", g_variant_new_string("R")); /* while nobody could hear it */
    private_bus_start(car.bus);
    private_bus_run_until(gear(&car) == GEAR_R);
    car_free(&car);
}

Test(gear_watcher, a_silent_source_goes_stale)
{
    Car car = car_new((const gchar *[]){"stale-ms", "30", NULL});

    bus_loop_own_name(car.vehicle, NAME);
    private_bus_run_until(gear(&car) == GEAR_P);
    private_bus_run_until(gear(&car) == GEAR_UNKNOWN); /* by its own timer: nothing is sent */
    cr_assert_str_eq(gear_watcher_get_problem(car.watcher), "no news from org.rearcharge.Vehicle for 30 ms");
    say(&car, "Gear", g_variant_new_string("R"));
    private_bus_run_until(gear(&car) == GEAR_R);
    car_free(&car);
}

Test(gear_watcher, a_plain_signal_of_another_make_is_a_gear_too)
{
    Car car = car_new((const gchar *[]){"preset",   "generic",     "sender",    "com.example.Gear",
                                        "path",     "/gear",       "interface", "com.example.GearSelector",
                                        "member",   "GearChanged", "kind",      "signal",
                                        "argument", "1",           "type",      "n",
                                        "reverse",  "-9..-1",      "park",      "126",
                                        NULL});
    g_autoptr(DBusMessage) good = dbus_message_new_signal("/gear", "com.example.GearSelector", "GearChanged");
    g_autoptr(DBusMessage) shorter =
        dbus_message_new_signal("/gear", "com.example.GearSelector", "GearChanged");

    bus_variant_append(good, g_variant_new("(sn)", "lever", -1), NULL, NULL);
    bus_variant_append(shorter, g_variant_new("(s)", "lever"), NULL, NULL);
    bus_loop_own_name(car.vehicle, "com.example.Gear");
    private_bus_run_until(bus_loop_owns_name(car.vehicle, "com.example.Gear"));
    bus_loop_send(car.vehicle, shorter);
    bus_loop_send(car.vehicle, good);
    private_bus_run_until(gear(&car) == GEAR_R);
    cr_assert_eq(gear_watcher_get_counters(car.watcher).wrong_type, 1);
    car_free(&car);
}

/* automotive-message-broker: the object path has to be asked for. */
static gboolean play_amb(BusLoop *bus, DBusMessage *message, gpointer data)
{
    const gchar *gear_paths[] = {"/c0ffee/0/Transmission", NULL},
                *speed_paths[] = {"/c0ffee/0/VehicleSpeed", NULL};
    g_autoptr(DBusMessage) reply = NULL;
    const gchar *name = NULL;

    if (dbus_message_get_type(message) != DBUS_MESSAGE_TYPE_METHOD_CALL)
        return FALSE;
    dbus_message_get_args(message, NULL, DBUS_TYPE_STRING, &name, DBUS_TYPE_INVALID);
    reply = dbus_message_new_method_return(message);
    if (dbus_message_is_method_call(message, "org.automotive.Manager", "FindObject"))
        bus_variant_append(
            reply, g_variant_new("(^ao)", g_str_equal(name, "Transmission") ? gear_paths : speed_paths), NULL,
            NULL);
    else if (dbus_message_has_path(message, gear_paths[0]))
        bus_variant_append(reply, g_variant_new("(v)", g_variant_new_int32(128)), NULL, NULL);
    else
        bus_variant_append(reply, g_variant_new("(v)", g_variant_new_uint16(4)), NULL, NULL);
    bus_loop_send(bus, reply);
    return TRUE;
}

Test(gear_watcher, an_automotive_message_broker_is_asked_where_its_objects_are)
{
    Car car = car_new((const gchar *[]){"preset", "amb", NULL});

    bus_loop_add_filter(car.vehicle, play_amb, NULL);
    bus_loop_own_name(car.vehicle, "org.automotive.message.broker");
    private_bus_run_until(gear(&car) == GEAR_R && gear_watcher_get_sample(car.watcher).speed_kmh >= 0);
    cr_assert_float_eq(gear_watcher_get_sample(car.watcher).speed_kmh, 4, 1e-9);
    car_free(&car);
}

/* A broker that is still starting: each question is answered wrongly first. */
static gboolean play_confused_amb(BusLoop *bus, DBusMessage *message, gpointer data)
{
    guint *asked = data; /* for the gear's object, the speed's object, the speed */
    const gchar *nothing[] = {NULL}, *name = NULL;
    g_autoptr(DBusMessage) reply = NULL;

    if (dbus_message_get_type(message) != DBUS_MESSAGE_TYPE_METHOD_CALL)
        return FALSE;
    dbus_message_get_args(message, NULL, DBUS_TYPE_STRING, &name, DBUS_TYPE_INVALID);
    reply = dbus_message_new_method_return(message);
    if (g_strcmp0(name, "Transmission") == 0 && asked[0]++ < 2) {
        if (asked[0] == 1) {
            dbus_message_unref(reply);
            reply = dbus_message_new_error(message, DBUS_ERROR_FAILED, "still starting");
        } else {
            bus_variant_append(reply, g_variant_new("(^ao)", nothing), NULL, NULL);
        }
    } else if (g_strcmp0(name, "VehicleSpeed") == 0 && asked[1]++ < 1) {
        bus_variant_append(reply, g_variant_new("(s)", "soon"), NULL, NULL);
    } else if (dbus_message_has_path(message, "/c0ffee/0/VehicleSpeed") && asked[2]++ < 1) {
        bus_variant_append(reply, g_variant_new("(s)", "soon"), NULL, NULL);
    } else {
        return play_amb(bus, message, NULL);
    }
    bus_loop_send(bus, reply);
    return TRUE;
}

Test(gear_watcher, a_source_that_answers_wrongly_is_told_and_asked_again)
{
    Car car = car_new((const gchar *[]){"preset", "amb", NULL});
    guint asked[3] = {0};

    bus_loop_add_filter(car.vehicle, play_confused_amb, asked);
    bus_loop_own_name(car.vehicle, "org.automotive.message.broker");
    private_bus_run_until(gear_watcher_get_problem(car.watcher) != NULL &&
                          strstr(gear_watcher_get_problem(car.watcher), "failed: ") != NULL);
    cr_assert_eq(gear(&car), GEAR_UNKNOWN);
    private_bus_run_until(gear(&car) == GEAR_R && gear_watcher_get_sample(car.watcher).speed_kmh >= 0);
    cr_assert(asked[0] == 3 && asked[1] == 2 && asked[2] == 2, "once more after each wrong answer");
    cr_assert_null(gear_watcher_get_problem(car.watcher));
    car_free(&car);
}
