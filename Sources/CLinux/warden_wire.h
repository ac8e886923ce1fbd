// What goes through the socket between a warden and its owner. Not for others.
#ifndef TG_WARDEN_WIRE_H
#define TG_WARDEN_WIRE_H

#include "warden.h"

enum tg_request_kind { tg_request_spawn, tg_request_kill_group };

/// A request; after a spawn request come program, directory, all arguments and all variables, each with its zero, or
/// a descriptor of a memory file that holds them. Descriptors come in this order: output, tokens, memory file, those that
/// there are.
struct tg_request {
    int32_t kind;
    uint32_t token;
    int32_t group_only;
    int32_t has_output;
    int32_t has_tokens;
    int32_t terminal;
    int32_t is_in_file;
    uint32_t arguments;
    uint32_t variables;
    uint64_t length;
};

/// What fits into a packet: the socket's default buffer (212,992 bytes) holds it, and the warden has room for it.
enum { tg_packet_text = 64 * 1024, tg_packet_strings = 8192, tg_packet_descriptors = 3 };

/// The first packet of a warden: 0 or errno, and which step failed.
struct tg_greeting {
    int32_t error;
    int32_t step;
};

/// Everything a warden does once its namespaces are made. Never returns.
_Noreturn void tg_warden_serve(int socket);

/// Gives back what the fork of a large program holds.
void tg_warden_forget_memory(void);

/// Every signal as a fresh program has it.
void tg_reset_signals(void);

struct rusage;
void tg_ended_fill(struct tg_ended *ended, int is_signal, int value, const struct rusage *usage);

#endif
