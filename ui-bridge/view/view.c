#include "ui-bridge/view/view.h"

#include "base/money.h"
#include "ui-bridge/view/around.h"
#include "ui-bridge/view/facts.h"
#include "ui-bridge/view/offline.h"
#include "ui-bridge/view/scene.h"
#include "ui-bridge/view/view_json.h"

static void put_notice(View *view, const gchar *kind, const gchar *word, const gchar *detail,
                       const gchar *tone)
{
    const gchar *todo = words_find(view->language, "todo", word);

    view_begin(view, NULL);
    view_put(view, "text", view_say(view, kind, word));
    view_put(view, "todo", todo != NULL ? todo : "");
    view_put(view, "detail", detail);
    view_put(view, "tone", tone);
    view_end(view);
}

static void put_notices(View *view, GVariant *snapshot, SceneScreen screen)
{
    g_autofree const gchar **faults = NULL;
    const gchar *notice = facts_text(snapshot, "notice");

    view_begin_list(view, "notices");
    g_variant_lookup(snapshot, "faults", "^a&s", &faults);
    if (notice[0] != '\0')
        put_notice(view, "notice", notice, "", "attention");
    for (guint i = 0; faults != NULL && faults[i] != NULL; i++) {
        const gchar *detail = g_str_equal(faults[i], "gear")     ? facts_text(snapshot, "gear_problem")
                              : g_str_equal(faults[i], "server") ? facts_text(snapshot, "server_problem")
                                                                 : "";
        put_notice(view, "fault", faults[i], screen == SCENE_PARKED ? detail : "", "bad");
    }
    view_end_list(view);
}

/* Small and passive: who reverses looks at the picture. */
static void put_badge(View *view, GVariant *snapshot)
{
    g_autoptr(GVariant) pile = facts_dict(snapshot, "pile");
    g_autoptr(GVariant) code = facts_dict(snapshot, "code");
    g_autofree gchar *price = pile != NULL ? facts_energy_price(pile) : g_strdup("");
    const gchar *camera = facts_text(snapshot, "camera_state");
    const gchar *state = facts_text(snapshot, "journey_state");
    gboolean broken = words_find(view->language, "badge_camera", camera) != NULL;
    gboolean ordered = words_find(view->language, "badge_order", state) != NULL;

    view_begin(view, "badge");
    if (broken)
        view_put(view, "text", view_say(view, "badge_camera", camera));
    else if (ordered)
        view_put(view, "text", view_say(view, "badge_order", state));
    else
        view_put(view, "text",
                 words_label(view->language, pile != NULL || code != NULL ? "found" : "looking"));
    view_put(view, "price", price);
    view_put(view, "trust", pile != NULL ? view_say(view, "trust", facts_text(pile, "trust")) : "");
    view_put(view, "tone", broken ? "bad" : pile != NULL ? "good" : "calm");
    view_end(view);
}

static void put_code(View *view, GVariant *snapshot)
{
    g_autoptr(GVariant) code = facts_dict(snapshot, "code");
    g_autoptr(GVariant) quad =
        code != NULL ? g_variant_lookup_value(code, "quad_px", G_VARIANT_TYPE("ad")) : NULL;
    g_autoptr(GString) points = g_string_new(NULL);
    guint32 width_px = 0, height_px = 0;
    const gdouble *corner = NULL;
    gsize n = 0;

    if (quad != NULL)
        corner = g_variant_get_fixed_array(quad, &n, sizeof *corner);
    if (n != 8 || !g_variant_lookup(code, "width_px", "u", &width_px) ||
        !g_variant_lookup(code, "height_px", "u", &height_px)) {
        view_put_null(view, "code");
        return;
    }
    for (gsize i = 0; i < n; i++) {
        gchar digits[G_ASCII_DTOSTR_BUF_SIZE];

        g_string_append_printf(points, "%s%s",
                               i == 0       ? ""
                               : i % 2 == 0 ? " "
                                            : ",",
                               g_ascii_formatd(digits, sizeof digits, "%.1f", corner[i]));
    }
    view_begin(view, "code");
    view_put(view, "points", points->str);
    view_put_number(view, "width", width_px);
    view_put_number(view, "height", height_px);
    view_end(view);
}

static gchar *hint_of(View *view, GVariant *snapshot, SceneAction action)
{
    g_autoptr(GVariant) consent = facts_dict(snapshot, "consent");
    g_autofree gchar *most = NULL;

    if (action != SCENE_ACTION_ORDER || consent == NULL)
        return g_strdup(view_say(view, "hint", scene_action_name(action)));
    most = money_format(facts_number(consent, "max_cost_minor"), facts_text(consent, "currency"));
    return g_strdup_printf("%s · %s %s", view_say(view, "hint", "order"),
                           words_label(view->language, "limit"), most);
}

static void put_action(View *view, GVariant *snapshot)
{
    SceneAction action = scene_action(snapshot);
    g_autofree gchar *hint = NULL;

    if (action == SCENE_ACTION_NONE) {
        view_put_null(view, "action");
        return;
    }
    hint = hint_of(view, snapshot, action);
    view_begin(view, "action");
    view_put(view, "name", scene_action_name(action));
    view_put(view, "label", view_say(view, "action", scene_action_name(action)));
    view_put(view, "hint", hint);
    view_put_flag(view, "hold", action == SCENE_ACTION_ORDER || action == SCENE_ACTION_GET_CODE);
    view_end(view);
}

static void put_cards(View *view, GVariant *snapshot)
{
    g_autoptr(GVariant) receipt = facts_dict(snapshot, "receipt");
    const gchar *state = facts_text(snapshot, "journey_state");
    gboolean over = g_str_equal(state, "done") || g_str_equal(state, "settling");

    if (g_str_equal(state, "idle") && scene_reservation_is_open(snapshot))
        around_put_reservation_card(view, snapshot);
    offline_put_card(view, snapshot);
    if (over && receipt != NULL)
        cards_put_receipt(view, NULL, receipt);
    else if (words_find(view->language, "badge_order", state) != NULL || g_str_equal(state, "failed"))
        cards_put_order(view, snapshot);
    if (!over)
        cards_put_pile(view, snapshot);
}

static void put_link(View *view, const gchar *id, const gchar *state)
{
    gboolean good = g_str_equal(state, "running") || g_str_equal(state, "online");
    gboolean quiet = good || g_str_equal(state, "off") || g_str_equal(state, "starting") ||
                     g_str_equal(state, "unknown") || state[0] == '\0';

    view_begin(view, NULL);
    view_put(view, "id", id);
    view_put(view, "label", words_label(view->language, id));
    view_put(view, "text", view_say(view, id, state));
    view_put(view, "tone", good ? "good" : quiet ? "calm" : "bad");
    view_end(view);
}

static void put_consent(View *view, GVariant *snapshot)
{
    static const gchar *const numbers[] = {"max_cost_minor", "max_energy_wh", "max_duration_s"};
    g_autoptr(GVariant) consent = facts_dict(snapshot, "consent");

    if (consent == NULL) {
        view_put_null(view, "consent");
        return;
    }
    view_begin(view, "consent");
    view_put(view, "confirm", facts_text(consent, "confirm"));
    view_put(view, "currency", facts_text(consent, "currency"));
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
        view_put_number(view, numbers[i], facts_number(consent, numbers[i]));
    view_end(view);
}

static const gchar *tone_of(const gchar *state)
{
    static const struct {
        const gchar *state, *tone;
    } tones[] = {
        {"scanning", "active"},
        {"looking_up", "active"},
        {"offered", "attention"},
        {"ordering", "active"},
        {"cancelling", "active"},
        {"charging", "good"},
        {"settling", "good"},
        {"waiting_plug", "attention"},
        {"failed", "bad"},
        {"absent", "bad"},
        {"done", "good"},
        {"reserved", "good"},
        {"offline_offered", "attention"},
        {"offline_asked", "active"},
        {"offline_code", "attention"},
        {"offline_plug", "good"},
        {"offline_waits", "active"},
        {"offline_nothing", "bad"},
        {"reservation_taken", "bad"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(tones); i++) {
        if (g_str_equal(tones[i].state, state))
            return tones[i].tone;
    }
    return "calm";
}

/* What depends on a daemon being there. */
static void put_living(View *view, const ViewInput *input, SceneScreen screen)
{
    GVariant *snapshot = input->snapshot;

    view_put(view, "gear", facts_text(snapshot, "gear"));
    view_put_flag(view, "settable", scene_may_set(snapshot));
    if (screen == SCENE_REVERSING)
        put_badge(view, snapshot);
    else
        view_put_null(view, "badge");
    put_code(view, snapshot);
    put_notices(view, snapshot, screen);
    put_action(view, snapshot);
    cards_put_live(view, input);
    view_begin_list(view, "cards");
    if (screen == SCENE_PARKED)
        put_cards(view, snapshot);
    view_end_list(view);
    offline_put_digits(view, snapshot);
    view_begin_list(view, "links");
    put_link(view, "camera", facts_text(snapshot, "camera_state"));
    put_link(view, "server", facts_text(snapshot, "server_state"));
    view_end_list(view);
    around_put_reservation(view, snapshot);
    around_put(view, snapshot, screen == SCENE_PARKED);
    put_consent(view, snapshot);
    json_builder_set_member_name(view->json, "state");
    json_builder_add_value(view->json, json_gvariant_serialize(snapshot));
}

/* The journey's state; where the network is gone, what can be done without; while it rests, what is reserved.
 */
static const gchar *headline_of(GVariant *snapshot)
{
    const gchar *state = snapshot != NULL ? facts_text(snapshot, "journey_state") : "absent";
    const gchar *offline = snapshot != NULL ? offline_headline(snapshot) : NULL;

    if (offline != NULL)
        return offline;
    if (!g_str_equal(state, "idle") || !scene_reservation_is_open(snapshot))
        return state;
    return scene_reservation_is_taken(snapshot) ? "reservation_taken" : "reserved";
}

gchar *view_print(const ViewInput *input, WordsLanguage language)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    View view = {.json = json, .language = language};
    SceneScreen screen = scene_screen(input->snapshot);
    const gchar *state = headline_of(input->snapshot);
    /* Who drives is told nothing to do with the hands. */
    const gchar *advice = words_find(language, screen == SCENE_MOVING ? "advice_moving" : "advice", state);

    json_builder_begin_object(json);
    view_put(&view, "language", words_language_code(language));
    view_put(&view, "title", words_label(language, "title"));
    view_put(&view, "screen", scene_screen_name(screen));
    view_put(&view, "journey",
             input->snapshot != NULL ? facts_text(input->snapshot, "journey_state") : "absent");
    view_put(&view, "headline", view_say(&view, "state", state));
    view_put(&view, "advice", advice != NULL ? advice : "");
    view_put(&view, "tone", tone_of(state));
    if (input->snapshot != NULL)
        put_living(&view, input, screen);
    else
        view_put_null(&view, "state");
    return view_finish(&view);
}

gchar *view_print_receipt(GVariant *receipt, WordsLanguage language)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    View view = {.json = json, .language = language};

    json_builder_begin_object(json);
    view_put(&view, "language", words_language_code(language));
    cards_put_receipt(&view, "card", receipt);
    return view_finish(&view);
}
