// PostgreSQL's client library without linking it: linked, it would add 25 shared objects and 4 ms to every start of the
// program. It is loaded with the first call of `tg_pq_load`; nothing else may be called before that has succeeded.
#ifndef TG_LIBPQ_H
#define TG_LIBPQ_H

#include <stdint.h>

/// A connection of libpq. Owned by who starts it, until `tg_pq_finish`.
typedef struct tg_pq_connection tg_pq_connection;

/// Loads the library once. NULL when it is there, else why it is not; the text stays valid.
const char *_Nullable tg_pq_load(void);

/// Begins to connect without waiting. The lists end with NULL. NULL when there is no memory.
tg_pq_connection *_Nullable tg_pq_start(
    const char *_Nullable const *_Nonnull names, const char *_Nullable const *_Nonnull values);
void tg_pq_finish(tg_pq_connection *_Nonnull connection);

enum tg_pq_progress { TG_PQ_READING, TG_PQ_WRITING, TG_PQ_DONE, TG_PQ_FAILED };

/// Goes on connecting: what to wait for next, or that it is done or has failed.
enum tg_pq_progress tg_pq_connect(tg_pq_connection *_Nonnull connection);
/// The descriptor to wait on: another one after each `tg_pq_connect`, perhaps. -1 when there is none.
int32_t tg_pq_descriptor(tg_pq_connection *_Nonnull connection);
/// Nonzero once the server's side of the connection was made and its answer is awaited.
int32_t tg_pq_is_connected(tg_pq_connection *_Nonnull connection);
/// Nonzero when it failed because the server asked for a password that was not given.
int32_t tg_pq_wants_password(tg_pq_connection *_Nonnull connection);
/// What went wrong, with the SQLSTATE in it when the server said so. Valid until the next call.
const char *_Nonnull tg_pq_error(tg_pq_connection *_Nonnull connection);

/// Sends a query on a connection that is done. 0, or -1 with an error.
int32_t tg_pq_query(tg_pq_connection *_Nonnull connection, const char *_Nonnull query);
/// Goes on with the query: done when it succeeded.
enum tg_pq_progress tg_pq_answer(tg_pq_connection *_Nonnull connection);

/// Connects and waits for it; `dbname` may be a URL, and what stands later in the lists counts. NULL when there is no memory.
tg_pq_connection *_Nullable tg_pq_open(
    const char *_Nullable const *_Nonnull names, const char *_Nullable const *_Nonnull values);
/// Zero when it could not be opened or has ended.
int32_t tg_pq_is_open(tg_pq_connection *_Nonnull connection);

/// An answer. Owned by who asked, until `tg_pq_clear`.
typedef struct tg_pq_result tg_pq_result;

/// Any number of statements without parameters, and waits. NULL with an error of the connection.
tg_pq_result *_Nullable tg_pq_execute(tg_pq_connection *_Nonnull connection, const char *_Nonnull sql);
/// One statement with parameters as text, NULL for NULL, and waits.
tg_pq_result *_Nullable tg_pq_run(
    tg_pq_connection *_Nonnull connection, const char *_Nonnull sql, int32_t count,
    const char *_Nullable const *_Nullable values);
int32_t tg_pq_succeeded(tg_pq_result *_Nonnull result);
int32_t tg_pq_row_count(tg_pq_result *_Nonnull result);
/// Text that is valid as long as the answer; NULL for NULL.
const char *_Nullable tg_pq_value(tg_pq_result *_Nonnull result, int32_t row, int32_t column);
void tg_pq_clear(tg_pq_result *_Nonnull result);

#endif
