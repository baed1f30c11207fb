#include "camera/decoder/decoder_child.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "camera/decoder/sandbox.h"
#include "camera/decoder/shared_frames.h"

static gboolean reply_with(const DecoderReply *reply)
{
    gssize size = (gssize)decoder_reply_size(reply);

    return send(DECODER_CHILD_SOCKET_FD, reply, (gsize)size, MSG_NOSIGNAL) == size;
}

static int fail(const gchar *what)
{
    /* Plain stdio: g_log could open things. */
    fprintf(stderr, "rearcharge-decoder: %s: %s\n", what, strerror(errno));
    return 1;
}

int decoder_child_run(DecoderLook look, gpointer data)
{
    SharedFrames frames = SHARED_FRAMES_INIT;
    DecoderReply reply = {.type = DECODER_REPLY_READY};
    guint8 packet[sizeof(DecoderRequest) + 1];
    DecoderRequest request;
    gssize len;

    /* Nothing that the camera process has open is ours: cameras, displays. */
    if (close_range(DECODER_CHILD_FRAMES_FD + 1, G_MAXUINT, 0) != 0 && errno != ENOSYS)
        return fail("close_range");
    /* A hog must not outlive the camera process, which alone would stop it. When that died before this line,
     * its socket has ended, and no request is in it: requests follow our READY. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
        return fail("PR_SET_PDEATHSIG");
    if (!shared_frames_open(&frames, DECODER_CHILD_FRAMES_FD))
        return fail("shared frames");
    if (!sandbox_enter())
        return fail("sandbox");
    if (!reply_with(&reply))
        return 1;
    while ((len = recv(DECODER_CHILD_SOCKET_FD, packet, sizeof packet, 0)) > 0) {
        if (!decoder_request_parse(packet, (gsize)len, SHARED_FRAMES_SLOTS, SHARED_FRAMES_SLOT_BYTES,
                                   &request))
            return 1;
        const GrayFrame frame = {.pixels = shared_frames_slot(&frames, request.slot),
                                 .width_px = request.width_px,
                                 .height_px = request.height_px,
                                 .stride_bytes = request.width_px,
                                 .pts_ns = request.pts_ns};
        memset(&reply, 0, sizeof reply);
        reply.type = DECODER_REPLY_RESULT;
        reply.frame_no = request.frame_no;
        look(&frame, request.budget_us, &reply, data);
        if (!reply_with(&reply))
            return 1;
    }
    return len == 0 ? 0 : 1;
}
