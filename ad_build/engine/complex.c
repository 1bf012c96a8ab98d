/* The functions of <complex.h> in terms of real ones, whose derivatives the engine knows.
 *
 * They stand for the library's in the code of derivatives; values differ from those by some units in the last place.
 * `complex.ll` is made of this file by tools/complex_ir.py. */
typedef double _Complex complex_double;

#define MAKE(re, im) __builtin_complex((double)(re), (double)(im))
#define NAME(name) ad_build_complex_##name
#define IS_NAN(x) ((x) != (x))
#define IS_FINITE(x) ((x) - (x) == 0)
#define IS_INFINITE(x) (!IS_FINITE(x) && !IS_NAN(x))

static inline __attribute__((always_inline)) double square_root(double x, double y, double *imaginary)
{
    double size = __builtin_hypot(x, y);
    if (size == 0) { /* the slopes are infinite */
        *imaginary = __builtin_copysign(__builtin_sqrt(__builtin_fabs(y)), y);
        return __builtin_sqrt(__builtin_fabs(x));
    }
    double large = __builtin_sqrt(0.5 * (size + __builtin_fabs(x)));
    if (x >= 0) {
        *imaginary = 0.5 * y / large;
        return large;
    }
    *imaginary = __builtin_copysign(large, y);
    return 0.5 * __builtin_fabs(y) / large;
}

static inline __attribute__((always_inline)) complex_double exponential(double x, double y)
{
    double size = __builtin_exp(x);
    if (y == 0) /* infinity times zero */
        return MAKE(size, y);
    return MAKE(size * __builtin_cos(y), size * __builtin_sin(y));
}

static inline __attribute__((always_inline)) complex_double logarithm(double x, double y)
{
    double size = __builtin_hypot(x, y);
    double re = size > 0.7 && size < 1.4 ? 0.5 * __builtin_log1p(x < 0 ? (-1 - x) * (1 - x) + y * y : (x - 1) * (x + 1) + y * y)
                                         : __builtin_log(size);
    return MAKE(re, __builtin_atan2(y, x));
}

static inline __attribute__((always_inline)) complex_double arc_sine(double x, double y)
{
    double mi, pi, m = square_root(1 - x, -y, &mi), p = square_root(1 + x, y, &pi);
    return MAKE(__builtin_atan2(x, m * p - mi * pi), __builtin_asinh(m * pi - mi * p));
}

static inline __attribute__((always_inline)) complex_double hyperbolic_tangent(double x, double y)
{
    double sine = __builtin_sin(y), cosine = __builtin_cos(y);
    if (__builtin_fabs(x) > 22) {
        double small = __builtin_exp(-2 * __builtin_fabs(x));
        return MAKE(__builtin_copysign(1 - 2 * small * (cosine * cosine - sine * sine), x), 4 * sine * cosine * small);
    }
    double sinh = __builtin_sinh(x), cosh = __builtin_cosh(x), size = sinh * sinh + cosine * cosine;
    return MAKE(sinh * cosh / size, sine * cosine / size);
}

static inline __attribute__((always_inline)) complex_double hyperbolic_arc_tangent(double x, double y)
{
    double re = 0.25 * __builtin_log1p(4 * x / ((1 - x) * (1 - x) + y * y));
    return MAKE(re, 0.5 * __builtin_atan2(2 * y, (1 - x) * (1 + x) - y * y));
}

double NAME(cabs)(double x, double y) { return __builtin_hypot(x, y); }
double NAME(carg)(double x, double y) { return __builtin_atan2(y, x); }
complex_double NAME(cexp)(double x, double y) { return exponential(x, y); }
complex_double NAME(clog)(double x, double y) { return logarithm(x, y); }

complex_double NAME(clog10)(double x, double y)
{
    complex_double log = logarithm(x, y);
    return MAKE(__real__ log * 0.43429448190325182765, __imag__ log * 0.43429448190325182765);
}

complex_double NAME(csqrt)(double x, double y)
{
    double im, re = square_root(x, y, &im);
    return MAKE(re, im);
}

complex_double NAME(csin)(double x, double y)
{
    return MAKE(__builtin_sin(x) * __builtin_cosh(y), __builtin_cos(x) * __builtin_sinh(y));
}

complex_double NAME(ccos)(double x, double y)
{
    return MAKE(__builtin_cos(x) * __builtin_cosh(y), -(__builtin_sin(x) * __builtin_sinh(y)));
}

complex_double NAME(csinh)(double x, double y)
{
    return MAKE(__builtin_sinh(x) * __builtin_cos(y), __builtin_cosh(x) * __builtin_sin(y));
}

complex_double NAME(ccosh)(double x, double y)
{
    return MAKE(__builtin_cosh(x) * __builtin_cos(y), __builtin_sinh(x) * __builtin_sin(y));
}

complex_double NAME(ctanh)(double x, double y) { return hyperbolic_tangent(x, y); }

complex_double NAME(ctan)(double x, double y)
{
    complex_double turned = hyperbolic_tangent(-y, x);
    return MAKE(__imag__ turned, -__real__ turned);
}

complex_double NAME(casin)(double x, double y) { return arc_sine(x, y); }

complex_double NAME(casinh)(double x, double y)
{
    complex_double turned = arc_sine(-y, x);
    return MAKE(__imag__ turned, -__real__ turned);
}

complex_double NAME(cacos)(double x, double y)
{
    double mi, pi, m = square_root(1 - x, -y, &mi), p = square_root(1 + x, y, &pi);
    return MAKE(2 * __builtin_atan2(m, p), __builtin_asinh(p * mi - pi * m));
}

complex_double NAME(cacosh)(double x, double y)
{
    double mi, pi, m = square_root(x - 1, y, &mi), p = square_root(x + 1, y, &pi);
    return MAKE(__builtin_asinh(m * p + mi * pi), 2 * __builtin_atan2(mi, p));
}

complex_double NAME(catanh)(double x, double y) { return hyperbolic_arc_tangent(x, y); }

complex_double NAME(catan)(double x, double y)
{
    complex_double turned = hyperbolic_arc_tangent(-y, x);
    return MAKE(__imag__ turned, -__real__ turned);
}

complex_double NAME(cpow)(double x, double y, double a, double b)
{
    if (x == 0 && y == 0 && a > 0) { /* its slope is that of the power, not that of a logarithm */
        if (a < 1 || (a == 1 && b != 0))
            return MAKE(__builtin_sqrt(__builtin_fabs(x)), __builtin_sqrt(__builtin_fabs(y)));
        return a == 1 ? MAKE(x, y) : MAKE(x * x, x * y);
    }
    complex_double log = logarithm(x, y);
    return exponential(a * __real__ log - b * __imag__ log, a * __imag__ log + b * __real__ log);
}

complex_double NAME(cproj)(double x, double y)
{
    if (IS_INFINITE(x) || IS_INFINITE(y))
        return MAKE(__builtin_inf(), __builtin_copysign(0.0, y));
    return MAKE(x, y);
}

complex_double NAME(conj)(double x, double y) { return MAKE(x, -y); }
double NAME(creal)(double x, double y) { (void)y; return x; }
double NAME(cimag)(double x, double y) { (void)x; return y; }

/* C's Annex G: products and quotients of infinities are infinities. */
#define ARITHMETIC(REAL, SUFFIX, LETTER)                                                                            \
    static inline __attribute__((always_inline)) REAL boxed##LETTER(REAL x)                                         \
    {                                                                                                               \
        return __builtin_copysign##SUFFIX(IS_INFINITE(x) ? (REAL)1 : (REAL)0, x);                                   \
    }                                                                                                               \
    static inline __attribute__((always_inline)) REAL without_nan##LETTER(REAL x)                                   \
    {                                                                                                               \
        return IS_NAN(x) ? __builtin_copysign##SUFFIX((REAL)0, x) : x;                                              \
    }                                                                                                               \
    REAL _Complex NAME(mul##LETTER##c3)(REAL a, REAL b, REAL c, REAL d)                                             \
    {                                                                                                               \
        REAL re = a * c - b * d, im = a * d + b * c, inf = (REAL)__builtin_inf();                                   \
        if (IS_NAN(re) && IS_NAN(im)) {                                                                             \
            int left = IS_INFINITE(a) || IS_INFINITE(b), right = IS_INFINITE(c) || IS_INFINITE(d);                  \
            int sum = IS_INFINITE(a * c) || IS_INFINITE(b * d) || IS_INFINITE(a * d) ||                             \
                      IS_INFINITE(b * c);                                                                           \
            if (left || right || sum) {                                                                             \
                a = left ? boxed##LETTER(a) : without_nan##LETTER(a);                                               \
                b = left ? boxed##LETTER(b) : without_nan##LETTER(b);                                               \
                c = right ? boxed##LETTER(c) : without_nan##LETTER(c);                                              \
                d = right ? boxed##LETTER(d) : without_nan##LETTER(d);                                              \
                re = inf * (a * c - b * d);                                                                         \
                im = inf * (a * d + b * c);                                                                         \
            }                                                                                                       \
        }                                                                                                           \
        return __builtin_complex(re, im);                                                                           \
    }                                                                                                               \
    REAL _Complex NAME(div##LETTER##c3)(REAL a, REAL b, REAL c, REAL d)                                             \
    {                                                                                                               \
        REAL re, im, inf = (REAL)__builtin_inf();                                                                   \
        /* Smith's algorithm: no overflow on the way. */                                                            \
        if (__builtin_fabs##SUFFIX(c) >= __builtin_fabs##SUFFIX(d)) {                                               \
            REAL ratio = d / c, size = c + d * ratio;                                                               \
            re = (a + b * ratio) / size;                                                                            \
            im = (b - a * ratio) / size;                                                                            \
        } else {                                                                                                    \
            REAL ratio = c / d, size = c * ratio + d;                                                               \
            re = (a * ratio + b) / size;                                                                            \
            im = (b * ratio - a) / size;                                                                            \
        }                                                                                                           \
        if (IS_NAN(re) && IS_NAN(im)) {                                                                             \
            if (c == 0 && d == 0 && (!IS_NAN(a) || !IS_NAN(b))) {                                                   \
                re = __builtin_copysign##SUFFIX(inf, c) * a;                                                        \
                im = __builtin_copysign##SUFFIX(inf, c) * b;                                                        \
            } else if ((IS_INFINITE(a) || IS_INFINITE(b)) && IS_FINITE(c) &&                                        \
                       IS_FINITE(d)) {                                                                              \
                re = inf * (boxed##LETTER(a) * c + boxed##LETTER(b) * d);                                           \
                im = inf * (boxed##LETTER(b) * c - boxed##LETTER(a) * d);                                           \
            } else if ((IS_INFINITE(c) || IS_INFINITE(d)) && IS_FINITE(a) &&                                        \
                       IS_FINITE(b)) {                                                                              \
                re = 0 * (a * boxed##LETTER(c) + b * boxed##LETTER(d));                                             \
                im = 0 * (b * boxed##LETTER(c) - a * boxed##LETTER(d));                                             \
            }                                                                                                       \
        }                                                                                                           \
        return __builtin_complex(re, im);                                                                           \
    }
ARITHMETIC(double, , d)
#ifdef __x86_64__
#pragma clang diagnostic ignored "-Wunused-function"
ARITHMETIC(long double, l, x)
#endif
