//! Shadows of the same shape.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::marker::PhantomData;
use std::num::Wrapping;
use std::ops::{Range, RangeInclusive};
use std::path::PathBuf;
use std::time::Duration;

/// A value that can have a shadow: one of the same shape in which every floating-point number is zero.
///
/// The derivative reads and writes a shadow at the same places as the value itself, so "the same shape" is more than
/// equality: a `Vec` has the same length *and capacity*, an enum the same variant, a map the same keys in the same
/// order. What is not a floating-point number is copied, and so are the keys of maps and sets.
///
/// Not implemented, on purpose, for
///
/// * `&T`: adjoints cannot be added behind a shared reference. (`&str` holds no numbers and is copied.)
/// * `Rc<T>` and `Arc<T>`: what two of them share, their shadows would have to share too. Make that shadow by hand.
/// * `VecDeque<T>`, `BinaryHeap<T>` and `LinkedList<T>`: a copy need not have the same arrangement in memory.
///
/// ```
/// use ad_build::{Shadow, zero_shadow};
///
/// #[derive(Shadow)]
/// enum Layer {
///     Dense { weights: Vec<Vec<f64>>, bias: Option<Box<f64>> },
///     Scale(f32),
///     #[allow(dead_code)]
///     Identity,
/// }
///
/// #[derive(Shadow)]
/// struct Network {
///     name: String,
///     layers: Vec<Layer>,
/// }
///
/// let network = Network {
///     name: "two layers".to_owned(),
///     layers: vec![
///         Layer::Dense { weights: vec![vec![1.0, 2.0], vec![3.0, 4.0]], bias: Some(Box::new(0.5)) },
///         Layer::Scale(2.0),
///     ],
/// };
/// let shadow = zero_shadow(&network);
/// assert_eq!(shadow.name, "two layers");
/// match &shadow.layers[..] {
///     [Layer::Dense { weights, bias }, Layer::Scale(scale)] => {
///         assert_eq!(*weights, [[0.0; 2]; 2]);
///         assert_eq!(bias.as_deref(), Some(&0.0));
///         assert_eq!(*scale, 0.0);
///     }
///     _ => unreachable!("the variants are the same"),
/// }
/// ```
///
/// In a derived implementation, `#[shadow(clone)]` on a field copies it, and `#[shadow(with = path)]` calls
/// `path(&field)`: for types of other crates.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no shadow of the same shape",
    note = "derive `ad_build::Shadow` for it, or write `#[shadow(clone)]` or `#[shadow(with = function)]` on the field"
)]
pub trait Shadow: Sized {
    /// A value of the same shape in which every floating-point number is zero.
    #[must_use]
    fn zero_shadow(&self) -> Self;
}

/// A shadow for a `Duplicated` or `Dual` parameter: the same shape, every floating-point number zero.
///
/// ```
/// let x = vec![(1.0, 2_usize), (3.0, 4)];
/// assert_eq!(ad_build::zero_shadow(&x), [(0.0, 2), (0.0, 4)]);
/// ```
#[must_use]
pub fn zero_shadow<T: Shadow>(value: &T) -> T {
    value.zero_shadow()
}

macro_rules! zeroed {
    ($($ty:ty),*) => {
        $(impl Shadow for $ty {
            fn zero_shadow(&self) -> Self {
                0.0
            }
        })*
    };
}

zeroed!(f32, f64);

macro_rules! copied {
    ($($ty:ty),*) => {
        $(impl Shadow for $ty {
            fn zero_shadow(&self) -> Self {
                *self
            }
        })*
    };
}

copied!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, bool, char, (), Duration);
copied!(std::num::NonZeroUsize, std::num::NonZeroU32, std::num::NonZeroU64, std::cmp::Ordering, &str);

macro_rules! tuples {
    ($(($($ty:ident $index:tt),*))*) => {
        $(impl<$($ty: Shadow),*> Shadow for ($($ty,)*) {
            fn zero_shadow(&self) -> Self {
                ($(self.$index.zero_shadow(),)*)
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
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11)
}

impl<T: Shadow, const N: usize> Shadow for [T; N] {
    fn zero_shadow(&self) -> Self {
        std::array::from_fn(|index| self[index].zero_shadow())
    }
}

impl<T: Shadow> Shadow for Vec<T> {
    fn zero_shadow(&self) -> Self {
        // A `push` that finds room in the one must find it in the other.
        let mut shadow = Vec::with_capacity(self.capacity());
        shadow.extend(self.iter().map(Shadow::zero_shadow));
        shadow
    }
}

impl Shadow for String {
    fn zero_shadow(&self) -> Self {
        let mut shadow = String::with_capacity(self.capacity());
        shadow.push_str(self);
        shadow
    }
}

impl<T: Shadow> Shadow for Box<T> {
    fn zero_shadow(&self) -> Self {
        Box::new((**self).zero_shadow())
    }
}

impl<T: Shadow> Shadow for Box<[T]> {
    fn zero_shadow(&self) -> Self {
        self.iter().map(Shadow::zero_shadow).collect()
    }
}

impl<T: Shadow> Shadow for Option<T> {
    fn zero_shadow(&self) -> Self {
        self.as_ref().map(Shadow::zero_shadow)
    }
}

impl<T: Shadow, E: Shadow> Shadow for Result<T, E> {
    fn zero_shadow(&self) -> Self {
        match self {
            Ok(value) => Ok(value.zero_shadow()),
            Err(error) => Err(error.zero_shadow()),
        }
    }
}

impl<T: Copy + Shadow> Shadow for Cell<T> {
    fn zero_shadow(&self) -> Self {
        Cell::new(self.get().zero_shadow())
    }
}

/// Panics where the value is mutably borrowed.
impl<T: Shadow> Shadow for RefCell<T> {
    fn zero_shadow(&self) -> Self {
        RefCell::new(self.borrow().zero_shadow())
    }
}

impl<T: ?Sized> Shadow for PhantomData<T> {
    fn zero_shadow(&self) -> Self {
        PhantomData
    }
}

impl<T: Shadow> Shadow for Range<T> {
    fn zero_shadow(&self) -> Self {
        self.start.zero_shadow()..self.end.zero_shadow()
    }
}

impl<T: Shadow> Shadow for RangeInclusive<T> {
    fn zero_shadow(&self) -> Self {
        self.start().zero_shadow()..=self.end().zero_shadow()
    }
}

impl<T: Shadow> Shadow for Wrapping<T> {
    fn zero_shadow(&self) -> Self {
        Wrapping(self.0.zero_shadow())
    }
}

impl<T: Shadow> Shadow for Reverse<T> {
    fn zero_shadow(&self) -> Self {
        Reverse(self.0.zero_shadow())
    }
}

/// A clone has the table or tree of the original; one that is built anew need not.
impl<K: Clone, V: Clone + Shadow, S: Clone> Shadow for HashMap<K, V, S> {
    fn zero_shadow(&self) -> Self {
        let mut shadow = self.clone();
        shadow.values_mut().for_each(|value| *value = value.zero_shadow());
        shadow
    }
}

/// A clone has the tree of the original; one that is built anew need not.
impl<K: Clone, V: Clone + Shadow> Shadow for BTreeMap<K, V> {
    fn zero_shadow(&self) -> Self {
        let mut shadow = self.clone();
        shadow.values_mut().for_each(|value| *value = value.zero_shadow());
        shadow
    }
}

macro_rules! cloned {
    ($([$($parameter:ident),*] $ty:ty),*) => {
        $(impl<$($parameter: Clone),*> Shadow for $ty {
            fn zero_shadow(&self) -> Self {
                self.clone()
            }
        })*
    };
}

// What is hashed or compared, and text.
cloned!([K, S] HashSet<K, S>, [K] BTreeSet<K>, [] PathBuf, [] Box<str>, [] Cow<'static, str>);
