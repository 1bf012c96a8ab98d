#!/bin/sh
# Sets up what make needs.  prepare.sh VENV: the virtual environment, a clang, the engine, cargo.
# prepare.sh --test-tools VENV: beyond that, what only tests need (LLVM 15 for the plugin engine, std's sources, Eigen).
set -eu

say() { printf 'ad-build: %s\n' "$*"; }

# Debian packages where we may install them; otherwise say what to install.
need_packages() {
	if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
		say "installing $* with apt-get"
		apt-get update -qq
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
	else
		say "please install: $*   (as root: apt-get install $*)" >&2
		exit 3
	fi
}

if [ "$1" = --test-tools ]; then
	command -v opt-15 >/dev/null 2>&1 || need_packages llvm-15
	ls /usr/lib/rustlib/src/rust/library >/dev/null 2>&1 || ls /usr/src/rust*/library >/dev/null 2>&1 || need_packages rustc-web cargo-web rust-web-src
	ls /usr/include/eigen3/Eigen/Dense >/dev/null 2>&1 || need_packages libeigen3-dev
	exit 0
fi

venv=$1
python=${PYTHON:-python3}
"$python" -c 'import ensurepip' 2>/dev/null || need_packages python3-venv
if [ ! -x "$venv/bin/python" ]; then
	say "creating $venv"
	"$python" -m venv "$venv"
fi
say "installing ad-build and its Python packages"
"$venv/bin/python" -m pip install -q --disable-pip-version-check -e '.[clang,test]'
command -v cc >/dev/null 2>&1 || need_packages gcc libc6-dev
cargo --version >/dev/null 2>&1 || need_packages rustc-web cargo-web
say "fetching the engine"
"$venv/bin/ad-build" engine install
