# What a machine needs before taskgraph can be built, run and tested: Debian packages, Swift, uv. Sourced by
# scripts/run and scripts/test, which say what they need; installs only what is missing, and says so in one line each.

tools=.build-tools # ignored by git, like every other .build-*
export UV_PYTHON_DOWNLOADS=never

say() { printf '==> %s\n' "$*"; }

die() {
    printf 'error: %s\n' "$1" >&2
    shift
    for hint in "$@"; do printf '  hint: %s\n' "$hint" >&2; done
    exit 1
}

# need_packages NAME…: installs those of these Debian packages that are missing, as root or with sudo.
need_packages() {
    if ! command -v dpkg-query >/dev/null; then
        say "not a Debian machine: taking it that these Debian packages, or their like, are here: $*"
        return
    fi
    local missing=() as_root=() name
    for name in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null ||
            die "these Debian packages are missing: ${missing[*]}" "as root: apt-get install ${missing[*]}"
        as_root=(sudo)
        # Without a terminal nobody can type a password; fail instead of waiting.
        [ -t 0 ] || as_root=(sudo -n)
    fi
    say "installing Debian packages: ${missing[*]}"
    # The state of the package lists is unknown; a stale one names versions that are gone.
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# Sets `swift`, from PATH or from where toolchains are commonly unpacked.
need_swift() {
    local candidate
    for candidate in "$(command -v swift || true)" /opt/swift/usr/bin/swift "$HOME/.local/share/swiftly/bin/swift" /usr/libexec/swift/bin/swift; do
        if [ -n "$candidate" ] && [ -x "$candidate" ]; then
            swift=$candidate
            say "$("$swift" --version 2>/dev/null | grep -o 'Swift version [0-9.]*' || echo Swift) in $(dirname "$swift")"
            return
        fi
    done
    die "there is no swift in PATH or /opt/swift" \
        "install Swift 6.1 or later as https://www.swift.org/install/linux describes, and put its usr/bin on PATH"
}

# uv from PATH, else from PyPI in an environment of its own: Debian's Python lets nobody else install into it (PEP 668).
need_uv() {
    mkdir -p "$tools/bin"
    PATH=$PWD/$tools/bin:$PATH
    if ! uv --version >/dev/null 2>&1; then
        say "installing uv from PyPI into $tools"
        rm -rf "$tools/uv"
        python3 -m venv "$tools/uv"
        "$tools/uv/bin/python" -m pip install --quiet --disable-pip-version-check uv
        ln -sf ../uv/bin/uv "$tools/bin/uv"
    fi
    say "$(uv --version) in $(dirname "$(command -v uv)")"
}

# The Python that tasks.yaml migrates the example to.
need_python() {
    local version
    version=$(sed -n 's/^ *python: *"\([0-9.]*\)".*/\1/p' tasks.yaml)
    uv python find --quiet "$version" >/dev/null 2>&1 ||
        die "the plan migrates to Python $version, which is not here" \
            "install python$version with its venv module, or name another: scripts/run --var python=X.Y phase1"
}

# The binary that people use: optimised, with the Swift runtime in it, needing no toolchain to run.
# Linked at a fixed address: relocating a position-independent program of this size is a noticeable part of a start.
build_release() {
    say "building .build-release/release/taskgraph (several minutes the first time)"
    "$swift" build --quiet --configuration release --product taskgraph --static-swift-stdlib \
        -Xswiftc -Xclang-linker -Xswiftc -no-pie --scratch-path .build-release || return
    mkdir -p "$tools/bin"
    ln -sf ../../.build-release/release/taskgraph "$tools/bin/taskgraph"
}
