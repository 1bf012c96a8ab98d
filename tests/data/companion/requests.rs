//! Requests whose raw derivatives are written by hand, in `raw.rs`; everything is checked here.
use ad_build::{autodiff_forward, autodiff_impl, autodiff_reverse};
use std::cell::Cell;

thread_local! {
    static DROPPED: Cell<usize> = const { Cell::new(0) };
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    pub a: f64,
    pub n: u32,
    pub b: f32,
}

pub struct Counted(pub f64);

impl Drop for Counted {
    fn drop(&mut self) {
        DROPPED.with(|count| count.set(count.get() + 1));
    }
}

#[autodiff_reverse(d_pick, Duplicated, Const, Active)]
#[autodiff_reverse(d_pick_only, DuplicatedOnly, Const, ActiveOnly)]
#[autodiff_forward(f_pick, Dual, Const, DualOnly)]
#[autodiff_forward(f_pick_vector, 2, Dualv, Const, Dual)]
fn pick(x: &[f64], n: usize) -> f64 {
    x[n] * x[n]
}

#[autodiff_reverse(d_mix, Active, Active, Active, Active)]
#[autodiff_forward(f_mix, 2, Dual, Dual, Const, Dual)]
fn mix(x: f64, a: [f64; 2], y: f32) -> f64 {
    x * a[0] + a[1] * f64::from(y)
}

#[autodiff_reverse(d_twist, Active, Active)]
#[autodiff_reverse(d_twist_wide, 2, Const, Active)]
#[autodiff_forward(f_twist, Dual, Dual)]
#[autodiff_forward(f_twist_only, 2, Dual, DualOnly)]
fn twist(pair: Pair) -> Pair {
    Pair { a: pair.a * 2.0, n: pair.n, b: pair.b * 3.0 }
}

#[autodiff_reverse(d_consume, Const, Active, Active)]
fn consume(weight: Counted, x: f64) -> f64 {
    weight.0 * x
}

#[autodiff_reverse(d_fill, Duplicated, Duplicated, Const)]
fn fill(x: &f64, y: &mut [f64]) -> usize {
    y.fill(*x);
    y.len()
}

#[autodiff_reverse(d_dot, Duplicated, Duplicated, Active, T = f32, N = 2)]
fn dot<T: Copy + std::ops::Mul<Output = T> + Into<f64>, const N: usize>(x: &[T; N], y: &[T; N]) -> f64 {
    x.iter().zip(y).map(|(x, y)| (*x * *y).into()).sum()
}

impl Pair {
    #[autodiff_reverse(d_sum, Duplicated, Duplicated, Duplicated, Active)]
    fn sum(&self, all: &[Self], last: &mut Self) -> f64 {
        last.n += 1;
        self.a + all.iter().map(|pair| pair.a).sum::<f64>() + f64::from(last.b)
    }
}

trait Energy {
    fn energy(&self, scale: f64) -> f64;
}

#[autodiff_impl]
impl Energy for Pair {
    #[autodiff_reverse(d_energy, Duplicated, Active, Active)]
    fn energy(&self, scale: f64) -> f64 {
        self.a * scale
    }
}

fn main() {
    let pair = Pair { a: 1.5, n: 7, b: 2.5 };

    let mut dx = [10.0, 10.0];
    assert_eq!(d_pick(&[2.0, 3.0], &mut dx, 1, 0.5), 9.0);
    assert_eq!(dx, [10.0, 13.0]);
    unsafe { d_pick_only(&[2.0, 3.0], &mut dx, 0, 1.0) };
    assert_eq!(dx, [14.0, 13.0]);
    assert_eq!(f_pick(&[2.0, 3.0], &[1.0, 5.0], 1), 30.0);
    assert_eq!(f_pick_vector(&[2.0, 3.0], &[1.0, 0.0, 0.0, 5.0], 1), [9.0, 0.0, 30.0]);

    let short: [fn(); 3] = [
        || drop(d_pick(&[2.0, 3.0], &mut [0.0], 1, 0.5)),
        || drop(f_pick(&[2.0, 3.0], &[], 1)),
        || drop(f_pick_vector(&[2.0, 3.0], &[1.0, 0.0, 0.0], 1)),
    ];
    std::panic::set_hook(Box::new(|_| ()));
    let said = short.map(|call| *std::panic::catch_unwind(call).unwrap_err().downcast::<&str>().unwrap());
    assert_eq!(said[0], "d_pick: the shadow `dx_0` is shorter than `x`");
    assert_eq!(said[1], "f_pick: the shadow `bx_0` is shorter than `x`");
    assert_eq!(said[2], "f_pick_vector: the shadow `bx_0` is shorter than 2 times `x`");
    drop(std::panic::take_hook());

    assert_eq!(d_mix(2.0, [3.0, 5.0], 7.0, 2.0), (41.0, 6.0, [4.0, 14.0], 10.0));
    assert_eq!(f_mix(2.0, 1.0, 0.0, [3.0, 5.0], [0.0, 0.0], [1.0, 1.0], 7.0), [41.0, 3.0, 9.0]);

    let seed = Pair { a: 0.5, n: 1, b: 0.25 };
    let doubled = Pair { a: 3.0, n: 7, b: 7.5 };
    assert_eq!(d_twist(pair, seed), (doubled, Pair { a: 1.0, n: 0, b: 0.75 }));
    assert_eq!(d_twist_wide(pair, seed), doubled);
    assert_eq!(f_twist(pair, seed), (doubled, Pair { a: 1.0, n: 1, b: 0.75 }));
    assert_eq!(f_twist_only(pair, seed, pair), [Pair { a: 1.0, n: 1, b: 0.75 }, doubled]);

    assert_eq!(d_consume(Counted(3.0), 2.0, 1.0), (6.0, 3.0));
    assert_eq!(DROPPED.with(Cell::get), 1, "the primal takes what it is given by value, and drops it");

    let (mut dx, mut y, mut dy) = (0.0, [0.0; 3], [1.0, 2.0, 3.0]);
    assert_eq!(d_fill(&2.0, &mut dx, &mut y, &mut dy), 3);
    assert_eq!((dx, y, dy), (6.0, [2.0; 3], [0.0; 3]));

    let (mut dx, mut dy) = ([0.0; 2], [0.0; 2]);
    assert_eq!(d_dot(&[1.0, 2.0], &mut dx, &[3.0, 4.0], &mut dy, 1.0), 11.0);
    assert_eq!((dx, dy), ([3.0, 4.0], [1.0, 2.0]));

    let zero = Pair { a: 0.0, n: 0, b: 0.0 };
    let (mut dself, mut dall, mut last, mut dlast) = (zero, [zero; 2], pair, zero);
    assert_eq!(pair.d_sum(&mut dself, &[pair; 2], &mut dall, &mut last, &mut dlast, 1.0), 7.0);
    assert_eq!((dself.a, dall[0].a, dall[1].a, last.n, dlast.b), (1.0, 1.0, 1.0, 8, 1.0));

    assert_eq!(pair.d_energy(&mut dself, 4.0, 1.0), (6.0, 1.5));
    assert_eq!(dself.a, 5.0);
    println!("all right");
}
