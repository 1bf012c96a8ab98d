//! Central differences, for programs that are built without ad-build (feature `fallback`).

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;
use std::vec::IntoIter;

/// One floating-point number of a value.
#[derive(Debug)]
pub enum Number<'a> {
    /// Of double precision.
    F64(&'a mut f64),
    /// Of single precision.
    F32(&'a mut f32),
}

impl Number<'_> {
    fn get(&self) -> f64 {
        match self {
            Number::F64(number) => **number,
            Number::F32(number) => f64::from(**number),
        }
    }

    #[allow(clippy::cast_possible_truncation)]
    fn set(&mut self, value: f64) {
        match self {
            Number::F64(number) => **number = value,
            Number::F32(number) => **number = value as f32,
        }
    }

    /// The cube root of the precision: the best step of a central difference, relative to the number.
    fn step(&self) -> f64 {
        match self {
            Number::F64(_) => f64::EPSILON.cbrt(),
            Number::F32(_) => f64::from(f32::EPSILON).cbrt(),
        }
    }
}

/// What is done with every number of a value.
pub type Visitor<'a> = dyn FnMut(Number<'_>) + 'a;

/// A value whose floating-point numbers can be reached one by one, always in the same order.
///
/// Only the feature `fallback` needs it, of every parameter and result that is not `Const`. Derive it for structs and
/// enums; `#[perturb(skip)]` on a field says that no derivative goes through it. It is not implemented for `&T`, behind
/// which nothing can be changed.
#[diagnostic::on_unimplemented(
    message = "the feature `fallback` cannot reach the numbers in `{Self}`",
    note = "derive `ad_build::Perturb` for it, or build with `ad-build cargo` and without the feature"
)]
pub trait Perturb {
    /// Calls `visitor` with every floating-point number.
    fn visit(&mut self, visitor: &mut Visitor<'_>);
}

impl Perturb for f64 {
    fn visit(&mut self, visitor: &mut Visitor<'_>) {
        visitor(Number::F64(self));
    }
}

impl Perturb for f32 {
    fn visit(&mut self, visitor: &mut Visitor<'_>) {
        visitor(Number::F32(self));
    }
}

macro_rules! without_numbers {
    ($($ty:ty),*) => {
        $(impl Perturb for $ty {
            fn visit(&mut self, _: &mut Visitor<'_>) {}
        })*
    };
}

without_numbers!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, bool, char, ());
without_numbers!(String, str, &str, Cow<'_, str>, Ordering);

impl<T: ?Sized> Perturb for PhantomData<T> {
    fn visit(&mut self, _: &mut Visitor<'_>) {}
}

impl<T: Perturb + ?Sized> Perturb for &mut T {
    fn visit(&mut self, visitor: &mut Visitor<'_>) {
        (**self).visit(visitor);
    }
}

impl<T: Perturb + ?Sized> Perturb for Box<T> {
    fn visit(&mut self, visitor: &mut Visitor<'_>) {
        (**self).visit(visitor);
    }
}

impl<T: Perturb> Perturb for [T] {
    fn visit(&mut self, visitor: &mut Visitor<'_>) {
        self.iter_mut().for_each(|value| value.visit(visitor));
    }
}

impl<T: Perturb, const N: usize> Perturb for [T; N] {
    fn visit(&mut self, visitor: &mut Visitor<'_>) {
        self[..].visit(visitor);
    }
}

impl<T: Perturb> Perturb for Vec<T> {
    fn visit(&mut self, visitor: &mut Visitor<'_>) {
        self[..].visit(visitor);
    }
}

impl<T: Perturb> Perturb for Option<T> {
    fn visit(&mut self, visitor: &mut Visitor<'_>) {
        self.iter_mut().for_each(|value| value.visit(visitor));
    }
}

impl<T: Perturb, E: Perturb> Perturb for Result<T, E> {
    fn visit(&mut self, visitor: &mut Visitor<'_>) {
        match self {
            Ok(value) => value.visit(visitor),
            Err(error) => error.visit(visitor),
        }
    }
}

impl<K, V: Perturb, S> Perturb for HashMap<K, V, S> {
    fn visit(&mut self, visitor: &mut Visitor<'_>) {
        self.values_mut().for_each(|value| value.visit(visitor));
    }
}

impl<K, V: Perturb> Perturb for BTreeMap<K, V> {
    fn visit(&mut self, visitor: &mut Visitor<'_>) {
        self.values_mut().for_each(|value| value.visit(visitor));
    }
}

macro_rules! tuples {
    ($(($($ty:ident $index:tt),*))*) => {
        $(impl<$($ty: Perturb),*> Perturb for ($($ty,)*) {
            fn visit(&mut self, visitor: &mut Visitor<'_>) {
                $(self.$index.visit(visitor);)*
            }
        })*
    };
}

tuples! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
}

/// Every number that `visit` visits.
pub fn numbers(visit: impl FnOnce(&mut Visitor<'_>)) -> Vec<f64> {
    let mut found = Vec::new();
    visit(&mut |number| found.push(number.get()));
    found
}

/// The function at other arguments: `run` on a copy of `base`, of which `inputs` and `outputs` visit the numbers.
pub struct Differences<'a, C, R> {
    /// The arguments.
    pub base: &'a C,
    /// The function, on arguments that it may change.
    pub run: &'a dyn Fn(&mut C) -> R,
    /// The numbers that the derivative is with respect to.
    pub inputs: &'a dyn Fn(&mut C, &mut Visitor<'_>),
    /// The numbers that depend on them, in the arguments and in the result.
    pub outputs: &'a dyn Fn(&mut C, &mut R, &mut Visitor<'_>),
}

impl<C: Clone, R> Differences<'_, C, R> {
    /// The outputs where `change` has been applied to the inputs, each of which it gets with its position.
    fn at(&self, mut change: impl FnMut(usize, &mut Number<'_>)) -> Vec<f64> {
        let mut arguments = self.base.clone();
        let mut index = 0;
        (self.inputs)(&mut arguments, &mut |mut number| {
            change(index, &mut number);
            index += 1;
        });
        let mut result = (self.run)(&mut arguments);
        numbers(|visitor| (self.outputs)(&mut arguments, &mut result, visitor))
    }

    /// The transposed Jacobian times `seeds`, which has one number for each output.
    #[must_use]
    pub fn reverse(&self, seeds: &[f64]) -> Vec<f64> {
        let mut steps = Vec::new();
        (self.inputs)(&mut self.base.clone(), &mut |number| steps.push(number.step() * number.get().abs().max(1.0)));
        let adjoint = |(index, step): (usize, &f64)| {
            let (mut above, mut below) = (0.0, 0.0);
            let moved = |way: f64, reached: &mut f64| {
                self.at(|position, number| {
                    if position == index {
                        number.set(number.get() + way * step);
                        *reached = number.get();
                    }
                })
            };
            let (upper, lower) = (moved(1.0, &mut above), moved(-1.0, &mut below));
            same_shape(upper.len(), seeds.len());
            same_shape(lower.len(), seeds.len());
            let changes = upper.iter().zip(&lower).map(|(upper, lower)| upper - lower);
            changes.zip(seeds).map(|(change, seed)| change * seed).sum::<f64>() / (above - below)
        };
        steps.iter().enumerate().map(adjoint).collect()
    }

    /// The Jacobian times `direction`, which has one number for each input.
    #[must_use]
    pub fn forward(&self, direction: &[f64]) -> Vec<f64> {
        let (mut precision, mut scale, mut count) = (f64::EPSILON.cbrt(), 1.0_f64, 0);
        (self.inputs)(&mut self.base.clone(), &mut |number| {
            precision = precision.max(number.step());
            scale = scale.max(number.get().abs());
            count += 1;
        });
        same_shape(direction.len(), count);
        let longest = direction.iter().fold(0.0_f64, |longest, part| longest.max(part.abs()));
        let step = if longest > 0.0 { precision * scale / longest } else { 1.0 };
        let moved = |way: f64| self.at(|index, number| number.set(number.get() + way * step * direction[index]));
        let (upper, lower) = (moved(1.0), moved(-1.0));
        same_shape(upper.len(), lower.len());
        upper.iter().zip(&lower).map(|(upper, lower)| (upper - lower) / (2.0 * step)).collect()
    }
}

fn same_shape(left: usize, right: usize) {
    assert_eq!(
        left, right,
        "a shadow or seed has not the shape of what it belongs to, or the shape of the result depends on the arguments"
    );
}

/// Adds the next derivatives to the numbers of a shadow, which has the shape of `like`.
pub fn add<T: Perturb + ?Sized>(derivatives: &mut IntoIter<f64>, like: &mut dyn Perturb, shadow: &mut T) {
    check(like, shadow);
    shadow.visit(&mut |mut number| number.set(number.get() + derivatives.next().unwrap_or(f64::NAN)));
}

/// Writes the next derivatives into the numbers of a shadow, which has the shape of `like`.
pub fn set<T: Perturb + ?Sized>(derivatives: &mut IntoIter<f64>, like: &mut dyn Perturb, shadow: &mut T) {
    check(like, shadow);
    shadow.visit(&mut |mut number| number.set(derivatives.next().unwrap_or(f64::NAN)));
}

fn check<T: Perturb + ?Sized>(like: &mut dyn Perturb, shadow: &mut T) {
    same_shape(numbers(|visitor| like.visit(visitor)).len(), numbers(|visitor| shadow.visit(visitor)).len());
}

impl<C, R> std::fmt::Debug for Differences<'_, C, R> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Differences").finish_non_exhaustive()
    }
}
