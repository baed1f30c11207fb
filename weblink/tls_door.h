/* What a new connection over TLS must do before it is anyone's: shake hands, then send the head of a request.
 */
#pragma once

#include "weblink/web_replay.h"

/* The handshake is over, well or not; @user_data as of tls_door_open_async(), whose callback comes later. */
typedef void (*TlsDoorShaken)(gpointer user_data);

/**
 * tls_door_open_async:
 * @plain: the connection; cutting its socket ends this with an error (the caller keeps the deadline)
 * @client_ca: (nullable): not NULL asks for a client certificate; one that it did not sign is an error
 * @head_max_bytes: of a head; more is given back as it is, without its end
 */
void tls_door_open_async(GIOStream *plain, GTlsCertificate *certificate, GTlsDatabase *client_ca,
                         gsize head_max_bytes, GCancellable *cancellable, TlsDoorShaken shaken,
                         GAsyncReadyCallback callback, gpointer user_data);

/**
 * tls_door_open_finish:
 * @client: (out) (transfer full) (nullable): the client's certificate, verified
 *
 * Returns: (transfer full) (nullable): the stream, where web_replay_seen() is the head
 */
WebReplay *tls_door_open_finish(GAsyncResult *result, GTlsCertificate **client, GError **error);
