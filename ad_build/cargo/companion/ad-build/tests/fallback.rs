//! Central differences in place of derivatives, against derivatives by hand.
#![cfg(feature = "fallback")]

use ad_build::{Perturb, autodiff_forward, autodiff_impl, autodiff_reverse};

#[derive(Clone, Copy, Debug, Default, PartialEq, Perturb)]
struct Pair {
    a: f64,
    n: u32,
    b: f32,
}

#[derive(Clone, Debug, Perturb)]
enum Shape<T> {
    Circle {
        radius: T,
    },
    Rectangle(T, Box<T>),
    #[allow(dead_code)]
    Empty,
}

#[derive(Clone, Debug, Perturb)]
struct Model {
    shapes: Vec<Shape<f64>>,
    scale: Option<f64>,
    #[perturb(skip)]
    #[allow(dead_code)]
    name: &'static [f64],
}

fn close(left: f64, right: f64) -> bool {
    (left - right).abs() <= 1e-8 * right.abs().max(1.0)
}

fn close_f32(left: f32, right: f32) -> bool {
    (left - right).abs() <= 1e-3 * right.abs().max(1.0)
}

#[autodiff_reverse(d_pick, Duplicated, Const, Active)]
#[autodiff_reverse(d_pick_only, DuplicatedOnly, Const, ActiveOnly)]
#[autodiff_reverse(d_pick_wide, 2, Duplicated, Const, Active)]
#[autodiff_forward(f_pick, Dual, Const, Dual)]
#[autodiff_forward(f_pick_only, Dual, Const, DualOnly)]
#[autodiff_forward(f_pick_vector, 2, Dualv, Const, Dual)]
fn pick(x: &[f64], n: usize) -> f64 {
    x[n].powi(3)
}

#[test]
fn slices() {
    let x = [2.0, 3.0];
    let mut dx = [10.0, 10.0];
    assert_eq!(d_pick(&x, &mut dx, 1, 0.5), 27.0);
    assert!(close(dx[0], 10.0) && close(dx[1], 23.5), "{dx:?}");
    unsafe { d_pick_only(&x, &mut dx, 0, 1.0) };
    assert!(close(dx[0], 22.0) && close(dx[1], 23.5), "{dx:?}");
    let (mut dx, mut dx_1) = ([0.0; 2], [1.0; 2]);
    assert_eq!(d_pick_wide(&x, &mut dx, &mut dx_1, 0, 1.0), 8.0);
    assert!(close(dx[0], 12.0) && close(dx_1[0], 13.0));
    let (value, tangent) = f_pick(&x, &[1.0, 5.0], 1);
    assert!(value == 27.0 && close(tangent, 135.0), "{tangent}");
    assert!(close(f_pick_only(&x, &[1e6, 0.0], 0), 12e6));
    assert_eq!(f_pick_only(&x, &[0.0, 0.0], 0), 0.0);
    let [value, t0, t1] = f_pick_vector(&x, &[1.0, 0.0, 0.0, 5.0], 1);
    assert!(value == 27.0 && close(t0, 0.0) && close(t1, 135.0));
}

#[autodiff_reverse(d_mix, Active, Active, Active, Active)]
#[autodiff_forward(f_mix, 2, Dual, Dual, Const, Dual)]
fn mix(x: f64, a: [f64; 2], y: f32) -> f64 {
    x * a[0] + a[1].sin() * f64::from(y)
}

#[test]
fn values() {
    let (value, dx, da, dy) = d_mix(2.0, [3.0, 5.0], 7.0, 2.0);
    assert_eq!(value, mix(2.0, [3.0, 5.0], 7.0));
    assert!(close(dx, 6.0) && close(da[0], 4.0) && close(da[1], 14.0 * 5.0_f64.cos()));
    assert!(close_f32(dy, 2.0 * 5.0_f32.sin()));
    let [value, t0, t1] = f_mix(2.0, 1.0, 0.0, [3.0, 5.0], [0.0, 0.0], [1.0, 1.0], 7.0);
    assert_eq!(value, mix(2.0, [3.0, 5.0], 7.0));
    assert!(close(t0, 3.0) && close(t1, 2.0 + 7.0 * 5.0_f64.cos()));
}

#[autodiff_reverse(d_twist, Active, Active)]
#[autodiff_reverse(d_twist_only, Active, ActiveOnly)]
#[autodiff_forward(f_twist, Dual, Dual)]
#[autodiff_forward(f_twist_only, 2, Dual, DualOnly)]
fn twist(pair: Pair) -> Pair {
    Pair { a: pair.a * f64::from(pair.b), n: pair.n + 1, b: pair.b * 3.0 }
}

#[test]
fn structs_by_value() {
    let (pair, seed) = (Pair { a: 1.5, n: 7, b: 2.5 }, Pair { a: 0.5, n: 1, b: 0.25 });
    let (value, adjoint) = d_twist(pair, seed);
    assert_eq!(value, twist(pair));
    assert!((adjoint.a - 1.25).abs() < 1e-3 && close_f32(adjoint.b, 1.5), "{adjoint:?}");
    assert!((d_twist_only(pair, seed).a - 1.25).abs() < 1e-3);
    let (value, tangent) = f_twist(pair, seed);
    assert_eq!(value, twist(pair));
    assert!((tangent.a - (0.5 * 2.5 + 1.5 * 0.25)).abs() < 1e-3 && close_f32(tangent.b, 0.75), "{tangent:?}");
    let [one, two] = f_twist_only(pair, seed, Pair::default());
    assert!(close_f32(one.b, 0.75) && two.b == 0.0);
}

#[autodiff_reverse(d_area, Duplicated, Active, Active)]
#[autodiff_forward(f_area, Dual, Const, Dual)]
fn area(model: &Model, factor: f64) -> f64 {
    let area = |shape: &Shape<f64>| match shape {
        Shape::Circle { radius } => radius * radius,
        Shape::Rectangle(a, b) => a * **b,
        Shape::Empty => 0.0,
    };
    factor * model.scale.unwrap_or(1.0) * model.shapes.iter().map(area).sum::<f64>()
}

#[test]
fn structs_enums_and_boxes_behind_a_reference() {
    let shapes = |radius, a, b| vec![Shape::Circle { radius }, Shape::Rectangle(a, Box::new(b)), Shape::Empty];
    let model = Model { shapes: shapes(2.0, 3.0, 5.0), scale: Some(0.5), name: &[] };
    let mut shadow = Model { shapes: shapes(0.0, 0.0, 0.0), scale: Some(0.0), name: &[] };
    let (value, factor) = d_area(&model, &mut shadow, 2.0, 1.0);
    assert!(value == 19.0 && close(factor, 9.5));
    assert!(close(shadow.scale.unwrap(), 38.0));
    let Shape::Circle { radius } = shadow.shapes[0] else { panic!("{shadow:?}") };
    let Shape::Rectangle(a, b) = &shadow.shapes[1] else { panic!("{shadow:?}") };
    assert!(close(radius, 4.0) && close(*a, 5.0) && close(**b, 3.0), "{shadow:?}");
    let (_, tangent) = f_area(&model, &shadow, 2.0);
    assert!(close(tangent, 38.0 * 38.0 + 16.0 + 25.0 + 9.0), "{tangent}");
}

#[autodiff_reverse(d_step, Duplicated, Duplicated, Const)]
#[autodiff_forward(f_step, Dual, DualOnly, Const)]
#[autodiff_forward(f_step_vector, 2, Dualv, Dualv, Const)]
fn step(x: &[f64], y: &mut [f64]) -> usize {
    for (x, y) in x.iter().zip(&mut *y) {
        *y *= x;
    }
    y.len()
}

#[test]
fn what_is_written_is_input_and_output() {
    let x = [2.0, 3.0];
    let (mut dx, mut y, mut dy) = ([1.0; 2], [5.0, 7.0], [1.0, 10.0]);
    assert_eq!(d_step(&x, &mut dx, &mut y, &mut dy), 2);
    assert_eq!(y, [10.0, 21.0], "the function has run once");
    assert!(close(dx[0], 6.0) && close(dx[1], 71.0) && close(dy[0], 2.0) && close(dy[1], 30.0), "{dx:?} {dy:?}");
    let (mut y, mut by) = ([5.0, 7.0], [1.0, 0.0]);
    assert_eq!(unsafe { f_step(&x, &[1.0, 2.0], &mut y, &mut by) }, 2);
    assert!(y == [10.0, 21.0] && close(by[0], 7.0) && close(by[1], 14.0), "{by:?}");
    let (mut y, mut by) = ([5.0, 7.0], [1.0, 0.0, 0.0, 1.0]);
    assert_eq!(f_step_vector(&x, &[0.0, 0.0, 1.0, 0.0], &mut y, &mut by), 2);
    assert!([2.0, 0.0, 5.0, 3.0].iter().zip(by).all(|(right, by)| close(by, *right)), "{by:?}");
}

#[autodiff_reverse(d_owned, Const, Const, Const, Duplicated, Active)]
fn owned(label: &str, table: Vec<usize>, f: &dyn Fn(f64) -> f64, x: &f64) -> f64 {
    (label.len() + table.len()) as f64 * f(*x)
}

#[autodiff_reverse(d_first, Duplicated, Const)]
fn first(x: &[f64]) -> Option<&f64> {
    x.first()
}

#[autodiff_reverse(d_dot, Duplicated, Duplicated, Active, T = f64, N = 2)]
fn dot<T: Copy + std::ops::Mul<Output = T> + Into<f64>, const N: usize>(x: &[T; N], y: &[T; N]) -> f64 {
    x.iter().zip(y).map(|(x, y)| (*x * *y).into()).sum()
}

#[autodiff_reverse(
    d_many, Active, Active, Active, Active, Active, Active, Active, Active, Active, Active, Active, Active, Active
)]
#[allow(clippy::too_many_arguments)]
fn many(a: f64, b: f64, c: f64, d: f64, e: f64, f: f64, g: f64, h: f64, i: f64, j: f64, k: f64, l: f64) -> f64 {
    a * b * c * d * e * f * g * h * i * j * k * l
}

#[test]
fn constants_borrowed_results_instances_and_many_parameters() {
    let mut dx = 0.0;
    assert_eq!(d_owned("ab", vec![1], &|x| x * x, &3.0, &mut dx, 1.0), 27.0);
    assert!(close(dx, 18.0));
    assert_eq!(d_first(&[1.0], &mut [0.0]), Some(&1.0));
    let (mut dx, mut dy) = ([0.0; 2], [0.0; 2]);
    assert_eq!(d_dot(&[1.0, 2.0], &mut dx, &[3.0, 4.0], &mut dy, 1.0), 11.0);
    assert!(close(dx[0], 3.0) && close(dy[1], 2.0));
    let all = d_many(2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 3.0, 1.0);
    assert!(all.0 == 6.0 && close(all.1, 3.0) && close(all.2, 6.0) && close(all.12, 2.0));
}

#[autodiff_reverse(d_names, Active, Duplicated, Duplicated, Active, Active)]
#[autodiff_forward(f_names, Dual, Dual, Dual, Dual, Dual)]
fn names(value: f64, base: &f64, at: &mut [f64], visitor: f32) -> f64 {
    at[0] = value;
    value * base * f64::from(visitor)
}

#[test]
fn names_of_our_own() {
    let (mut dbase, mut at, mut dat) = (0.0, [0.0], [1.0]);
    let (value, adjoint, _) = d_names(2.0, &3.0, &mut dbase, &mut at, &mut dat, 1.0, 1.0);
    assert!(value == 6.0 && close(adjoint, 4.0) && close(dbase, 2.0) && close(dat[0], 0.0));
    let (_, tangent) = f_names(2.0, 1.0, &3.0, &0.0, &mut at, &mut dat, 1.0, 0.0);
    assert!((tangent - 3.0).abs() < 1e-3 && (dat[0] - 1.0).abs() < 1e-3);
}

impl Pair {
    #[autodiff_reverse(d_sum, Duplicated, Duplicated, Duplicated, Active)]
    fn sum(&self, all: &[Self], last: &mut Self) -> f64 {
        last.n += 1;
        self.a + all.iter().map(|pair| pair.a * pair.a).sum::<f64>() * self.a
    }

    #[autodiff_reverse(d_into, Active, Active)]
    fn into_square(self) -> f64 {
        self.a * self.a
    }
}

mod energies {
    pub trait Energy {
        fn energy(&self, scale: f64) -> f64;
    }
}

// The trait itself is not in scope.
#[autodiff_impl]
impl energies::Energy for Pair {
    #[autodiff_reverse(d_energy, Duplicated, Active, Active)]
    fn energy(&self, scale: f64) -> f64 {
        self.a * scale
    }
}

#[test]
fn methods() {
    let pair = Pair { a: 2.0, n: 7, b: 1.0 };
    let mut shadows = [Pair::default(); 3];
    let [dself, dall, dlast] = &mut shadows;
    let mut last = pair;
    assert_eq!(pair.d_sum(dself, &[pair], std::slice::from_mut(dall), &mut last, dlast, 1.0), 10.0);
    assert_eq!(last.n, 8);
    assert!((dself.a - 5.0).abs() < 1e-6 && (dall.a - 8.0).abs() < 1e-6);
    let (value, adjoint) = pair.d_into(1.0);
    assert!(value == 4.0 && (adjoint.a - 4.0).abs() < 1e-6);
    let mut shadow = Pair::default();
    let (value, scale) = pair.d_energy(&mut shadow, 3.0, 1.0);
    assert!(value == 6.0 && close(scale, 2.0) && close(shadow.a, 3.0));
}

#[test]
#[should_panic(expected = "shape")]
fn a_shadow_of_another_shape() {
    d_pick(&[1.0, 2.0], &mut [0.0], 0, 1.0);
}
