/* C := alpha A B + beta C on strided matrices, with its derivative in both modes as rules.
 *
 * It stands for the kernels of the crate matrixmultiply in the code of derivatives.  `gemm.ll` is made of this file by
 * tools/gemm.sh.  Everything travels in memory: of a function with rules, Enzyme 0.0.238 passes on constant
 * pointers alone, and as their shadow the pointer itself. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define GEMM JOIN(ad_build_, JOIN(PREFIX, gemm))
#define NAME(name) JOIN(GEMM, name)

typedef REAL real;

/* How matrices lie in memory: sizes, and the strides of rows and columns. */
struct shape {
    long m, k, n, rsa, csa, rsb, csb, rsc, csc;
};
struct factors {
    real alpha, beta;
};

/* c[i] += sum over p < 4 of t[p] a[p][i], all with unit stride. */
static void add_four(long m, const real *t, const real *a, long csa, real *restrict c)
{
    const real *a0 = a, *a1 = a + csa, *a2 = a + 2 * csa, *a3 = a + 3 * csa;
    for (long i = 0; i < m; i++)
        c[i] += t[0] * a0[i] + t[1] * a1[i] + t[2] * a2[i] + t[3] * a3[i];
}

static real dot(long k, const real *a, const real *b)
{
#pragma clang fp reassociate(on)
    real sum = 0;
    for (long p = 0; p < k; p++)
        sum += a[p] * b[p];
    return sum;
}

static void scale(long m, real beta, real *c, long rsc)
{
    if (beta == 0)
        for (long i = 0; i < m; i++)
            c[i * rsc] = 0; /* not a product: C may hold anything */
    else if (beta != 1)
        for (long i = 0; i < m; i++)
            c[i * rsc] *= beta;
}

__attribute__((noinline)) static void NAME(_product)(long m, long k, long n, real alpha, const real *a, long rsa,
                                                     long csa, const real *b, long rsb, long csb, real beta,
                                                     real *restrict c, long rsc, long csc)
{
    if (csc == 1 && rsc != 1) { /* row-major: the transposed product */
        const real *other = a;
        long rows = m, rs = rsa, cs = csa;
        a = b, rsa = csb, csa = rsb, m = n;
        b = other, rsb = cs, csb = rs, n = rows;
        csc = rsc, rsc = 1;
    }
    for (long j = 0; j < n; j++) {
        real *column = c + j * csc;
        const real *factors = b + j * csb;
        scale(m, beta, column, rsc);
        if (csa == 1 && rsb == 1) {
            for (long i = 0; i < m; i++)
                column[i * rsc] += alpha * dot(k, a + i * rsa, factors);
            continue;
        }
        long p = 0;
        if (rsa == 1 && rsc == 1)
            for (; p + 4 <= k; p += 4) {
                const real *f = factors + p * rsb;
                real t[4] = {alpha * f[0], alpha * f[rsb], alpha * f[2 * rsb], alpha * f[3 * rsb]};
                add_four(m, t, a + p * csa, csa, column);
            }
        for (; p < k; p++) {
            real t = alpha * factors[p * rsb];
            for (long i = 0; i < m; i++)
                column[i * rsc] += t * a[i * rsa + p * csa];
        }
    }
}

/* A matrix copied to columns without gaps. */
static void pack(long m, long n, const real *from, long rs, long cs, real *to)
{
    for (long j = 0; j < n; j++)
        for (long i = 0; i < m; i++)
            to[i + j * m] = from[i * rs + j * cs];
}

/* The sum of the products of entries, the second matrix without gaps. */
static real inner(long m, long n, const real *x, long rs, long cs, const real *y)
{
    real sum = 0;
    for (long j = 0; j < n; j++)
        for (long i = 0; i < m; i++)
            sum += x[i * rs + j * cs] * y[i + j * m];
    return sum;
}

void GEMM(const struct shape *s, const struct factors *f, const real *a, const real *b, real *c)
{
    NAME(_product)(s->m, s->k, s->n, f->alpha, a, s->rsa, s->csa, b, s->rsb, s->csb, f->beta, c, s->rsc, s->csc);
}

/* The tape: the factors, A, B, and C where it is needed, each without gaps. */
void *NAME(_augmented)(const struct shape *s, const struct shape *ds, const struct factors *f, const struct factors *df,
                       const real *a, const real *da, const real *b, const real *db, real *c, real *dc)
{
    long m = s->m, k = s->k, n = s->n;
    int keeps = f->beta != 0 || df != f;
    struct factors *tape = malloc(sizeof *f + (m * k + k * n + (keeps ? m * n : 0)) * sizeof(real));
    real *kept = (real *)(tape + 1);
    *tape = *f;
    pack(m, k, a, s->rsa, s->csa, kept);
    pack(k, n, b, s->rsb, s->csb, kept + m * k);
    if (keeps)
        pack(m, n, c, s->rsc, s->csc, kept + m * k + k * n);
    GEMM(s, f, a, b, c);
    return tape;
}

void NAME(_gradient)(const struct shape *s, const struct shape *ds, const struct factors *f, struct factors *df,
                     const real *a, real *da, const real *b, real *db, real *c, real *dc, void *tape)
{
    long m = s->m, k = s->k, n = s->n;
    const struct factors *factors = tape;
    const real *kept_a = (const real *)(factors + 1), *kept_b = kept_a + m * k, *kept_c = kept_b + k * n;
    if (dc != c) {
        if (da != a)
            NAME(_product)(m, n, k, factors->alpha, dc, s->rsc, s->csc, kept_b, k, 1, 1, da, s->rsa, s->csa);
        if (db != b)
            NAME(_product)(k, m, n, factors->alpha, kept_a, m, 1, dc, s->rsc, s->csc, 1, db, s->rsb, s->csb);
        if (df != f) {
            real *product = malloc(m * n * sizeof(real) + 1);
            NAME(_product)(m, k, n, 1, kept_a, 1, m, kept_b, 1, k, 0, product, 1, m);
            df->alpha += inner(m, n, dc, s->rsc, s->csc, product);
            df->beta += inner(m, n, dc, s->rsc, s->csc, kept_c);
            free(product);
        }
        for (long j = 0; j < n; j++)
            scale(m, factors->beta, dc + j * s->csc, s->rsc);
    }
    free(tape);
}

void NAME(_derivative)(const struct shape *s, const struct shape *ds, const struct factors *f, const struct factors *df,
                       const real *a, const real *da, const real *b, const real *db, real *c, real *dc)
{
    long m = s->m, k = s->k, n = s->n;
    if (dc != c) {
        for (long j = 0; j < n; j++) {
            scale(m, f->beta, dc + j * s->csc, s->rsc);
            if (df != f && df->beta != 0)
                for (long i = 0; i < m; i++)
                    dc[i * s->rsc + j * s->csc] += df->beta * c[i * s->rsc + j * s->csc];
        }
        if (da != a)
            NAME(_product)(m, k, n, f->alpha, da, s->rsa, s->csa, b, s->rsb, s->csb, 1, dc, s->rsc, s->csc);
        if (db != b)
            NAME(_product)(m, k, n, f->alpha, a, s->rsa, s->csa, db, s->rsb, s->csb, 1, dc, s->rsc, s->csc);
        if (df != f && df->alpha != 0)
            NAME(_product)(m, k, n, df->alpha, a, s->rsa, s->csa, b, s->rsb, s->csb, 1, dc, s->rsc, s->csc);
    }
    GEMM(s, f, a, b, c);
}
