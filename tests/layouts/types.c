// Every construct of C whose layout debug info tells.  The program prints what the compiler itself says of it:
//   size TYPE SIZE           sizeof
//   member TYPE NAME OFFSET SIZE      offsetof, sizeof
//   bits TYPE NAME FIRST WIDTH        the bits that change when all of a bit-field is set
#include <complex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define SIZE(T) printf("size %s %zu\n", #T, sizeof(T))
#define MEMBER(T, M) printf("member %s %s %zu %zu\n", #T, #M, offsetof(T, M), sizeof(((T *)0)->M))
#define BITS(T, M)                                                                                                     \
    do {                                                                                                               \
        T value;                                                                                                       \
        memset(&value, 0, sizeof value);                                                                               \
        value.M = -1;                                                                                                  \
        print_bits(#T, #M, (const unsigned char *)&value, sizeof value);                                               \
    } while (0)

static void print_bits(const char *type, const char *name, const unsigned char *bytes, size_t size)
{
    int first = -1, width = 0;
    for (int bit = 0; bit < (int)(8 * size); bit++)
        if (bytes[bit / 8] >> bit % 8 & 1) {
            first = first < 0 ? bit : first;
            width++;
        }
    printf("bits %s %s %d %d\n", type, name, first, width);
}

typedef struct {
    char c;
    signed char sc;
    unsigned char uc;
    short s;
    unsigned short us;
    int i;
    unsigned u;
    long l;
    unsigned long ul;
    long long ll;
    __int128 i128;
    unsigned __int128 u128;
    bool b;
    float f;
    double d;
    long double ld;
    float _Complex cf;
    double _Complex cd;
    long double _Complex cl;
#if __clang_major__ >= 15
    _Float16 h;
#endif
#ifdef __SIZEOF_FLOAT128__
    __float128 q;
#endif
    _Complex int ci;
    wchar_t w;
} scalars;

enum colour { RED, GREEN = 7, BLUE = -3 };
enum __attribute__((packed)) tiny { T1, T2 };
struct declared;
typedef double row[3];

typedef struct node {
    double value;
    struct node *next;
    const struct node *const *table;
    struct declared *hidden;
    void *any;
    double (*call)(double, const struct node *);
    void (*variadic)(const char *, ...);
    volatile int *restrict port;
    enum colour colour;
    enum tiny tiny;
} node;

typedef struct {
    char tag;
    double plain[4];
    float grid[2][3][5];
    row rows[2];
    node nodes[2];
    int none[0];
} arrays;

typedef struct {
    long count;
    double data[];
} flexible;

typedef union {
    double d;
    unsigned char bytes[12];
    node *p;
} either;

typedef struct {
    int kind;
    union {
        double d;
        long n;
        struct {
            float x, y;
        };
    };
    struct {
        short inner;
    } named;
} anonymous;

typedef struct {
    unsigned a : 3;
    int b : 5;
    unsigned long c : 40;
    int : 0;
    unsigned d : 1;
    bool e : 1;
    double after;
    short f : 9;
    signed char g : 2;
} fields;

typedef struct __attribute__((packed)) {
    char c;
    double d;
    unsigned x : 7;
    unsigned y : 12;
    int i;
} packed;

typedef struct {
    char c;
    _Alignas(32) double wide;
    char end;
} aligned;

typedef float vec3 __attribute__((ext_vector_type(3)));
typedef double vec4 __attribute__((vector_size(32)));
typedef struct {
    char c;
    vec3 three;
    vec4 four;
} vectors;

typedef struct {
    _Atomic int i;
    _Atomic(double) d;
    const volatile float cv;
} qualified;

typedef struct {
} empty;

double layouts(scalars *a, node *b, arrays *c, flexible *d, either *e, anonymous *f, fields *g, packed *h, aligned *i,
               vectors *j, qualified *k, empty *l)
{
    return a->d + b->value + c->plain[0] + d->data[0] + e->d + f->d + g->after + h->d + i->wide + j->four[0] + k->d +
           (l != 0);
}

int main(void)
{
    SIZE(scalars);
    MEMBER(scalars, c);
    MEMBER(scalars, sc);
    MEMBER(scalars, uc);
    MEMBER(scalars, s);
    MEMBER(scalars, us);
    MEMBER(scalars, i);
    MEMBER(scalars, u);
    MEMBER(scalars, l);
    MEMBER(scalars, ul);
    MEMBER(scalars, ll);
    MEMBER(scalars, i128);
    MEMBER(scalars, u128);
    MEMBER(scalars, b);
    MEMBER(scalars, f);
    MEMBER(scalars, d);
    MEMBER(scalars, ld);
    MEMBER(scalars, cf);
    MEMBER(scalars, cd);
    MEMBER(scalars, cl);
#if __clang_major__ >= 15
    MEMBER(scalars, h);
#endif
#ifdef __SIZEOF_FLOAT128__
    MEMBER(scalars, q);
#endif
    MEMBER(scalars, ci);
    MEMBER(scalars, w);
    SIZE(node);
    MEMBER(node, value);
    MEMBER(node, next);
    MEMBER(node, table);
    MEMBER(node, hidden);
    MEMBER(node, any);
    MEMBER(node, call);
    MEMBER(node, variadic);
    MEMBER(node, port);
    MEMBER(node, colour);
    MEMBER(node, tiny);
    SIZE(arrays);
    MEMBER(arrays, tag);
    MEMBER(arrays, plain);
    MEMBER(arrays, grid);
    MEMBER(arrays, rows);
    MEMBER(arrays, nodes);
    MEMBER(arrays, none);
    SIZE(flexible);
    MEMBER(flexible, count);
    printf("member flexible data %zu 0\n", offsetof(flexible, data));
    SIZE(either);
    MEMBER(either, d);
    MEMBER(either, bytes);
    MEMBER(either, p);
    SIZE(anonymous);
    MEMBER(anonymous, kind);
    MEMBER(anonymous, named);
    printf("member anonymous  %zu 8\n", offsetof(anonymous, d));
    SIZE(fields);
    BITS(fields, a);
    BITS(fields, b);
    BITS(fields, c);
    BITS(fields, d);
    BITS(fields, e);
    BITS(fields, f);
    BITS(fields, g);
    MEMBER(fields, after);
    SIZE(packed);
    MEMBER(packed, c);
    MEMBER(packed, d);
    BITS(packed, x);
    BITS(packed, y);
    MEMBER(packed, i);
    SIZE(aligned);
    MEMBER(aligned, c);
    MEMBER(aligned, wide);
    MEMBER(aligned, end);
    SIZE(vectors);
    MEMBER(vectors, c);
    MEMBER(vectors, three);
    MEMBER(vectors, four);
    SIZE(qualified);
    MEMBER(qualified, i);
    MEMBER(qualified, d);
    MEMBER(qualified, cv);
    SIZE(empty);
}
