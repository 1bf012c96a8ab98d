// Every construct of C++ whose layout debug info tells; the records are compared with -fdump-record-layouts.
#include <array>
#include <atomic>
#include <complex>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <variant>
#include <vector>

struct Empty {};
struct Plain {
    char c;
    double d;
    static double shared;
    double method(double x) const { return x * d; }
};
double Plain::shared = 1;
class Derived : public Plain, Empty {
    short tail;

public:
    float *data;
};
struct Tail : Derived {
    char last;
};
struct Virtual {
    double v;
    virtual double value() const { return v; }
    virtual ~Virtual() = default;
};
struct Left : virtual Virtual {
    float left;
};
struct Right : virtual Virtual {
    int right;
};
struct Diamond : Left, Right {
    double bottom;
};
struct Multiple : Plain, Virtual {
    long more;
};
struct Members {
    double Plain::*data;
    double (Plain::*function)(double) const;
    double (*free)(double);
    Plain &reference;
    Plain &&moved;
    std::nullptr_t null;
    bool flags : 1;
    unsigned other : 9;
};
enum class Scoped : unsigned char { A, B = 200 };
enum Plainly { P = -1, Q = 1 };
struct Enums {
    Scoped scoped;
    Plainly plainly;
};
template <class T, int N, class... Rest> struct Generic {
    T values[N];
    std::tuple<Rest...> rest;
};
struct Sparse {
    [[no_unique_address]] Empty nothing;
    double d;
    alignas(64) float wide;
};
namespace deep::inside {
struct Nested {
    struct Inner {
        double x;
    } inner;
    union {
        long n;
        double d;
    };
};
} // namespace deep::inside
struct Std {
    std::vector<double> vector;
    std::string string;
    std::array<float, 3> array;
    std::unique_ptr<double[]> unique;
    std::shared_ptr<Plain> shared;
    std::optional<double> optional;
    std::variant<double, int, Plain> variant;
    std::function<double(double)> function;
    std::complex<double> complex;
    std::map<int, double> map;
    std::unordered_map<long, float> table;
    std::atomic<double> atomic;
    std::tuple<char, double, int> tuple;
    std::pair<float, double> pair;
};

double layouts(Plain *a, Derived *b, Tail *c, Diamond *d, Multiple *e, Members *f, Enums *g,
               Generic<double, 3, int, float> *h, Sparse *i, deep::inside::Nested *j, Std *k)
{
    auto closure = [=](double x) { return x * a->d + k->vector[0]; };
    return closure(b->d) + c->d + d->bottom + d->v + e->v + f->free(1) + double(g->scoped) + h->values[0] + i->d +
           j->d + *k->optional;
}

int main() {}
