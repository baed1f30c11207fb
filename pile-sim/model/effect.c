#include "pile-sim/model/effect.h"

static void effect_clear(gpointer data)
{
    Effect *effect = data;

    g_free(effect->name);
    g_free(effect->text);
    g_clear_pointer(&effect->payload, json_object_unref);
}

GArray *effects_new(void)
{
    GArray *effects = g_array_new(FALSE, TRUE, sizeof(Effect));

    g_array_set_clear_func(effects, effect_clear);
    return effects;
}

static Effect *append(GArray *effects, EffectType type)
{
    Effect effect = {.type = type};

    g_array_append_val(effects, effect);
    return &g_array_index(effects, Effect, effects->len - 1);
}

void effects_store(GArray *effects, const gchar *name, gchar *text)
{
    Effect *effect = append(effects, EFFECT_STORE);

    effect->name = g_strdup(name);
    effect->text = text;
}

void effects_enqueue(GArray *effects, gint64 id, OcppAction action, const gchar *payload,
                     const gchar *subject)
{
    Effect *effect = append(effects, EFFECT_ENQUEUE);

    effect->id = id;
    effect->action = action;
    effect->name = g_strdup(subject);
    effect->text = g_strdup(payload);
}

void effects_dequeue(GArray *effects, gint64 id)
{
    append(effects, EFFECT_DEQUEUE)->id = id;
}

void effects_seal(GArray *effects, const gchar *name, gint64 generation)
{
    Effect *effect = append(effects, EFFECT_SEAL);

    effect->name = g_strdup(name);
    effect->number = generation;
}

void effects_call(GArray *effects, gint64 id, OcppAction action, const gchar *payload)
{
    Effect *effect = append(effects, EFFECT_CALL);

    effect->id = id;
    effect->action = action;
    effect->text = g_strdup(payload);
}

void effects_answer(GArray *effects, JsonObject *payload)
{
    append(effects, EFFECT_ANSWER)->payload = payload;
}

void effects_refuse(GArray *effects, OcppErrorCode code, const gchar *why)
{
    Effect *effect = append(effects, EFFECT_REFUSE);

    effect->code = code;
    effect->text = g_strdup(why);
}

void effects_password(GArray *effects, const gchar *password)
{
    append(effects, EFFECT_PASSWORD)->text = g_strdup(password);
}

void effects_simple(GArray *effects, EffectType type, gint64 number)
{
    append(effects, type)->number = number;
}

void effects_note(GArray *effects, const gchar *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    append(effects, EFFECT_NOTE)->text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
}
