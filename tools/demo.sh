#!/bin/sh
# demo.sh BIN: builds and runs one C and one Rust program, each of which checks its own gradients.
set -eu
bin=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r fixtures "$work/"
echo "== C: fixtures/c/small/square.c"
(cd "$work/fixtures/c/small" && "$bin/ad-build" clang -O2 -I.. square.c -lm -o square && ./square)
echo "== C: fixtures/c/gmm (make CC='ad-build clang')"
(cd "$work/fixtures/c/gmm" && make -s CC="$bin/ad-build clang" check)
echo "== Rust: fixtures/rust/sixty"
(cd "$work/fixtures/rust/sixty" && "$bin/ad-build" cargo --spec autodiff.toml run --release --quiet)
echo "== Rust: fixtures/rust/gmm (ad-build cargo run)"
(cd "$work/fixtures/rust/gmm" && "$bin/ad-build" cargo --spec autodiff.toml run --release --quiet)
