#define G_LOG_DOMAIN "gear"

#include "dbus/gear_watcher.h"

#include "dbus/bus_name.h"
#include "dbus/bus_variant.h"
#include "dbus/gear_filter.h"
#include "dbus/gear_source.h"

#define VEHICLE1 "org.rearcharge.Vehicle1"

struct _GearWatcher {
    GObject parent_instance;
    BusLoop *bus;
    GearMatch *match;
    BusName *sender;
    GearSource *gear, *speed; /* speed: NULL when there is none */
    GearFilter filter;
    VehicleFacts facts;
    GearWatcherCounters counters;
    GSource *timer; /* to the filter's deadline, or earlier */
    gchar *problem; /* what went wrong last; told only while no gear is known */
};
G_DEFINE_FINAL_TYPE(GearWatcher, gear_watcher, G_TYPE_OBJECT)

enum { SIGNAL_SAMPLE, SIGNAL_FACTS, N_SIGNALS };
static guint signals[N_SIGNALS];

static void set_problem(GearWatcher *self, gchar *problem)
{
    if (g_strcmp0(problem, self->problem) != 0 && problem != NULL)
        g_message("gear unknown: %s", problem);
    g_free(self->problem);
    self->problem = problem;
}

/* ---- time ---- */

static void arm_timer(GearWatcher *self);

static gboolean on_timer(gpointer data)
{
    g_autoptr(GearWatcher) self = g_object_ref(data);
    GearSample before = self->filter.sample;

    g_clear_pointer(&self->timer, g_source_unref);
    if (gear_filter_tick(&self->filter, g_get_monotonic_time())) {
        if (before.valid && !self->filter.sample.valid)
            set_problem(self, g_strdup_printf("no news from %s for %u ms", self->match->sender,
                                              self->match->stale_ms));
        g_signal_emit(self, signals[SIGNAL_SAMPLE], 0);
    }
    arm_timer(self);
    return G_SOURCE_REMOVE;
}

/* A timer that is due earlier than needed stays: it looks again. So a source of 100 values a second with
 * stale-ms set costs one timer per stale-ms, not 100 a second. */
static void arm_timer(GearWatcher *self)
{
    gint64 deadline_us = gear_filter_deadline_us(&self->filter), now_us = g_get_monotonic_time();
    gint64 armed_us = self->timer != NULL ? g_source_get_ready_time(self->timer) : G_MAXINT64;

    if (deadline_us == G_MAXINT64 || armed_us <= deadline_us)
        return;
    if (self->timer != NULL) {
        g_source_destroy(self->timer);
        g_source_unref(self->timer);
    }
    self->timer = g_timeout_source_new((guint)(MAX(deadline_us - now_us, 0) / 1000 + 1));
    g_source_set_callback(self->timer, on_timer, self, NULL);
    g_source_attach(self->timer, g_main_context_get_thread_default());
}

static void sample_may_have_changed(GearWatcher *self, gboolean changed)
{
    arm_timer(self);
    if (changed)
        g_signal_emit(self, signals[SIGNAL_SAMPLE], 0);
}

/* ---- values ---- */

static void count_wrong_type(GearWatcher *self, const gchar *what)
{
    if (self->counters.wrong_type++ == 0)
        g_warning("%s sends %s with a wrong type: ignored; further ones are counted only",
                  self->match->sender, what);
}

static void on_gear_value(GVariant *value, gpointer data)
{
    GearWatcher *self = data;
    Gear gear = GEAR_UNKNOWN;

    if (!gear_match_gear(self->match, value, &gear)) {
        count_wrong_type(self, "the gear");
        return;
    }
    self->counters.accepted++;
    if (gear == GEAR_UNKNOWN) {
        self->counters.unmapped++;
        set_problem(self,
                    g_strdup_printf("%s says a gear that no configured value names", self->match->sender));
    }
    sample_may_have_changed(self, gear_filter_gear(&self->filter, gear, g_get_monotonic_time()));
}

static void on_speed_value(GVariant *value, gpointer data)
{
    GearWatcher *self = data;
    gdouble speed_kmh = SPEED_KMH_UNKNOWN;

    if (!gear_match_speed(self->match, value, &speed_kmh)) {
        count_wrong_type(self, "the speed");
        return;
    }
    self->counters.accepted++;
    sample_may_have_changed(self, gear_filter_speed(&self->filter, speed_kmh, g_get_monotonic_time()));
}

/* @properties: a{sv} of Vehicle1 */
static void on_facts(GVariant *properties, gpointer data)
{
    GearWatcher *self = data;
    VehicleFacts before = self->facts;
    GVariantIter iter;
    const gchar *name = NULL;
    GVariant *value = NULL;

    g_variant_iter_init(&iter, properties);
    while (g_variant_iter_loop(&iter, "{&sv}", &name, &value))
        if (!vehicle_facts_set(&self->facts, name, value))
            count_wrong_type(self, name);
    if (memcmp(&before, &self->facts, sizeof(before)) != 0)
        g_signal_emit(self, signals[SIGNAL_FACTS], 0);
}

static void on_source_problem(const gchar *problem, gpointer data)
{
    set_problem(data, g_strdup(problem));
}

/* ---- who speaks ---- */

static void on_owner(GearWatcher *self)
{
    static const VehicleFacts unknown = VEHICLE_FACTS_INIT;
    const gchar *owner = bus_name_get_owner(self->sender);
    gboolean had_facts = memcmp(&self->facts, &unknown, sizeof(unknown)) != 0;

    /* Also from one owner to the next: what the former said is not the new one's word. */
    gear_source_set_owner(self->gear, owner);
    if (self->speed != NULL)
        gear_source_set_owner(self->speed, owner);
    self->facts = unknown;
    if (owner == NULL && bus_loop_is_connected(self->bus))
        set_problem(self,
                    g_strdup_printf("nobody owns %s on the %s bus", self->match->sender, self->match->bus));
    else if (owner == NULL)
        set_problem(self, g_strdup_printf("no connection to the %s bus", self->match->bus));
    sample_may_have_changed(self, gear_filter_lost(&self->filter, g_get_monotonic_time()));
    if (had_facts)
        g_signal_emit(self, signals[SIGNAL_FACTS], 0);
}

static gboolean on_message(BusLoop *bus, DBusMessage *message, gpointer data)
{
    GearWatcher *self = data;
    gboolean is_gear, is_speed;

    if (dbus_message_get_type(message) != DBUS_MESSAGE_TYPE_SIGNAL)
        return FALSE;
    is_gear = gear_source_wants(self->gear, message);
    is_speed = self->speed != NULL && gear_source_wants(self->speed, message);
    if (!is_gear && !is_speed)
        return FALSE;
    if (!bus_name_sent(self->sender, message)) {
        if (self->counters.foreign_sender++ == 0)
            g_warning("ignored a gear signal that %s did not send; further ones are counted only",
                      self->match->sender);
        return FALSE;
    }
    if ((is_gear && !gear_source_feed(self->gear, message)) ||
        (is_speed && !gear_source_feed(self->speed, message)))
        count_wrong_type(self, "a signal");
    return FALSE;
}

GearWatcher *gear_watcher_new(BusLoop *bus, GearMatch *match)
{
    GearWatcher *self = g_object_new(GEAR_TYPE_WATCHER, NULL);
    GearFilter filter =
        GEAR_FILTER_INIT(match->stale_ms * G_TIME_SPAN_MILLISECOND, match->enter_ms * G_TIME_SPAN_MILLISECOND,
                         match->leave_ms * G_TIME_SPAN_MILLISECOND);
    gboolean is_ours = g_str_equal(match->gear.interface, VEHICLE1);
    const GearSourceHandlers gear = {on_gear_value, is_ours ? on_facts : NULL, on_source_problem, self};
    const GearSourceHandlers speed = {on_speed_value, NULL, NULL, self};

    self->bus = g_object_ref(bus);
    self->match = match;
    self->filter = filter;
    self->gear = gear_source_new(bus, match->sender, &match->gear, &gear);
    if (match->speed.member != NULL)
        self->speed = gear_source_new(bus, match->sender, &match->speed, &speed);
    set_problem(self, g_strdup_printf("not connected to the %s bus yet", match->bus));
    self->sender = bus_name_new(bus, match->sender);
    g_signal_connect_object(self->sender, "owner", G_CALLBACK(on_owner), self, G_CONNECT_SWAPPED);
    bus_loop_add_filter(bus, on_message, self); /* after the name's: it sees a new owner first */
    return self;
}

GearSample gear_watcher_get_sample(GearWatcher *self)
{
    return self->filter.sample;
}

const VehicleFacts *gear_watcher_get_facts(GearWatcher *self)
{
    return &self->facts;
}

GearWatcherCounters gear_watcher_get_counters(GearWatcher *self)
{
    return self->counters;
}

const gchar *gear_watcher_get_problem(GearWatcher *self)
{
    return self->filter.sample.valid ? NULL : self->problem;
}

static void gear_watcher_dispose(GObject *object)
{
    GearWatcher *self = GEAR_WATCHER(object);

    if (self->timer != NULL) {
        g_source_destroy(self->timer);
        g_clear_pointer(&self->timer, g_source_unref);
    }
    if (self->bus != NULL)
        bus_loop_remove_filter(self->bus, on_message, self);
    g_clear_pointer(&self->gear, gear_source_free);
    g_clear_pointer(&self->speed, gear_source_free);
    g_clear_object(&self->sender);
    g_clear_object(&self->bus);
    G_OBJECT_CLASS(gear_watcher_parent_class)->dispose(object);
}

static void gear_watcher_finalize(GObject *object)
{
    GearWatcher *self = GEAR_WATCHER(object);

    g_clear_pointer(&self->match, gear_match_free);
    g_free(self->problem);
    G_OBJECT_CLASS(gear_watcher_parent_class)->finalize(object);
}

static void gear_watcher_class_init(GearWatcherClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = gear_watcher_dispose;
    G_OBJECT_CLASS(klass)->finalize = gear_watcher_finalize;
    signals[SIGNAL_SAMPLE] =
        g_signal_new("sample", GEAR_TYPE_WATCHER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
    signals[SIGNAL_FACTS] =
        g_signal_new("facts", GEAR_TYPE_WATCHER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void gear_watcher_init(GearWatcher *self)
{
    VehicleFacts unknown = VEHICLE_FACTS_INIT;

    self->facts = unknown;
}
