# shellcheck shell=bash
# What the scripts share: where things are, saying what is done, installing what a machine lacks. Sourced, never run.
# It installs only what a script names, only from the system's own packages, and never touches a path outside the
# repository and the user's cache folder.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit

# shellcheck disable=SC2034  # read by the scripts that source this file
{
    cache=${XDG_CACHE_HOME:-$HOME/.cache}/band-rescue
    target=${CARGO_TARGET_DIR:-$root/target}
    cargo_home=${CARGO_HOME:-$HOME/.cargo}
    android=$root/android/target
    tools=$android/tools
    all_abis=(arm64-v8a armeabi-v7a x86_64)
    other_computers=(aarch64-apple-darwin x86_64-pc-windows-gnu)
}

# Nothing that is built may depend on who builds it, where or when.
export LC_ALL=C.UTF-8 TZ=UTC
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-1767225600}
# Settings of the person's shell that would change what rustc makes.
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_TARGET CARGO_BUILD_RUSTFLAGS

# say WORDS...: one line with the time, to standard error, so that output can be piped.
say() { printf '%(%H:%M:%S)T  %s\n' -1 "$*" >&2; }

# fail WORDS...: says what is wrong and what to do, and ends.
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# as_root COMMAND...: runs it as root, or fails with what the person should run.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        sudo "$@"
    else
        return 1
    fi
}

# install_packages NAME...: Debian packages.
install_packages() {
    say "installing $*"
    if ! command -v apt-get >/dev/null; then
        fail "this machine lacks $* (Debian's names). Install them with its package manager, then run this again."
    fi
    # A fresh machine has no package lists; one that has them is spared the download.
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends "$@" >/dev/null 2>&1 ||
        { as_root apt-get update -qq >&2 &&
            as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends "$@" >&2; } ||
        fail "could not install what is missing. Run as root: apt-get update && apt-get install $*"
}

# need WORD...: makes sure that each tool is there: rust, java, maven, python, shellcheck, unzip, cc, and what checking
# for other computers takes: other-computers.
need() {
    local tool missing=()
    for tool in "$@"; do
        case $tool in
            rust | other-computers) ;;
            java) [ "$(java_version)" -ge 17 ] || missing+=(default-jdk-headless) ;;
            maven) command -v mvn >/dev/null || missing+=(maven) ;;
            python) python3 -c 'import zlib' 2>/dev/null || missing+=(python3) ;;
            cc) command -v cc >/dev/null || missing+=(gcc libc6-dev) ;;
            *) command -v "$tool" >/dev/null || missing+=("$tool") ;;
        esac
    done
    [ ${#missing[@]} = 0 ] || install_packages "${missing[@]}"
    for tool in "$@"; do
        case $tool in
            rust) need_rust ;;
            other-computers) need_other_computers ;;
            java)
                [ "$(java_version)" -ge 17 ] || fail "a JDK of 17 or newer is needed; javac is $(javac -version 2>&1)."
                JAVA_HOME=$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")
                export JAVA_HOME
                ;;
            *) ;;
        esac
    done
}

# The major version of the JDK, 0 where there is none.
java_version() {
    local version
    version=$(javac -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
    echo "${version:-0}"
}

# The Rust that rust-toolchain.toml names, with its components and targets.
need_rust() {
    PATH=$PATH:$cargo_home/bin
    command -v rustup >/dev/null ||
        fail "rustup is missing. Install it (Debian: apt-get install rustup; else https://rustup.rs), then run this again."
    local wanted installed
    wanted=$(sed -n 's/^targets = \[\(.*\)\]/\1/p' rust-toolchain.toml | tr -d '",')
    installed=$(rustup target list --installed 2>/dev/null || true)
    local name complete=yes
    for name in $wanted; do
        grep -qx "$name" <<<"$installed" || complete=no
    done
    cargo fmt --version >/dev/null 2>&1 && cargo clippy --version >/dev/null 2>&1 || complete=no
    [ -e "$(rustc --print sysroot)/lib/rustlib/src/rust/library/Cargo.lock" ] || complete=no
    if [ $complete = no ]; then
        say "installing the Rust of rust-toolchain.toml"
        rustup toolchain install >&2 || fail "rustup could not install the Rust of rust-toolchain.toml; see above."
    fi
}

# What checking the command line for macOS and Windows takes; only scripts/test does that.
need_other_computers() {
    local name installed
    installed=$(rustup target list --installed)
    for name in "${other_computers[@]}"; do
        grep -qx "$name" <<<"$installed" || rustup target add "$name" >&2 ||
            fail "rustup could not add the target $name; see above."
    done
}

# maven ARGUMENT...: Maven on the Android project; checksums that do not match are errors.
maven() { mvn -B -ntp -C -Dstyle.color=never -f android/pom.xml "$@"; }

# triple_of ABI: Rust's name of the target.
triple_of() {
    case $1 in
        arm64-v8a) echo aarch64-linux-android ;;
        armeabi-v7a) echo armv7-linux-androideabi ;;
        x86_64) echo x86_64-linux-android ;;
        *) fail "unknown ABI $1; there are ${all_abis[*]}" ;;
    esac
}
