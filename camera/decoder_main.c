/* rearcharge-decoder: the child of rearcharge-camera that looks at pictures. Started by it, not by hand. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "camera/decoder/decoder_child.h"
#include "camera/frame_clock.h"
#include "camera/vision/vision.h"

#define WARM_SIDE 21
#define WARM_MODULE_PX 6
#define WARM_BORDER 5
#define WARM_PX ((WARM_SIDE + 2 * WARM_BORDER) * WARM_MODULE_PX)

/* A version 1 code that says "warm", a row a number, lowest bit left. Reading it makes ZBar's iconv load its
 * converters, and malloc its arenas, before the sandbox forbids opening files. */
static const guint32 warm_rows[WARM_SIDE] = {
    0x1fd37f, 0x104541, 0x174a5d, 0x174b5d, 0x17445d, 0x104441, 0x1fd57f,
    0x000300, 0x1a42ed, 0x149113, 0x19f0d0, 0x12342c, 0x0b2fe5, 0x0aa500,
    0x05677f, 0x067f41, 0x1e4a5d, 0x0f255d, 0x07295d, 0x135a41, 0x009b7f,
};

typedef struct {
    Vision *vision;
    VisionTracker *tracker;
    FrameClock clock;
    Detections found;
} Eye;

static gboolean warm_up(Eye *eye)
{
    static guint8 picture[WARM_PX * WARM_PX];
    const GrayFrame frame = {
        .pixels = picture, .width_px = WARM_PX, .height_px = WARM_PX, .stride_bytes = WARM_PX};

    memset(picture, 255, sizeof picture);
    for (guint y = 0; y < WARM_SIDE * WARM_MODULE_PX; y++)
        for (guint x = 0; x < WARM_SIDE * WARM_MODULE_PX; x++)
            if (warm_rows[y / WARM_MODULE_PX] >> (x / WARM_MODULE_PX) & 1)
                picture[(y + WARM_BORDER * WARM_MODULE_PX) * WARM_PX + x + WARM_BORDER * WARM_MODULE_PX] = 0;
    return vision_look(eye->vision, &frame, &eye->found, NULL) == 1;
}

static void look(const GrayFrame *frame, guint32 budget_us, DecoderReply *reply, gpointer data)
{
    Eye *eye = data;

    if (!gray_frame_is_valid(frame))
        return;
    vision_limit(eye->vision, budget_us > 0 ? frame_clock_left : NULL, &eye->clock);
    frame_clock_begin(&eye->clock, budget_us);
    vision_follow(eye->vision, eye->tracker, frame, &eye->found, NULL);
    frame_clock_end(&eye->clock);
    for (guint i = 0; i < eye->found.n && reply->n_codes < DECODER_MSG_CODES_MAX; i++) {
        const Detection *detection = &eye->found.item[i];
        DecoderCode *code = &reply->code[reply->n_codes];
        if (detection->n_bytes > DECODER_MSG_CODE_MAX_BYTES)
            continue; /* longer codes are not ours: protocol/README.md, section 1 */
        memcpy(code->bytes, detection->bytes, detection->n_bytes);
        code->n_bytes = (guint32)detection->n_bytes;
        memcpy(code->quad_px, detection->quad_px, sizeof code->quad_px);
        code->px_per_module = detection->px_per_module;
        reply->n_codes++;
    }
}

int main(int argc, char **argv)
{
    static Eye eye;

    eye.vision = vision_new();
    eye.tracker = vision_tracker_new();
    frame_budget_init(&eye.clock.budget, FRAME_BUDGET_DEFAULT_US);
    if (argc > 1 || !warm_up(&eye)) {
        fprintf(stderr, argc > 1 ? "rearcharge-decoder: started by rearcharge-camera, takes no arguments\n"
                                 : "rearcharge-decoder: cannot read its own code\n");
        _exit(2);
    }
    _exit(decoder_child_run(look, &eye));
}
