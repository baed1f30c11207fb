/* Decoder child: the loop of the sandboxed process. One request, one look, one reply; EOF ends it. */
#pragma once

#include "base/gray_frame.h"
#include "protocol/decoder_msg.h"

/* The fds that the camera process hands over (decoder_process.c). */
#define DECODER_CHILD_SOCKET_FD 3
#define DECODER_CHILD_FRAMES_FD 4

/* Fills in the codes of @reply; they are zeroed before. @budget_us: see DecoderRequest */
typedef void (*DecoderLook)(const GrayFrame *frame, guint32 budget_us, DecoderReply *reply, gpointer data);

/**
 * decoder_child_run:
 * @look: called inside the sandbox. Whatever it loads lazily must be warm before this call.
 *
 * Returns: the exit status: 0 after EOF. Leave with _exit(): inside the sandbox little else works.
 */
int decoder_child_run(DecoderLook look, gpointer data);
