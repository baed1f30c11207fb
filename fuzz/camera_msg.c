/* Packets of the socketpair between daemon and camera: whatever parses must print and parse again to the
 * same. */
#include <string.h>

#include "protocol/camera_msg.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    CameraMsg msg = {0}, back;
    g_autofree gchar *detail = g_strndup((const gchar *)data, size);
    gsize len = 0;

    camera_msg_set_detail(&msg, detail); /* an error's text, maybe of a driver */
    if (!g_utf8_validate(msg.detail, -1, NULL))
        __builtin_trap();
    if (camera_msg_parse((const gchar *)data, size, &msg, NULL)) {
        if (camera_msg_is_command(msg.type) && msg.type > CAMERA_MSG_QUIT)
            __builtin_trap();
        g_autofree gchar *text = camera_msg_print(&msg, &len);
        g_autofree gchar *again = NULL;
        if (len > CAMERA_MSG_MAX_BYTES || !camera_msg_parse(text, len, &back, NULL))
            __builtin_trap();
        again = camera_msg_print(&back, NULL);
        if (strcmp(text, again) != 0)
            __builtin_trap();
    }
    return 0;
}
