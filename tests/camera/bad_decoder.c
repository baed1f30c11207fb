/* A decoder child for tests: the production loop and sandbox around a look that does what the first pixel of
 * the frame tells it. Never installed. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "camera/decoder/decoder_child.h"
#include "tests/camera/bad_decoder.h"

static void say(DecoderReply *reply, const gchar *text)
{
    DecoderCode *code = &reply->code[reply->n_codes++];

    code->n_bytes = (guint32)strlen(text);
    memcpy(code->bytes, text, code->n_bytes);
}

static void look(const GrayFrame *frame, guint32 budget_us, DecoderReply *reply, gpointer data)
{
    static const int nowhere[1];
    volatile guint spin = 0;

    switch (frame->pixels[0]) {
    case BAD_HOG:
        for (;;)
            spin++;
    case BAD_SOCKET:
        socket(AF_INET, SOCK_STREAM, 0);
        break;
    case BAD_FORK:
        if (fork() == 0)
            _exit(0);
        break;
    case BAD_EXECUTABLE_MEMORY:
        if (mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == NULL)
            return;
        break;
    case BAD_CRASH:
        raise(SIGKILL);
        break;
    case BAD_EXIT:
        _exit(7);
    case BAD_NONSENSE:
        reply->frame_no += 1000;
        return;
    case BAD_WRITE_FRAME:
        *(volatile guint8 *)frame->pixels = 1;
        break;
    case BAD_OPEN:
        say(reply, open("/etc/passwd", O_RDONLY) < 0 ? "refused" : "opened");
        return;
    default:
        break;
    }
    say(reply, nowhere[0] == 0 ? "fine" : "");
}

int main(void)
{
    _exit(decoder_child_run(look, NULL));
}
