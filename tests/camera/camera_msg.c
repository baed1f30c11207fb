/* What daemon and camera process may say to each other. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocol/camera_msg.h"
#include "protocol/json_gate.h"
#include "protocol/json_read.h"

static gboolean parses(const gchar *text, CameraMsg *msg)
{
    g_autoptr(GError) error = NULL;
    gboolean ok = camera_msg_parse(text, strlen(text), msg, &error);

    cr_assert_eq(ok, error == NULL);
    return ok;
}

#define CODE_HEAD "{\"type\":\"code\",\"bytes_hex\":\"4142ff\","
#define CODE_QUAD "\"quad_px\":[1,2,30.5,2,30,40,-1,40],\"frame_px\":[640,480],"
#define CODE_TAIL "\"pts_ns\":12,\"frames_agreeing\":3,\"px_per_module\":2.5}"

Test(camera_msg, commands_have_no_fields)
{
    static const gchar *const texts[] = {"{\"type\":\"start\"}", "{\"type\":\"stop\"}",
                                         "{\"type\":\"preview\"}", "{\"type\":\"quit\"}"};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        CameraMsg msg;
        cr_assert(parses(texts[i], &msg));
        cr_expect_eq(msg.type, CAMERA_MSG_START + i);
        cr_expect(camera_msg_is_command(msg.type));
    }
    cr_expect_not(camera_msg_is_command(CAMERA_MSG_READY));
}

Test(camera_msg, a_code_carries_any_bytes_its_corners_and_how_sure_it_is)
{
    CameraMsg msg;

    cr_assert(parses(CODE_HEAD CODE_QUAD CODE_TAIL, &msg));
    cr_expect_eq(msg.type, CAMERA_MSG_CODE);
    cr_expect_eq(msg.n_bytes, 3);
    cr_expect_arr_eq(msg.bytes, "AB\xff", 3);
    cr_expect_eq(msg.quad_px[2], 30.5);
    cr_expect_eq(msg.quad_px[6], -1);
    cr_expect_eq(msg.frame_px[0], 640);
    cr_expect_eq(msg.pts_ns, 12);
    cr_expect_eq(msg.frames_agreeing, 3);
    cr_expect_eq(msg.px_per_module, 2.5);
    cr_expect_not(msg.has_bearing);
    cr_expect_not(msg.has_distance);
}

Test(camera_msg, a_code_may_say_where_it_is)
{
    CameraMsg msg;
    const gchar *where = CODE_HEAD CODE_QUAD "\"bearing_deg\":-12.5,\"distance_m\":3," CODE_TAIL;
    const gchar *beyond = CODE_HEAD CODE_QUAD "\"distance_m\":101," CODE_TAIL;
    const gchar *null = CODE_HEAD CODE_QUAD "\"bearing_deg\":null," CODE_TAIL;

    cr_assert(parses(where, &msg));
    cr_expect(msg.has_bearing && msg.has_distance);
    cr_expect_eq(msg.bearing_deg, -12.5);
    cr_expect_eq(msg.distance_m, 3);
    cr_expect_not(parses(beyond, &msg));
    cr_assert(parses(null, &msg));
    cr_expect_not(msg.has_bearing);
}

Test(camera_msg, every_message_survives_printing_and_parsing)
{
    for (guint type = 0; type < CAMERA_MSG_N_TYPES; type++) {
        CameraMsg msg = {.type = type,
                         .state = CAMERA_STATE_BLACK,
                         .detail = "a \"cap\"",
                         .pts_ns = 5,
                         .after_ms = 7,
                         .bytes = {0, 255},
                         .n_bytes = 2,
                         .quad_px = {1.125, 2, 3, 4, 5, 6, 7, 8},
                         .frame_px = {1280, 720},
                         .frames_agreeing = 2,
                         .px_per_module = 1.5,
                         .has_bearing = TRUE,
                         .bearing_deg = 7.25,
                         .has_distance = TRUE,
                         .distance_m = 2.5,
                         .why = CAMERA_DECODER_EXITED,
                         .total = 9};
        CameraMsg back;
        gsize len = 0;
        g_autofree gchar *text = camera_msg_print(&msg, &len);
        g_autofree gchar *again = NULL;

        cr_assert_eq(len, strlen(text));
        cr_assert(parses(text, &back), "%s", text);
        cr_expect_eq(back.type, type);
        again = camera_msg_print(&back, NULL);
        cr_expect_str_eq(text, again);
    }
}

Test(camera_msg, the_longest_code_fits_into_a_packet)
{
    CameraMsg msg = {.type = CAMERA_MSG_CODE,
                     .n_bytes = CAMERA_MSG_CODE_MAX_BYTES,
                     .frame_px = {1, 1},
                     .frames_agreeing = 1,
                     .px_per_module = 1.0 / 3};
    CameraMsg back;
    gsize len = 0;
    g_autofree gchar *text = camera_msg_print(&msg, &len);

    cr_assert_leq(len, CAMERA_MSG_MAX_BYTES);
    cr_assert(parses(text, &back));
    cr_expect_eq(back.n_bytes, CAMERA_MSG_CODE_MAX_BYTES);
}

Test(camera_msg, states_and_decoder_events_are_lists_of_known_words)
{
    CameraMsg msg;

    cr_assert(parses("{\"type\":\"state\",\"state\":\"frozen\",\"detail\":null}", &msg));
    cr_expect_eq(msg.state, CAMERA_STATE_FROZEN);
    cr_expect_str_empty(msg.detail);
    cr_expect_not(parses("{\"type\":\"state\",\"state\":\"sleepy\"}", &msg));
    cr_assert(parses("{\"type\":\"decoder\",\"event\":\"replaced\",\"why\":\"late\",\"total\":4}", &msg));
    cr_expect_eq(msg.total, 4);
    cr_expect_not(
        parses("{\"type\":\"decoder\",\"event\":\"replaced\",\"why\":\"tired\",\"total\":4}", &msg));
    cr_expect_not(
        parses("{\"type\":\"decoder\",\"event\":\"replaced\",\"why\":\"late\",\"total\":-1}", &msg));
}

Test(camera_msg, a_wrong_field_is_an_error_that_names_it)
{
    static const struct {
        const gchar *text, *names;
    } rows[] = {
        {"{\"type\":\"code\",\"bytes_hex\":\"\"," CODE_QUAD CODE_TAIL, "bytes_hex"},
        {"{\"type\":\"code\",\"bytes_hex\":\"abc\"," CODE_QUAD CODE_TAIL, "bytes_hex"},
        {"{\"type\":\"code\",\"bytes_hex\":\"zz\"," CODE_QUAD CODE_TAIL, "bytes_hex"},
        {"{\"type\":\"code\",\"bytes_hex\":7," CODE_QUAD CODE_TAIL, "bytes_hex"},
        {CODE_HEAD "\"quad_px\":[1,2,3,4,5,6,7],\"frame_px\":[640,480]," CODE_TAIL, "quad_px"},
        {CODE_HEAD "\"quad_px\":[1,2,3,4,5,6,7,8,9],\"frame_px\":[640,480]," CODE_TAIL, "quad_px"},
        {CODE_HEAD "\"quad_px\":[1,2,3,4,5,6,7,1e9],\"frame_px\":[640,480]," CODE_TAIL, "quad_px"},
        {CODE_HEAD "\"quad_px\":[1,2,3,4,5,6,7,\"8\"],\"frame_px\":[640,480]," CODE_TAIL, "quad_px"},
        {CODE_HEAD "\"quad_px\":[1,2,3,4,5,6,7,[8]],\"frame_px\":[640,480]," CODE_TAIL, "quad_px"},
        {CODE_HEAD "\"quad_px\":[1,2,3,4,5,6,7,8],\"frame_px\":[0,480]," CODE_TAIL, "frame_px"},
        {CODE_HEAD CODE_QUAD "\"pts_ns\":-1,\"frames_agreeing\":3,\"px_per_module\":2.5}", "pts_ns"},
        {CODE_HEAD CODE_QUAD "\"pts_ns\":1,\"frames_agreeing\":0,\"px_per_module\":2.5}", "frames_agreeing"},
        {CODE_HEAD CODE_QUAD "\"pts_ns\":1,\"frames_agreeing\":1,\"px_per_module\":-2}", "px_per_module"},
        {"{\"type\":\"first_frame\",\"pts_ns\":1}", "after_ms"},
        {"{\"state\":\"off\"}", "type"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        CameraMsg msg = {.total = 77};
        cr_expect_not(camera_msg_parse(rows[i].text, strlen(rows[i].text), &msg, &error), "%s", rows[i].text);
        cr_assert_not_null(error);
        cr_expect_eq(error->domain, JSON_READ_ERROR);
        cr_expect_not_null(strstr(error->message, rows[i].names), "%s: %s", rows[i].text, error->message);
        cr_expect_eq(msg.total, 77, "untouched");
    }
}

Test(camera_msg, more_than_512_bytes_of_code_or_16_KiB_of_packet_are_refused)
{
    g_autofree gchar *hex = g_strnfill(1026, 'a');
    g_autofree gchar *code =
        g_strdup_printf("{\"type\":\"code\",\"bytes_hex\":\"%s\"," CODE_QUAD CODE_TAIL, hex);
    g_autofree gchar *blanks = g_strnfill(CAMERA_MSG_MAX_BYTES, ' ');
    g_autofree gchar *packet = g_strconcat("{\"type\":\"stop\"}", blanks, NULL);
    CameraMsg msg;

    cr_expect_not(parses(code, &msg));
    cr_expect_not(parses(packet, &msg));
}

Test(camera_msg, a_detail_is_cut_to_whole_characters)
{
    CameraMsg msg = {.type = CAMERA_MSG_STATE}, back;
    g_autofree gchar *long_text = g_strnfill(CAMERA_MSG_DETAIL_MAX_BYTES - 1, 'x');
    g_autofree gchar *text = g_strconcat(long_text, "\u00fc\u00fc", NULL);
    g_autofree gchar *packet = NULL;

    camera_msg_set_detail(&msg, text);
    cr_expect_str_eq(msg.detail, long_text);
    camera_msg_set_detail(&msg, "not\xffUTF-8");
    packet = camera_msg_print(&msg, NULL);
    cr_expect(parses(packet, &back));
}

Test(camera_msg, a_type_of_a_newer_peer_can_be_told_from_an_error)
{
    g_autoptr(GError) error = NULL;
    const gchar *text = "{\"type\":\"zoom\"}";
    CameraMsg msg;

    cr_expect_not(camera_msg_parse(text, strlen(text), &msg, &error));
    cr_expect(g_error_matches(error, CAMERA_MSG_ERROR, CAMERA_MSG_ERROR_UNKNOWN_TYPE));
}

Test(camera_msg, anything_but_one_strict_json_object_is_refused)
{
    static const gchar *const texts[] = {"", "[]", "start", "{\"type\":\"stop\"}{}",
                                         "{\"type\":\"stop\",\"type\":\"start\"}"};
    CameraMsg msg;

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        cr_expect_not(parses(texts[i], &msg), "%s", texts[i]);
}
