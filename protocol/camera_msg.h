/* Camera messages: what daemon and camera process tell each other, one JSON object a packet.
 * Wire contract: protocol/README.md, section 6. Pure. The camera process handles pixels that strangers
 * choose, so the daemon reads its messages as hostile bytes.
 */
#pragma once

#include <glib.h>

#define CAMERA_MSG_MAX_BYTES (16 * 1024)
#define CAMERA_MSG_CODE_MAX_BYTES                                                                            \
    512 /* = QR: whole text, protocol/README.md section 1; longer codes are not reported */
#define CAMERA_MSG_DETAIL_MAX_BYTES 200
#define CAMERA_MSG_MAX_SIDE_PX 16384
#define CAMERA_MSG_MAX_DISTANCE_M 100

/**
 * CameraMsgError:
 * @CAMERA_MSG_ERROR_UNKNOWN_TYPE: well formed, but a type we do not know: a newer peer; ignore it
 *
 * Everything else that is wrong is a #JsonGateError or a #JsonReadError.
 */
typedef enum {
    CAMERA_MSG_ERROR_UNKNOWN_TYPE,
} CameraMsgError;
#define CAMERA_MSG_ERROR (camera_msg_error_quark())
GQuark camera_msg_error_quark(void);

typedef enum {
    /* to the camera */
    CAMERA_MSG_START,
    CAMERA_MSG_STOP,
    CAMERA_MSG_PREVIEW, /* with one fd (SCM_RIGHTS): the write end of a pipe, see camera/preview.h */
    CAMERA_MSG_QUIT,
    /* from the camera */
    CAMERA_MSG_READY,       /* the camera process is up; the decoder is warm */
    CAMERA_MSG_STATE,       /* @state, @detail */
    CAMERA_MSG_FIRST_FRAME, /* @pts_ns, @after_ms */
    CAMERA_MSG_CODE,        /* @bytes .. @distance_m */
    CAMERA_MSG_DECODER,     /* @why, @total */
    CAMERA_MSG_BEAT,        /* twice a second between start and stop: the process lives */
    CAMERA_MSG_N_TYPES
} CameraMsgType;

typedef enum {
    CAMERA_STATE_OFF,      /* not asked to run */
    CAMERA_STATE_STARTING, /* asked to run, no frame yet */
    CAMERA_STATE_RUNNING,  /* frames arrive and change */
    CAMERA_STATE_STALLED,  /* no frame for the stall timeout; being reopened */
    CAMERA_STATE_FROZEN,   /* frames arrive, all the same */
    CAMERA_STATE_BLACK,    /* frames arrive without light: lens covered, sensor off */
    CAMERA_STATE_ENDED,    /* a file was played to its end; the last picture stays */
    CAMERA_STATE_FAULT,    /* cannot be opened; tried again with back-off; @detail says why */
    CAMERA_STATE_N
} CameraState;

typedef enum {
    CAMERA_DECODER_LATE,   /* a frame took longer than the deadline: killed by us */
    CAMERA_DECODER_KILLED, /* by a signal: crash, or a call that its sandbox forbids */
    CAMERA_DECODER_EXITED,
    CAMERA_DECODER_N
} CameraDecoderWhy;

typedef struct {
    CameraMsgType type;
    CameraState state;
    gchar detail[CAMERA_MSG_DETAIL_MAX_BYTES + 1]; /* for people; may be empty; UTF-8 */
    gint64 pts_ns;                                 /* frame time on the camera's clock; >= 0 */
    gint64 after_ms;                               /* from "start" to the first frame */
    guint8 bytes[CAMERA_MSG_CODE_MAX_BYTES];       /* what the code says; any bytes */
    gsize n_bytes;                                 /* 1..CAMERA_MSG_CODE_MAX_BYTES */
    gdouble quad_px[8];    /* x0,y0..x3,y3: top left, top right, bottom right, bottom left of the code */
    guint frame_px[2];     /* width, height; 1..CAMERA_MSG_MAX_SIDE_PX */
    guint frames_agreeing; /* >= 1: frames of late in which the same bytes were read */
    gdouble px_per_module;
    gboolean has_bearing; /* the lens is known: @bearing_deg is set */
    gdouble bearing_deg;  /* from the way the car reverses to the code, along the ground; right is positive */
    gboolean has_distance; /* the height of the camera is known too: @distance_m is set */
    gdouble distance_m;    /* along the ground; an estimate */
    CameraDecoderWhy why;
    guint64 total; /* decoders replaced since the camera process started */
} CameraMsg;

/**
 * camera_msg_parse:
 * @text: (array length=len): one packet; need not be NUL-terminated
 * @msg: (out caller-allocates): fields that do not belong to the type are zero; untouched on failure
 * @error: a #CameraMsgError, #JsonGateError or #JsonReadError
 */
gboolean camera_msg_parse(const gchar *text, gsize len, CameraMsg *msg, GError **error);

/* Returns: (transfer full): the packet; @len (out) (optional) in bytes, at most %CAMERA_MSG_MAX_BYTES.
 * Quads are rounded to 1/8 px, px per module to 1/64, bearing and distance to 1/100, so that the text stays
 * short. */
gchar *camera_msg_print(const CameraMsg *msg, gsize *len);

/* Takes as much of @text as fits, whole characters, valid UTF-8. */
void camera_msg_set_detail(CameraMsg *msg, const gchar *text);

/* TRUE for the types that the daemon sends: the other end must ignore them. */
gboolean camera_msg_is_command(CameraMsgType type);

/* "running" and so on, as on the wire. (transfer none) */
const gchar *camera_state_name(CameraState state);
const gchar *camera_decoder_why_name(CameraDecoderWhy why);
