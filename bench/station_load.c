/* Many charging stations in one small program, to load a CSMS: sockets, WebSocket frames and OCPP by hand, so
 * that the load costs next to nothing beside what is measured. Commands on standard input, one answer line
 * each:
 *
 *   connect N               opens what is not open of stations S00000..; {"ms":T,"open":N,"failed":N}
 *   heartbeat M SECONDS     stations 0..M-1 send Heartbeat, each the next when the last is answered;
 * {"count":N,"ms":T} transaction M SECONDS   likewise TransactionEvent, 20 to a transaction; SECONDS 0: one
 * event each quit
 *
 * usage: station-load PORT PASSWORD [--deflate]
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS_PER_TRANSACTION 20
#define MAX_STATIONS 20000

typedef enum { CLOSED, HANDSHAKE, OPEN } Phase;

typedef struct {
    int fd;
    Phase phase;
    guint events;   /* TransactionEvents that were answered */
    guint number;   /* of the call on its way */
    gboolean waits; /* for the answer to it */
    gsize have;
    char in[1024];
} Peer;

static struct {
    int epoll_fd;
    guint16 port;
    const char *password;
    gboolean deflate;
    Peer *peers;
    guint n_open, n_failed, n_handshakes;
    guint64 count;
    gboolean transactions; /* what the loop sends */
    gboolean looping;
} load;

static void close_peer(Peer *peer)
{
    if (peer->phase == CLOSED)
        return;
    if (peer->phase == OPEN)
        load.n_open--;
    else
        load.n_handshakes--;
    close(peer->fd);
    peer->phase = CLOSED;
    peer->waits = FALSE;
    load.n_failed++;
}

static void write_all(Peer *peer, const char *bytes, gsize len)
{
    if (send(peer->fd, bytes, len, MSG_NOSIGNAL) != (gssize)len)
        close_peer(peer); /* small writes into an empty buffer: short ones mean that the peer has gone */
}

/* A masked text frame (RFC 6455, 5.2). The mask is zero, which is one of all masks: the text stays readable.
 */
static void send_text(Peer *peer, const char *text)
{
    char frame[1024] = {(char)0x81};
    gsize len = strlen(text), at = 2;

    if (len < 126) {
        frame[1] = (char)(0x80 | len);
    } else {
        frame[1] = (char)(0x80 | 126);
        frame[2] = (char)(len >> 8);
        frame[3] = (char)(len & 0xff);
        at = 4;
    }
    memcpy(frame + at + 4, text, len);
    write_all(peer, frame, at + 4 + len);
}

static void send_call(Peer *peer)
{
    guint index = (guint)(peer - load.peers);
    guint transaction = peer->events / EVENTS_PER_TRANSACTION, seq = peer->events % EVENTS_PER_TRANSACTION;
    char text[800];

    peer->number++;
    peer->waits = TRUE;
    if (!load.transactions)
        g_snprintf(text, sizeof text, "[2,\"%u-%u\",\"Heartbeat\",{}]", index, peer->number);
    else
        g_snprintf(
            text, sizeof text,
            "[2,\"%u-%u\",\"TransactionEvent\",{\"eventType\":\"%s\",\"timestamp\":\"2026-11-21T04:%02u:%02u."
            "000Z\","
            "\"triggerReason\":\"MeterValuePeriodic\",\"seqNo\":%u,\"transactionInfo\":{\"transactionId\":"
            "\"tx-%u-%u\",\"chargingState\":\"Charging\"},\"evse\":{\"id\":1,\"connectorId\":1},"
            "\"meterValue\":[{"
            "\"timestamp\":\"2026-11-21T04:%02u:%02u.000Z\",\"sampledValue\":[{\"value\":%u,\"measurand\":"
            "\"Energy.Active.Import.Register\",\"unitOfMeasure\":{\"unit\":\"Wh\"}}]}]}]",
            index, peer->number,
            seq == 0                            ? "Started"
            : seq == EVENTS_PER_TRANSACTION - 1 ? "Ended"
                                                : "Updated",
            seq, 0u, seq, index, transaction, seq, 0u, 1000 + peer->events * 10);
    send_text(peer, text);
}

static void on_answer(Peer *peer, const char *text, gsize len)
{
    char wanted[40];
    int n = g_snprintf(wanted, sizeof wanted, "[3,\"%u-%u\"", (guint)(peer - load.peers), peer->number);

    if (!peer->waits || len < (gsize)n || memcmp(text, wanted, (gsize)n) != 0) {
        if (len > 2 && text[1] == '4') {
            fprintf(stderr, "refused: %.*s\n", (int)len, text);
            close_peer(peer);
        }
        return;
    }
    peer->waits = FALSE;
    load.count++;
    if (load.transactions)
        peer->events++;
    if (load.looping)
        send_call(peer);
}

/* Returns: bytes of the frame at the start, 0: not whole yet */
static gsize take_frame(Peer *peer)
{
    const guint8 *in = (const guint8 *)peer->in;
    gsize len, at = 2;

    if (peer->have < 2)
        return 0;
    len = in[1] & 0x7f;
    if (len == 126) {
        if (peer->have < 4)
            return 0;
        len = (gsize)in[2] << 8 | in[3];
        at = 4;
    }
    if (peer->have < at + len)
        return 0;
    if ((in[0] & 0x0f) == 8)
        close_peer(peer);
    else if ((in[0] & 0x0f) == 9)
        write_all(peer, "\x8a\x80\0\0\0\0", 6); /* pong */
    else
        on_answer(peer, peer->in + at, len);
    return at + len;
}

static void on_readable(Peer *peer)
{
    gssize n = recv(peer->fd, peer->in + peer->have, sizeof peer->in - 1 - peer->have, 0);
    gsize used;

    if (n <= 0) {
        if (n == 0 || errno != EAGAIN)
            close_peer(peer);
        return;
    }
    peer->have += (gsize)n;
    if (peer->phase == HANDSHAKE) {
        const char *end;

        peer->in[peer->have] = '\0';
        end = strstr(peer->in, "\r\n\r\n");
        if (end == NULL)
            return;
        if (strncmp(peer->in, "HTTP/1.1 101", 12) != 0) {
            fprintf(stderr, "%.60s\n", peer->in);
            close_peer(peer);
            return;
        }
        used = (gsize)(end + 4 - peer->in);
        memmove(peer->in, peer->in + used, peer->have -= used);
        peer->phase = OPEN;
        load.n_handshakes--;
        load.n_open++;
    }
    while (peer->phase == OPEN && (used = take_frame(peer)) > 0)
        memmove(peer->in, peer->in + used, peer->have -= used);
}

static void begin(Peer *peer)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(load.port)};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = peer};
    guint index = (guint)(peer - load.peers);
    g_autofree char *pair = g_strdup_printf("S%05u:%s", index, load.password);
    g_autofree char *basic = g_base64_encode((const guchar *)pair, strlen(pair));
    g_autofree char *head = g_strdup_printf(
        "GET /ocpp/S%05u HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: "
        "ocpp2.0.1\r\n"
        "%sAuthorization: Basic %s\r\n\r\n",
        index, load.port, load.deflate ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "", basic);
    int one = 1;

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    peer->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (peer->fd < 0 || connect(peer->fd, (struct sockaddr *)&to, sizeof to) < 0) {
        if (peer->fd >= 0)
            close(peer->fd);
        return; /* tried again */
    }
    setsockopt(peer->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(peer->fd, F_SETFL, O_NONBLOCK);
    peer->phase = HANDSHAKE;
    peer->have = 0;
    load.n_handshakes++;
    epoll_ctl(load.epoll_fd, EPOLL_CTL_ADD, peer->fd, &event);
    write_all(peer, head, strlen(head));
}

static void turn(int timeout_ms)
{
    struct epoll_event ready[256];
    int n = epoll_wait(load.epoll_fd, ready, G_N_ELEMENTS(ready), timeout_ms);

    for (int i = 0; i < n; i++)
        if (((Peer *)ready[i].data.ptr)->phase != CLOSED)
            on_readable(ready[i].data.ptr);
}

/* As real stations do: many knock at once, who is refused comes again. At most 200 handshakes are on their
 * way. */
static void do_connect(guint n)
{
    gint64 start_us = g_get_monotonic_time();
    guint next = 0;

    load.n_failed = 0;
    while (load.n_open < n && g_get_monotonic_time() - start_us < 60 * G_USEC_PER_SEC) {
        for (guint tried = 0; load.n_handshakes < 200 && tried < n; tried++, next = (next + 1) % n)
            if (load.peers[next].phase == CLOSED)
                begin(&load.peers[next]);
        turn(10);
    }
    printf("{\"ms\":%" G_GINT64_FORMAT ",\"open\":%u,\"failed\":%u}\n",
           (g_get_monotonic_time() - start_us) / 1000, load.n_open, load.n_failed);
}

static void do_loop(guint m, double seconds, gboolean transactions)
{
    gint64 start_us = g_get_monotonic_time(), end_us = start_us + (gint64)(seconds * G_USEC_PER_SEC);
    guint waiting;

    load.count = 0;
    load.n_failed = 0;
    load.transactions = transactions;
    load.looping = seconds > 0;
    for (guint i = 0; i < m; i++)
        if (load.peers[i].phase == OPEN)
            send_call(&load.peers[i]);
    while (g_get_monotonic_time() < end_us)
        turn(10);
    load.looping = FALSE;
    do { /* what is on its way */
        waiting = 0;
        turn(10);
        for (guint i = 0; i < m; i++)
            waiting += load.peers[i].waits;
    } while (waiting > 0 && g_get_monotonic_time() < MAX(end_us, start_us) + 30 * G_USEC_PER_SEC);
    printf("{\"count\":%" G_GUINT64_FORMAT ",\"ms\":%" G_GINT64_FORMAT ",\"unanswered\":%u,\"failed\":%u}\n",
           load.count, (g_get_monotonic_time() - start_us) / 1000, waiting, load.n_failed);
}

int main(int argc, char **argv)
{
    struct rlimit files = {65536, 65536};
    char line[100];

    if (argc < 3) {
        fprintf(stderr, "usage: station-load PORT PASSWORD [--deflate]\n");
        return 2;
    }
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    load.port = (guint16)strtoul(argv[1], NULL, 10);
    load.password = argv[2];
    load.deflate = argc > 3;
    load.peers = g_new0(Peer, MAX_STATIONS);
    load.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    setvbuf(stdout, NULL, _IOLBF, 0);
    while (fgets(line, sizeof line, stdin) != NULL) {
        guint n = 0;
        double seconds = 0;

        while (load.n_open > 0 && epoll_wait(load.epoll_fd, &(struct epoll_event){0}, 1, 0) > 0)
            turn(0); /* what has happened meanwhile: pings, ends */
        if (sscanf(line, "connect %u", &n) == 1)
            do_connect(MIN(n, MAX_STATIONS));
        else if (sscanf(line, "heartbeat %u %lf", &n, &seconds) == 2)
            do_loop(n, seconds, FALSE);
        else if (sscanf(line, "transaction %u %lf", &n, &seconds) == 2)
            do_loop(n, seconds, TRUE);
        else
            break;
    }
    return 0;
}
