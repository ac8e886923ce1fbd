// libpq through dlopen. The types of its functions come from its own header, so that a call cannot disagree with them.
#include "CLibPQ.h"

#include <dlfcn.h>
#include <postgresql/libpq-fe.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>

#define FUNCTIONS(each)                                                                                                \
    each(PQconnectStartParams) each(PQconnectPoll) each(PQfinish) each(PQsocket) each(PQstatus) each(PQerrorMessage)   \
    each(PQsetErrorVerbosity) each(PQconnectionNeedsPassword) each(PQsetnonblocking) each(PQsendQuery) each(PQflush)   \
    each(PQconsumeInput) each(PQisBusy) each(PQgetResult) each(PQresultStatus) each(PQclear)        \
    each(PQconnectdbParams) each(PQexec) each(PQexecParams) each(PQntuples) each(PQgetvalue) each(PQgetisnull)

#define DECLARE(name) static __typeof__(&name) p##name;
FUNCTIONS(DECLARE)

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char trouble[512];

static void note(void) {
    const char *reason = dlerror();
    snprintf(trouble, sizeof trouble, "%s", reason ? reason : "no reason was given");
}

static void load(void) {
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (!library) return note();
#define RESOLVE(name)                                                                                                  \
    p##name = (__typeof__(p##name))dlsym(library, #name);                                                              \
    if (!p##name) return note();
    FUNCTIONS(RESOLVE)
}

const char *tg_pq_load(void) {
    pthread_once(&once, load);
    return trouble[0] ? trouble : NULL;
}

static PGconn *own(tg_pq_connection *connection) { return (PGconn *)connection; }

tg_pq_connection *tg_pq_start(const char *const *names, const char *const *values) {
    PGconn *connection = pPQconnectStartParams(names, values, 0);
    // With the verbose form the SQLSTATE of a refused connection stands in the message; there is no other way to it.
    if (connection) pPQsetErrorVerbosity(connection, PQERRORS_VERBOSE);
    return (tg_pq_connection *)connection;
}

void tg_pq_finish(tg_pq_connection *connection) { pPQfinish(own(connection)); }

enum tg_pq_progress tg_pq_connect(tg_pq_connection *connection) {
    if (pPQstatus(own(connection)) == CONNECTION_BAD) return TG_PQ_FAILED;
    switch (pPQconnectPoll(own(connection))) {
    case PGRES_POLLING_READING: return TG_PQ_READING;
    case PGRES_POLLING_WRITING: return TG_PQ_WRITING;
    case PGRES_POLLING_OK: return TG_PQ_DONE;
    default: return TG_PQ_FAILED;
    }
}

int32_t tg_pq_descriptor(tg_pq_connection *connection) { return pPQsocket(own(connection)); }

int32_t tg_pq_is_connected(tg_pq_connection *connection) {
    ConnStatusType status = pPQstatus(own(connection));
    return status != CONNECTION_BAD && status != CONNECTION_NEEDED && status != CONNECTION_STARTED;
}

int32_t tg_pq_wants_password(tg_pq_connection *connection) { return pPQconnectionNeedsPassword(own(connection)); }

const char *tg_pq_error(tg_pq_connection *connection) { return pPQerrorMessage(own(connection)); }

int32_t tg_pq_query(tg_pq_connection *connection, const char *query) {
    pPQsetnonblocking(own(connection), 1);
    return pPQsendQuery(own(connection), query) ? 0 : -1;
}

/// Takes all results that are there. An empty result set is an answer like any other.
static enum tg_pq_progress take_results(PGconn *connection) {
    while (!pPQisBusy(connection)) {
        PGresult *result = pPQgetResult(connection);
        if (!result) return TG_PQ_DONE;
        ExecStatusType status = pPQresultStatus(result);
        pPQclear(result);
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY) return TG_PQ_FAILED;
    }
    return TG_PQ_READING;
}

enum tg_pq_progress tg_pq_answer(tg_pq_connection *connection) {
    int unsent = pPQflush(own(connection));
    if (unsent < 0 || !pPQconsumeInput(own(connection))) return TG_PQ_FAILED;
    // The server may say something before it has read all: that must be read, or both wait for each other.
    enum tg_pq_progress progress = take_results(own(connection));
    return progress == TG_PQ_READING && unsent > 0 ? TG_PQ_WRITING : progress;
}

tg_pq_connection *tg_pq_open(const char *const *names, const char *const *values) {
    return (tg_pq_connection *)pPQconnectdbParams(names, values, 1);
}

int32_t tg_pq_is_open(tg_pq_connection *connection) { return pPQstatus(own(connection)) == CONNECTION_OK; }

static PGresult *taken(tg_pq_result *result) { return (PGresult *)result; }

tg_pq_result *tg_pq_execute(tg_pq_connection *connection, const char *sql) {
    return (tg_pq_result *)pPQexec(own(connection), sql);
}

tg_pq_result *tg_pq_run(tg_pq_connection *connection, const char *sql, int32_t count, const char *const *values) {
    return (tg_pq_result *)pPQexecParams(own(connection), sql, count, NULL, values, NULL, NULL, 0);
}

int32_t tg_pq_succeeded(tg_pq_result *result) {
    ExecStatusType status = pPQresultStatus(taken(result));
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

int32_t tg_pq_row_count(tg_pq_result *result) { return pPQntuples(taken(result)); }

const char *tg_pq_value(tg_pq_result *result, int32_t row, int32_t column) {
    return pPQgetisnull(taken(result), row, column) ? NULL : pPQgetvalue(taken(result), row, column);
}

void tg_pq_clear(tg_pq_result *result) { pPQclear(taken(result)); }
