#include "protocol/camera_msg.h"

#include <math.h>
#include <string.h>

#include "protocol/json_gate.h"
#include "protocol/json_read.h"

G_DEFINE_QUARK(camera - msg - error - quark, camera_msg_error)

static const gchar *const type_names[] = {"start",       "stop", "preview", "quit", "ready", "state",
                                          "first_frame", "code", "decoder", "beat", NULL};
static const gchar *const state_names[] = {"off",   "starting", "running", "stalled", "frozen",
                                           "black", "ended",    "fault",   NULL};
static const gchar *const why_names[] = {"late", "killed", "exited", NULL};
static const gchar *const event_names[] = {"replaced", NULL};

G_STATIC_ASSERT(G_N_ELEMENTS(type_names) == CAMERA_MSG_N_TYPES + 1);
G_STATIC_ASSERT(G_N_ELEMENTS(state_names) == CAMERA_STATE_N + 1);
G_STATIC_ASSERT(G_N_ELEMENTS(why_names) == CAMERA_DECODER_N + 1);

void camera_msg_set_detail(CameraMsg *msg, const gchar *text)
{
    g_autofree gchar *clean = g_utf8_make_valid(text, -1);

    g_strlcpy(msg->detail, clean, sizeof msg->detail);
    while (!g_utf8_validate(msg->detail, -1, NULL)) /* cut inside a character */
        msg->detail[strlen(msg->detail) - 1] = '\0';
}

gboolean camera_msg_is_command(CameraMsgType type)
{
    return type <= CAMERA_MSG_QUIT;
}

const gchar *camera_state_name(CameraState state)
{
    g_return_val_if_fail((guint)state < CAMERA_STATE_N, "?");
    return state_names[state];
}

const gchar *camera_decoder_why_name(CameraDecoderWhy why)
{
    g_return_val_if_fail((guint)why < CAMERA_DECODER_N, "?");
    return why_names[why];
}

static gboolean wrong(const gchar *field, const gchar *want, GError **error)
{
    g_set_error(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE, "%s: want %s", field, want);
    return FALSE;
}

static gboolean read_hex(JsonObject *object, CameraMsg *msg, GError **error)
{
    const gchar *hex = NULL;
    gsize len;

    if (!json_read_string(object, "bytes_hex", JSON_REQUIRED, 2 * CAMERA_MSG_CODE_MAX_BYTES, &hex, error))
        return FALSE;
    len = strlen(hex);
    if (len == 0 || len % 2 != 0)
        return wrong("bytes_hex", "an even number of hex digits", error);
    for (gsize i = 0; i < len; i += 2) {
        gint high = g_ascii_xdigit_value(hex[i]), low = g_ascii_xdigit_value(hex[i + 1]);
        if (high < 0 || low < 0)
            return wrong("bytes_hex", "an even number of hex digits", error);
        msg->bytes[i / 2] = (guint8)(high << 4 | low);
    }
    msg->n_bytes = len / 2;
    return TRUE;
}

/* @n numbers between @min and @max; json_read has no reader for arrays of numbers. */
static gboolean read_numbers(JsonObject *object, const gchar *name, guint n, gdouble min, gdouble max,
                             gdouble *values, GError **error)
{
    JsonArray *array = NULL;

    if (!json_read_array(object, name, JSON_REQUIRED, n, FALSE, &array, error))
        return FALSE;
    if (json_array_get_length(array) != n)
        return wrong(name, n == 2 ? "2 numbers" : "8 numbers", error);
    for (guint i = 0; i < n; i++) {
        JsonNode *node = json_array_get_element(array, i);
        GType type = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : G_TYPE_INVALID;
        if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
            return wrong(name, "numbers", error);
        values[i] = type == G_TYPE_INT64 ? (gdouble)json_node_get_int(node) : json_node_get_double(node);
        if (!(values[i] >= min && values[i] <= max))
            return wrong(name, "numbers inside the picture", error);
    }
    return TRUE;
}

static gboolean read_if_there(JsonObject *object, const gchar *name, gdouble min, gdouble max,
                              gboolean *there, gdouble *value, GError **error)
{
    gdouble read = NAN;

    if (!json_read_number(object, name, JSON_OPTIONAL, min, max, &read, error))
        return FALSE;
    *there = !isnan(read);
    *value = *there ? read : 0;
    return TRUE;
}

static gboolean read_code(JsonObject *object, CameraMsg *msg, GError **error)
{
    gdouble frame[2] = {0};
    gint64 agreeing = 0;

    /* A corner may lie a little outside: the code is cut by the edge or its corner was extrapolated. */
    if (!read_hex(object, msg, error) ||
        !read_numbers(object, "quad_px", 8, -CAMERA_MSG_MAX_SIDE_PX, 2 * CAMERA_MSG_MAX_SIDE_PX, msg->quad_px,
                      error) ||
        !read_numbers(object, "frame_px", 2, 1, CAMERA_MSG_MAX_SIDE_PX, frame, error) ||
        !json_read_int(object, "pts_ns", JSON_REQUIRED, 0, G_MAXINT64, &msg->pts_ns, error) ||
        !json_read_int(object, "frames_agreeing", JSON_REQUIRED, 1, G_MAXINT32, &agreeing, error) ||
        !json_read_number(object, "px_per_module", JSON_REQUIRED, 0, CAMERA_MSG_MAX_SIDE_PX,
                          &msg->px_per_module, error))
        return FALSE;
    if (!read_if_there(object, "bearing_deg", -180, 180, &msg->has_bearing, &msg->bearing_deg, error) ||
        !read_if_there(object, "distance_m", 0, CAMERA_MSG_MAX_DISTANCE_M, &msg->has_distance,
                       &msg->distance_m, error))
        return FALSE;
    msg->frame_px[0] = (guint)frame[0];
    msg->frame_px[1] = (guint)frame[1];
    msg->frames_agreeing = (guint)agreeing;
    return TRUE;
}

static gboolean read_state(JsonObject *object, CameraMsg *msg, GError **error)
{
    guint state = 0;

    if (!json_read_enum(object, "state", JSON_REQUIRED, state_names, &state, error))
        return FALSE;
    msg->state = state;
    return json_read_text(object, "detail", JSON_OPTIONAL, msg->detail, sizeof msg->detail, error);
}

static gboolean read_decoder(JsonObject *object, CameraMsg *msg, GError **error)
{
    guint event = 0, why = 0;
    gint64 total = 0;

    if (!json_read_enum(object, "event", JSON_REQUIRED, event_names, &event, error) ||
        !json_read_enum(object, "why", JSON_REQUIRED, why_names, &why, error) ||
        !json_read_int(object, "total", JSON_REQUIRED, 0, G_MAXINT64, &total, error))
        return FALSE;
    msg->why = why;
    msg->total = (guint64)total;
    return TRUE;
}

static gboolean read_body(JsonObject *object, CameraMsg *msg, GError **error)
{
    switch (msg->type) {
    case CAMERA_MSG_STATE:
        return read_state(object, msg, error);
    case CAMERA_MSG_FIRST_FRAME:
        return json_read_int(object, "pts_ns", JSON_REQUIRED, 0, G_MAXINT64, &msg->pts_ns, error) &&
               json_read_int(object, "after_ms", JSON_REQUIRED, 0, G_MAXINT64, &msg->after_ms, error);
    case CAMERA_MSG_CODE:
        return read_code(object, msg, error);
    case CAMERA_MSG_DECODER:
        return read_decoder(object, msg, error);
    default:
        return TRUE;
    }
}

gboolean camera_msg_parse(const gchar *text, gsize len, CameraMsg *msg, GError **error)
{
    g_autoptr(JsonObject) object = NULL;
    const gchar *type = NULL;
    CameraMsg read = {0};

    if (len > CAMERA_MSG_MAX_BYTES) {
        g_set_error(error, JSON_GATE_ERROR, JSON_GATE_ERROR_SYNTAX, "packet of more than %d bytes",
                    CAMERA_MSG_MAX_BYTES);
        return FALSE;
    }
    object = json_gate_parse_object(text, len, error);
    if (object == NULL || !json_read_string(object, "type", JSON_REQUIRED, 32, &type, error))
        return FALSE;
    while (read.type < CAMERA_MSG_N_TYPES && !g_str_equal(type, type_names[read.type]))
        read.type++;
    if (read.type == CAMERA_MSG_N_TYPES) {
        g_set_error_literal(error, CAMERA_MSG_ERROR, CAMERA_MSG_ERROR_UNKNOWN_TYPE, "unknown type");
        return FALSE;
    }
    if (!read_body(object, &read, error))
        return FALSE;
    *msg = read;
    return TRUE;
}

static void print_code(JsonObject *object, const CameraMsg *msg)
{
    static const gchar digits[] = "0123456789abcdef";
    gchar hex[2 * CAMERA_MSG_CODE_MAX_BYTES + 1];
    JsonArray *quad = json_array_sized_new(8), *frame = json_array_sized_new(2);

    for (gsize i = 0; i < msg->n_bytes; i++) {
        hex[2 * i] = digits[msg->bytes[i] >> 4];
        hex[2 * i + 1] = digits[msg->bytes[i] & 15];
    }
    hex[2 * msg->n_bytes] = '\0';
    for (guint i = 0; i < 8; i++)
        json_array_add_double_element(quad, round(msg->quad_px[i] * 8) / 8);
    for (guint i = 0; i < 2; i++)
        json_array_add_int_element(frame, msg->frame_px[i]);
    json_object_set_string_member(object, "bytes_hex", hex);
    json_object_set_array_member(object, "quad_px", quad);
    json_object_set_array_member(object, "frame_px", frame);
    json_object_set_int_member(object, "pts_ns", msg->pts_ns);
    json_object_set_int_member(object, "frames_agreeing", msg->frames_agreeing);
    json_object_set_double_member(object, "px_per_module", round(msg->px_per_module * 64) / 64);
    if (msg->has_bearing)
        json_object_set_double_member(object, "bearing_deg", round(msg->bearing_deg * 100) / 100);
    if (msg->has_distance)
        json_object_set_double_member(object, "distance_m", round(msg->distance_m * 100) / 100);
}

gchar *camera_msg_print(const CameraMsg *msg, gsize *len)
{
    g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
    JsonObject *object = json_object_new();

    g_return_val_if_fail((guint)msg->type < CAMERA_MSG_N_TYPES, NULL);
    g_return_val_if_fail(msg->n_bytes <= CAMERA_MSG_CODE_MAX_BYTES, NULL);
    json_node_take_object(root, object);
    json_object_set_string_member(object, "type", type_names[msg->type]);
    switch (msg->type) {
    case CAMERA_MSG_STATE:
        json_object_set_string_member(object, "state", camera_state_name(msg->state));
        json_object_set_string_member(object, "detail", msg->detail);
        break;
    case CAMERA_MSG_FIRST_FRAME:
        json_object_set_int_member(object, "pts_ns", msg->pts_ns);
        json_object_set_int_member(object, "after_ms", msg->after_ms);
        break;
    case CAMERA_MSG_CODE:
        print_code(object, msg);
        break;
    case CAMERA_MSG_DECODER:
        json_object_set_string_member(object, "event", event_names[0]);
        json_object_set_string_member(object, "why", camera_decoder_why_name(msg->why));
        json_object_set_int_member(object, "total", (gint64)msg->total);
        break;
    default:
        break;
    }
    return json_gate_print(root, len);
}
