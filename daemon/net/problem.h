/* Problem: an answer of the server that is no success, as one stable code (RFC 9457; protocol/README.md 2).
 */
#pragma once

#include <gio/gio.h>

#define PROBLEM_CODE_BYTES 33

/**
 * ServerError:
 * @SERVER_ERROR_REFUSED: final: the request is wrong or not allowed; the message is the problem's code
 * @SERVER_ERROR_NOT_NOW: the server could not; the same request may work later
 * @SERVER_ERROR_BAD_ANSWER: success, but the body breaks the contract
 */
typedef enum { SERVER_ERROR_REFUSED, SERVER_ERROR_NOT_NOW, SERVER_ERROR_BAD_ANSWER } ServerError;
#define SERVER_ERROR (server_error_quark())
GQuark server_error_quark(void);

/* @status 400..599 and the body -> error whose message is the code: "scan_expired". (transfer full) */
GError *problem_to_error(guint status, GBytes *body);
