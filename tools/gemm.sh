#!/bin/sh
# Makes ad_build/engine/gemm.ll of gemm.c: plain IR without attributes and metadata, to be appended to any module.
set -eu
cd "$(dirname "$0")/../ad_build/engine"
{
    for kind in "d double" "s float"; do
        ${CLANG:-clang} -O1 -fno-vectorize -fno-slp-vectorize -fno-unroll-loops -fno-strict-aliasing -fPIC \
            -fno-builtin-memset -S -emit-llvm -DPREFIX="${kind% *}" -DREAL="${kind#* }" gemm.c -o - |
            sed -n -e '/noalias.scope.decl/d' -e '/^define/,/^}/p' |
            sed -E -e 's/, ![a-z.]+ !\{?[0-9]+\}?//g' -e 's/ #[0-9]+( \{)?$/\1/' \
                -e 's/^define ((dso_local|internal) )?/define internal /' -e 's/ (local_)?unnamed_addr//' \
                -e 's/^(define .*@ad_build_[ds]gemm\(.*) \{$/\1 noinline nounwind {/'
    done
} > gemm.ll
