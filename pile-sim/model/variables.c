#include "pile-sim/model/variables.h"

#include <string.h>

static void variables_forget(Variables *self, VariableId id)
{
    g_clear_pointer(&self->value[id], g_free);
    g_clear_pointer(&self->next[id], g_free);
}

void variables_clear(Variables *self)
{
    for (guint id = 0; id < VARIABLES_N; id++)
        variables_forget(self, id);
}

static gboolean same(const gchar *a, const gchar *b)
{
    return g_ascii_strcasecmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

OcppVariableStatus variables_find(const OcppVariableName *name, VariableId *id)
{
    OcppVariableStatus status = OCPP_VARIABLE_UNKNOWN_COMPONENT;

    if (name->component_instance[0] != '\0' || name->evse.present)
        return status;
    for (guint i = 0; i < VARIABLES_N; i++) {
        if (!same(variable_spec(i)->component, name->component))
            continue;
        status = OCPP_VARIABLE_UNKNOWN_VARIABLE;
        if (same(variable_spec(i)->variable, name->variable) &&
            same(variable_spec(i)->variable_instance, name->variable_instance)) {
            *id = i;
            return OCPP_VARIABLE_ACCEPTED;
        }
    }
    return status;
}

const gchar *variables_get(const Variables *self, VariableId id)
{
    return self->value[id] != NULL ? self->value[id] : variable_spec(id)->standard;
}

const gchar *variables_told(const Variables *self, VariableId id)
{
    return self->next[id] != NULL ? self->next[id] : variables_get(self, id);
}

void variables_boot(Variables *self)
{
    for (guint id = 0; id < VARIABLES_N; id++) {
        if (self->next[id] == NULL)
            continue;
        g_free(self->value[id]);
        self->value[id] = g_steal_pointer(&self->next[id]);
    }
}

gint64 variables_get_int(const Variables *self, VariableId id)
{
    return g_ascii_strtoll(variables_get(self, id), NULL, 10);
}

gboolean variables_get_boolean(const Variables *self, VariableId id)
{
    return same(variables_get(self, id), "true");
}

/* Which of @spec's values @list names. Returns: FALSE when it names another one, or one twice. */
static gboolean read_members(const VariableSpec *spec, const gchar *list, guint *members)
{
    g_auto(GStrv) known = g_strsplit(spec->values != NULL ? spec->values : "", ",", -1);
    g_auto(GStrv) given = g_strsplit(list, ",", -1);

    *members = 0;
    for (guint i = 0; given[i] != NULL; i++) {
        guint bit = 0;

        g_strstrip(given[i]);
        while (known[bit] != NULL && !same(known[bit], given[i]))
            bit++;
        if (known[bit] == NULL || (*members & (1u << bit)))
            return FALSE;
        *members |= 1u << bit;
    }
    return TRUE;
}

guint variables_get_members(const Variables *self, VariableId id)
{
    guint members = 0;

    read_members(variable_spec(id), variables_get(self, id), &members);
    return members;
}

static gboolean is_text(const VariableSpec *spec, const gchar *value)
{
    gsize len = strlen(value);

    if (len == 0 && (spec->flags & VARIABLE_MAY_BE_EMPTY))
        return TRUE;
    for (const gchar *p = value; (spec->flags & VARIABLE_NO_SPACE) && *p != '\0'; p++)
        if (!g_ascii_isgraph(*p))
            return FALSE;
    return (gint64)len >= spec->min && (gint64)len <= MIN(spec->max, OCPP_SET_VARIABLE_VALUE_CHARS);
}

/* Digits, one sign and one point: g_ascii_strtod() alone would take "inf" and "0x1p3" too. */
static gboolean is_decimal(const VariableSpec *spec, const gchar *value)
{
    gdouble number = 0;

    if (strlen(value) > 20 || strspn(value, "-0123456789.") != strlen(value) ||
        strpbrk(value, "0123456789") == NULL || strchr(value, '.') != strrchr(value, '.') ||
        strrchr(value, '-') > value)
        return FALSE;
    number = g_ascii_strtod(value, NULL);
    return number >= (gdouble)spec->min && number <= (gdouble)spec->max;
}

static gboolean is_valid(const VariableSpec *spec, const gchar *value)
{
    gint64 number = 0;
    guint members = 0;

    if (spec->check != NULL)
        return strlen(value) <= OCPP_SET_VARIABLE_VALUE_CHARS && spec->check(value);
    switch (spec->type) {
    case OCPP_DATA_INTEGER:
        return strlen(value) < 20 && g_ascii_string_to_signed(value, 10, spec->min, spec->max, &number, NULL);
    case OCPP_DATA_BOOLEAN:
        return same(value, "true") || same(value, "false");
    case OCPP_DATA_DECIMAL:
        return is_decimal(spec, value);
    case OCPP_DATA_MEMBER_LIST:
    case OCPP_DATA_SEQUENCE_LIST:
        return read_members(spec, value, &members) && (spec->min == 0 || members != 0);
    case OCPP_DATA_OPTION_LIST:
        return strchr(value, ',') == NULL && read_members(spec, value, &members) && members != 0;
    default:
        return is_text(spec, value);
    }
}

gboolean variables_put(Variables *self, VariableId id, const gchar *value)
{
    const VariableSpec *spec = variable_spec(id);

    if (spec->mutability != OCPP_MUTABILITY_READ_ONLY && !is_valid(spec, value))
        return FALSE;
    variables_forget(self, id);
    self->value[id] = g_strdup(value);
    return TRUE;
}

OcppVariableStatus variables_set(Variables *self, VariableId id, const gchar *value)
{
    const VariableSpec *spec = variable_spec(id);

    if (spec->mutability == OCPP_MUTABILITY_READ_ONLY || !is_valid(spec, value))
        return OCPP_VARIABLE_REJECTED;
    if (!(spec->flags & VARIABLE_AFTER_REBOOT)) {
        variables_put(self, id, value);
        return OCPP_VARIABLE_ACCEPTED;
    }
    g_free(self->next[id]);
    self->next[id] = g_strdup(value);
    return OCPP_VARIABLE_REBOOT_REQUIRED;
}

void variables_name(VariableId id, OcppVariableName *name)
{
    *name = (OcppVariableName){0};
    g_strlcpy(name->component, variable_spec(id)->component, sizeof name->component);
    g_strlcpy(name->variable, variable_spec(id)->variable, sizeof name->variable);
    if (variable_spec(id)->variable_instance != NULL)
        g_strlcpy(name->variable_instance, variable_spec(id)->variable_instance,
                  sizeof name->variable_instance);
}

/* "TxCtrlr.TxStartPoint", "OCPPCommCtrlr.MessageAttempts.TransactionEvent": the key in storage. */
static gchar *storage_key(const VariableSpec *spec)
{
    return g_strjoin(".", spec->component, spec->variable, spec->variable_instance, NULL);
}

JsonObject *variables_to_json(const Variables *self)
{
    JsonObject *json = json_object_new();

    for (guint id = 0; id < VARIABLES_N; id++) {
        g_autofree gchar *key = storage_key(variable_spec(id));

        if ((self->value[id] != NULL || self->next[id] != NULL) &&
            variable_spec(id)->mutability != OCPP_MUTABILITY_READ_ONLY)
            json_object_set_string_member(json, key, variables_told(self, id));
    }
    return json;
}

void variables_from_json(Variables *self, JsonObject *json)
{
    for (guint id = 0; id < VARIABLES_N; id++) {
        g_autofree gchar *key = storage_key(variable_spec(id));
        JsonNode *node = json_object_get_member(json, key);

        if (node != NULL && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING &&
            variable_spec(id)->mutability != OCPP_MUTABILITY_READ_ONLY)
            variables_put(self, id, json_node_get_string(node));
    }
}
