#!/usr/bin/env bash
# Runs a command with a private PostgreSQL and a private Redis, and removes both afterwards:
#
#   scripts/with-services.sh COMMAND [ARGUMENT...]
#
# The command sees DATABASE_URL and REDIS_URL. Needs Debian's postgresql and redis-server; works as
# root (PostgreSQL then runs as the user `postgres`) and as an ordinary user. Everything is kept in
# a temporary directory and listens on free loopback ports only. Exits as the command does. If it is
# killed with KILL, the servers and the command end too, but the temporary directory stays.
set -euo pipefail

if [ $# -eq 0 ]; then
    sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi

die() {
    echo "with-services: $*" >&2
    exit 1
}

# Debian does not put the server on PATH; take the newest version that is installed.
pg_bin=${PG_BIN:-$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)}
[ -x "$pg_bin/postgres" ] || die "no PostgreSQL in $pg_bin: apt-get install postgresql"
command -v redis-server >/dev/null || die "no redis-server: apt-get install redis-server"
command -v setpriv >/dev/null || die "no setpriv: apt-get install util-linux"

work=$(mktemp -d "${TMPDIR:-/tmp}/home-security.XXXXXX")
postgres_pid=
redis_pid=
command_pid=

cleanup() {
    trap '' INT TERM HUP
    if [ -n "$command_pid" ] && kill -TERM "$command_pid" 2>/dev/null; then
        wait "$command_pid" || true
    fi
    # QUIT: PostgreSQL stops at once and gives its shared memory back. Redis gets KILL, since it
    # keeps nothing and takes its time over TERM.
    [ -z "$postgres_pid" ] || kill -QUIT "$postgres_pid" 2>/dev/null || true
    [ -z "$redis_pid" ] || kill -KILL "$redis_pid" 2>/dev/null || true
    for pid in $postgres_pid $redis_pid; do
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# PostgreSQL refuses to run as root.
as_owner=()
if [ "$(id -u)" -eq 0 ]; then
    id postgres >/dev/null 2>&1 || die "no user postgres to run PostgreSQL as"
    as_owner=(--reuid=postgres --regid=postgres --init-groups)
    chmod 711 "$work"
    install -d -o postgres -g postgres "$work/postgres"
else
    mkdir "$work/postgres"
fi

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Starts a server on a free port, again if somebody else takes the port first.
# $1: its name; then functions start_NAME PORT (sets NAME_pid) and ready_NAME PORT are called.
serve() {
    local name=$1 port attempt
    for attempt in 1 2 3 4 5; do
        port=$(free_port)
        "start_$name" "$port"
        local pid_name="${name}_pid" deadline=$((SECONDS + 30))
        while kill -0 "${!pid_name}" 2>/dev/null && [ $SECONDS -lt $deadline ]; do
            if "ready_$name" "$port"; then
                printf -v "${name}_port" %s "$port"
                return
            fi
            sleep 0.05
        done
    done
    cat "$work/$name.log" >&2
    die "$name did not start after $attempt attempts"
}

start_postgres() {
    # The signal of a parent's death is set last: a change of user would clear it.
    (cd "$work/postgres" && exec setpriv "${as_owner[@]}" --pdeathsig QUIT \
        "$pg_bin/postgres" -D "$work/postgres/data" -p "$1" -h 127.0.0.1 -k "$work/postgres" \
        -c fsync=off -c max_connections=100) >"$work/postgres.log" 2>&1 &
    postgres_pid=$!
}
ready_postgres() {
    "$pg_bin/pg_isready" -q -h 127.0.0.1 -p "$1" -U postgres
}

start_redis() {
    setpriv --pdeathsig TERM redis-server --bind 127.0.0.1 --port "$1" --dir "$work" \
        --save '' --appendonly no >"$work/redis.log" 2>&1 &
    redis_pid=$!
}
ready_redis() {
    [ "$(redis-cli -h 127.0.0.1 -p "$1" ping 2>/dev/null)" = PONG ]
}

(cd "$work/postgres" && setpriv "${as_owner[@]}" "$pg_bin/initdb" --no-sync --auth=trust \
    --username=postgres --encoding=UTF8 --locale=C -D "$work/postgres/data") >"$work/postgres.log" 2>&1 ||
    { cat "$work/postgres.log" >&2; die "initdb failed"; }
serve postgres
serve redis
"$pg_bin/createdb" -h 127.0.0.1 -p "$postgres_port" -U postgres home_security

export DATABASE_URL="postgresql+asyncpg://postgres:postgres@127.0.0.1:$postgres_port/home_security"
export REDIS_URL="redis://127.0.0.1:$redis_port/0"

# In the background, so that a signal is handled while the command runs; with our standard input,
# for a debugger; ended with us, even if we are killed.
setpriv --pdeathsig TERM "$@" <&0 &
command_pid=$!
status=0
wait "$command_pid" || status=$?
command_pid=
exit $status
