//! Shadows have the shape of what they shadow, and no number but zero.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;

use ad_build::{Shadow, zero_shadow};

#[derive(Clone, Debug, PartialEq, Shadow)]
struct Named<'a, T, const N: usize>
where
    T: Clone,
{
    label: &'a str,
    values: [T; N],
    nested: Vec<Vec<f64>>,
    pair: (f32, u8),
    nothing: PhantomData<&'a T>,
}

#[derive(Clone, Debug, PartialEq, Shadow)]
struct Tuple(f64, i64, Option<Box<f64>>);

#[derive(Clone, Debug, PartialEq, Shadow)]
struct Unit;

#[derive(Clone, Debug, PartialEq, Shadow)]
enum Shape<T> {
    Circle { radius: T },
    Polygon(Vec<(T, T)>, bool),
    Empty,
    Nested(Box<Shape<T>>),
}

#[derive(Clone, Debug, PartialEq, Shadow)]
#[allow(dead_code)]
enum Never {}

mod other {
    #[derive(Clone, Debug, PartialEq)]
    pub struct Matrix(pub Vec<f64>, pub usize);
    #[derive(Clone, Debug, PartialEq)]
    pub struct Settings(pub f64);
}

#[derive(Clone, Debug, PartialEq, Shadow)]
struct Foreign {
    #[shadow(with = |matrix: &other::Matrix| other::Matrix(zero_shadow(&matrix.0), matrix.1))]
    matrix: other::Matrix,
    #[shadow(clone)]
    settings: other::Settings,
}

#[test]
fn structs() {
    let value = Named {
        label: "x",
        values: [1.0_f32, 2.0],
        nested: vec![vec![], vec![1.0, 2.0]],
        pair: (3.0, 4),
        nothing: PhantomData,
    };
    let shadow = Named { values: [0.0; 2], nested: vec![vec![], vec![0.0; 2]], pair: (0.0, 4), ..value.clone() };
    assert_eq!(zero_shadow(&value), shadow);
    assert_eq!(zero_shadow(&Tuple(1.0, 2, Some(Box::new(3.0)))), Tuple(0.0, 2, Some(Box::new(0.0))));
    assert_eq!(zero_shadow(&Tuple(1.0, 2, None)), Tuple(0.0, 2, None));
    assert_eq!(zero_shadow(&Unit), Unit);
}

#[test]
fn enums_keep_their_variant() {
    assert_eq!(zero_shadow(&Shape::Circle { radius: 2.0 }), Shape::Circle { radius: 0.0 });
    let polygon = Shape::Polygon(vec![(1.0, 2.0), (3.0, 4.0)], true);
    assert_eq!(zero_shadow(&polygon), Shape::Polygon(vec![(0.0, 0.0); 2], true));
    assert_eq!(zero_shadow(&Shape::<f64>::Empty), Shape::Empty);
    let nested = Shape::Nested(Box::new(Shape::Circle { radius: 1.0_f32 }));
    assert_eq!(zero_shadow(&nested), Shape::Nested(Box::new(Shape::Circle { radius: 0.0 })));
    assert_eq!(zero_shadow(&Ok::<f64, i32>(1.0)), Ok(0.0));
    assert_eq!(zero_shadow(&Err::<f64, i32>(1)), Err(1));
}

#[test]
fn types_of_other_crates() {
    let value = Foreign { matrix: other::Matrix(vec![1.0, 2.0], 2), settings: other::Settings(0.5) };
    let shadow = Foreign { matrix: other::Matrix(vec![0.0, 0.0], 2), settings: other::Settings(0.5) };
    assert_eq!(zero_shadow(&value), shadow);
}

#[test]
fn spare_capacity_is_part_of_the_shape() {
    let mut value = Vec::with_capacity(7);
    value.extend([1.0, 2.0]);
    let shadow = zero_shadow(&value);
    assert_eq!(shadow, [0.0, 0.0]);
    assert!(shadow.capacity() >= value.capacity());
    let mut text = String::with_capacity(9);
    text.push('x');
    assert!(zero_shadow(&text).capacity() >= text.capacity());
    assert_eq!(&*zero_shadow(&vec![1.0_f32, 2.0].into_boxed_slice()), [0.0, 0.0]);
}

#[test]
fn maps_keep_their_arrangement() {
    let mut hashed: HashMap<u64, Vec<f64>> = (0..100).map(|key| (key, vec![1.0; 2])).collect();
    for key in (0..100).filter(|key| key % 3 == 0) {
        hashed.remove(&key);
    }
    let shadow = zero_shadow(&hashed);
    assert!(hashed.keys().eq(shadow.keys()), "iteration follows the buckets");
    assert!(shadow.values().all(|value| *value == [0.0, 0.0]));
    let ordered: BTreeMap<i32, f64> = (0..100).map(|key| (key, 1.0)).collect();
    let shadow = zero_shadow(&ordered);
    assert!(ordered.keys().eq(shadow.keys()));
    assert!(shadow.values().all(|value| *value == 0.0));
}

#[test]
fn cells() {
    assert_eq!(zero_shadow(&Cell::new(1.0)).get(), 0.0);
    assert_eq!(zero_shadow(&RefCell::new(vec![1.0])).into_inner(), [0.0]);
    assert_eq!(zero_shadow(&(1.0..2.0)), 0.0..0.0);
}
