/* Voucher: the server's promise to pay for one charge, fetched by a car while it had network and presented to
 * a pile when neither has (protocol/README.md, section 9). Signed with Ed25519; the pile challenges the car
 * to prove that it holds the voucher's key, so a copied voucher is worth nothing.
 *
 * Pure: bytes to checked values and back. Whether it has expired or was used is the caller's to know.
 */
#pragma once

#include <glib.h>

#define VOUCHER_ID_BYTES 37 /* UUID and NUL; what the transaction's idToken says */
#define VOUCHER_KEY_BYTES 32
#define VOUCHER_SECRET_BYTES 64 /* libsodium's form: seed and public key */
#define VOUCHER_SEED_BYTES 32
#define VOUCHER_CHALLENGE_BYTES 32
#define VOUCHER_TEXT_CHARS 178 /* base64url of 133 bytes */
#define VOUCHER_ANSWER_CHARS 86
#define VOUCHER_KEY_CHARS 43

/**
 * VoucherError:
 * @VOUCHER_ERROR_MALFORMED: not the text of a voucher, key or answer
 * @VOUCHER_ERROR_UNSUPPORTED: another version
 * @VOUCHER_ERROR_SIGNATURE: not signed by the key in hand, or altered
 */
typedef enum {
    VOUCHER_ERROR_MALFORMED,
    VOUCHER_ERROR_UNSUPPORTED,
    VOUCHER_ERROR_SIGNATURE,
} VoucherError;
#define VOUCHER_ERROR (voucher_error_quark())
GQuark voucher_error_quark(void);

typedef struct {
    gchar id[VOUCHER_ID_BYTES]; /* lower-case UUID */
    guint8 vehicle_key[VOUCHER_KEY_BYTES];
    gint64 issued_s; /* Unix seconds */
    gint64 expires_s;
    gint64 energy_cap_wh; /* 1..G_MAXUINT32 */
} Voucher;

/* Ed25519 key pair of @seed (RFC 8032): of the server or of a vehicle. */
void voucher_key_pair(const guint8 seed[VOUCHER_SEED_BYTES], guint8 key[VOUCHER_KEY_BYTES],
                      guint8 secret[VOUCHER_SECRET_BYTES]);

/* 32 bytes, a key or a challenge, as they travel. Returns: (transfer full): VOUCHER_KEY_CHARS of base64url */
gchar *voucher_key_text(const guint8 key[VOUCHER_KEY_BYTES]);
gboolean voucher_key_parse(const gchar *text, guint8 key[VOUCHER_KEY_BYTES], GError **error);

/* Server. @voucher: valid. Returns: (transfer full): VOUCHER_TEXT_CHARS of base64url */
gchar *voucher_sign(const Voucher *voucher, const guint8 server_secret[VOUCHER_SECRET_BYTES]);

/* What @text says, without knowing whose it is (a car looks at its own). */
gboolean voucher_parse(const gchar *text, Voucher *voucher, GError **error);
/* As above, and the server signed it. */
gboolean voucher_verify(const gchar *text, const guint8 server_key[VOUCHER_KEY_BYTES], Voucher *voucher,
                        GError **error);

/* What an answer is bound to. */
typedef struct {
    const guint8 *challenge; /* VOUCHER_CHALLENGE_BYTES, made by the pile for this once */
    const gchar *station;    /* OCPP identity, as the pile tells it with the challenge */
    const gchar *evse_key;   /* canonical EVSE id: what the car itself has read from the pile's code */
    const gchar *voucher_id;
} VoucherQuestion;

/* Car. Returns: (transfer full): VOUCHER_ANSWER_CHARS of base64url */
gchar *voucher_answer(const VoucherQuestion *question, const guint8 vehicle_secret[VOUCHER_SECRET_BYTES]);
/* Pile. */
gboolean voucher_answer_verify(const VoucherQuestion *question, const gchar *answer,
                               const guint8 vehicle_key[VOUCHER_KEY_BYTES], GError **error);
