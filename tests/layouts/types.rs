// Every construct of Rust whose layout debug info tells.  The program prints what the compiler itself says of it; a
// type goes by the name of the parameter of `layouts` that refers to it:
//   size PARAMETER SIZE ALIGNMENT
//   member PARAMETER NAME OFFSET SIZE            offset_of!
//   variant PARAMETER NAME BYTES [NAME OFFSET]…  the bytes of a value in hexadecimal, pointers taken into its payload
#![allow(dead_code)]
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::convert::Infallible;
use std::mem::{align_of, offset_of, size_of, MaybeUninit};
use std::num::NonZeroU32;
use std::rc::Rc;
use std::sync::Arc;

#[derive(Clone, Copy)]
pub struct Plain {
    pub a: u8,
    pub b: f64,
    pub c: f32,
    pub d: [f32; 3],
    pub e: i128,
    pub f: bool,
    pub g: char,
}
#[repr(C)]
pub struct ReprC {
    pub a: u8,
    pub b: f64,
    pub c: u16,
}
#[repr(C, packed)]
pub struct Packed {
    pub a: u8,
    pub b: f64,
}
#[repr(align(64))]
pub struct Aligned(pub f64);
#[repr(transparent)]
pub struct Transparent(pub f64, pub ());
pub struct Unit;
pub struct Generic<T, const N: usize> {
    pub many: [T; N],
    pub one: Option<T>,
}
pub struct Matrix {
    pub rows: [[f64; 3]; 2],
    pub end: u8,
}
pub union Either {
    pub f: f64,
    pub n: u32,
    pub bytes: [u8; 12],
}

pub enum Clike {
    A,
    B = 5,
    C,
}
#[repr(i16)]
pub enum Signed {
    Minus = -300,
    Plus = 300,
}
pub enum Tagged {
    Circle(f64),
    Rect { w: f64, h: f32 },
    Count(u64),
    Nothing,
}
#[repr(C)]
pub enum TaggedC {
    A(f64),
    B { x: f32, y: u8 },
    C,
}
#[repr(u8)]
pub enum TaggedU8 {
    A(f64),
    B(u16) = 7,
    C = 200,
}
#[repr(i16)]
pub enum Negative {
    A(f64) = -5,
    B(f32) = 7,
}
#[repr(C, u32)]
pub enum TaggedCU32 {
    A(u8, f64),
    B(u16),
}
#[repr(i64)]
pub enum Wide {
    A(f32) = i64::MIN,
    B(f64) = -1,
}
pub enum Niche {
    Some(Box<f64>),
    None,
}
pub enum NicheBool {
    Data(f64, bool),
    B,
    C,
    D,
}
pub enum MultipleNiche {
    Data(f64, bool),
    Small(u8),
    Empty,
}
pub enum NicheChar {
    Data(char),
    A,
    B,
}
pub enum Nested {
    X(Option<f64>),
    Y(Clike),
    Z(Niche),
    W(Tagged),
}
pub enum Single {
    Only(f64, u32),
}
pub enum SingleUnit {
    Only,
}
pub enum Never {}
pub enum Tree {
    Leaf(f64),
    Node(Box<Tree>, Box<Tree>),
}
pub enum Slices<'a> {
    Text(&'a str),
    Many(&'a [f64]),
    One(&'a f64),
}
pub trait Energy {
    fn energy(&self, x: f64) -> f64;
}
impl Energy for Plain {
    fn energy(&self, x: f64) -> f64 {
        x * self.b
    }
}

macro_rules! layouts {
    ($($name:ident: $type:ty),* $(,)?) => {
        #[no_mangle]
        #[inline(never)]
        pub fn layouts($($name: &$type),*) -> usize {
            0 $(+ $name as *const $type as usize)*
        }
        fn sizes() {
            $(println!("size {} {} {}", stringify!($name), size_of::<$type>(), align_of::<$type>());)*
        }
        fn call() -> usize {
            layouts($(unsafe { &*std::ptr::dangling::<$type>() }),*)
        }
    };
}
layouts! {
    plain: Plain, reprc: ReprC, packed: Packed, aligned: Aligned, transparent: Transparent, unit: Unit,
    generic: Generic<f64, 3>, matrix: Matrix, either: Either, clike: Clike, signed: Signed, tagged: Tagged,
    taggedc: TaggedC, taggedu8: TaggedU8, negative: Negative, taggedcu32: TaggedCU32, wide: Wide, niche: Niche,
    nichebool: NicheBool, multipleniche: MultipleNiche, nichechar: NicheChar, nested: Nested, single: Single,
    singleunit: SingleUnit, never: Option<Never>, tree: Tree, slices: Slices<'static>,
    option: Option<f64>, optionbox: Option<Box<f64>>, optionslice: Option<&'static [f64]>, nonzero: Option<NonZeroU32>,
    options: Option<Option<bool>>, result: Result<f64, String>, infallible: Result<f64, Infallible>,
    order: Option<std::cmp::Ordering>, u128s: Option<u128>, tuple: (u8, f64, u16), unitvalue: (), array: [[f32; 3]; 2],
    slice: &'static [f64], text: &'static str, object: &'static dyn Energy, boxed: Box<dyn Energy>,
    function: fn(f64) -> f64, pointer: *const f64, vec: Vec<f64>, deque: VecDeque<f64>, string: String, rc: Rc<f64>,
    arc: Arc<Plain>, cell: Cell<f64>, refcell: RefCell<Plain>, hash: HashMap<u32, f64>, btree: BTreeMap<u32, f64>,
    uninit: MaybeUninit<f64>, simd: std::arch::x86_64::__m256d, range: std::ops::Range<usize>,
    i128s: (i128, u8), character: char, flag: bool, f32s: f32, duration: std::time::Duration,
}

macro_rules! members {
    ($name:ident: $type:ty, $($member:tt)*) => {
        $(println!("member {} {} {} {}", stringify!($name), stringify!($member), offset_of!($type, $member), unsafe {
            let value = MaybeUninit::<$type>::zeroed();
            size_behind(&raw const (*value.as_ptr()).$member)
        });)*
    };
}
fn size_behind<T>(_: *const T) -> usize {
    size_of::<T>()
}

fn hex<T>(value: &T) -> String {
    let start = (value as *const T).cast::<u8>();
    (0..size_of::<T>()).map(|at| format!("{:02x}", unsafe { start.add(at).read_volatile() })).collect()
}

/// A value whose padding is zero, so that all of its bytes may be read.
fn zeroed<T>(value: T) -> Box<T> {
    let mut place = Box::new(MaybeUninit::<T>::zeroed());
    unsafe {
        place.as_mut_ptr().write(value);
        Box::from_raw(Box::into_raw(place).cast::<T>())
    }
}

macro_rules! variant {
    ($name:ident: $value:expr, $variant:literal, $pattern:pat => $($field:ident $label:literal),*) => {{
        let value = zeroed($value);
        print!("variant {} {} {:?}", stringify!($name), $variant, hex(&*value));
        match &*value {
            $pattern => {
                $(print!(" {} {}", $label, $field as *const _ as usize - &*value as *const _ as usize);)*
            }
            #[allow(unreachable_patterns)]
            _ => unreachable!(),
        }
        println!();
        std::mem::forget(value);
    }};
}

fn main() {
    sizes();
    members!(plain: Plain, a b c d e f g);
    members!(reprc: ReprC, a b c);
    members!(packed: Packed, a b);
    members!(generic: Generic<f64, 3>, many one);
    members!(matrix: Matrix, rows end);
    members!(either: Either, f n bytes);
    variant!(tagged: Tagged::Circle(1.0), "Circle", Tagged::Circle(r) => r "__0");
    variant!(tagged: Tagged::Rect { w: 1.0, h: 2.0 }, "Rect", Tagged::Rect { w, h } => w "w", h "h");
    variant!(tagged: Tagged::Count(7), "Count", Tagged::Count(n) => n "__0");
    variant!(tagged: Tagged::Nothing, "Nothing", Tagged::Nothing => );
    variant!(taggedc: TaggedC::A(1.0), "A", TaggedC::A(a) => a "__0");
    variant!(taggedc: TaggedC::B { x: 1.0, y: 2 }, "B", TaggedC::B { x, y } => x "x", y "y");
    variant!(taggedc: TaggedC::C, "C", TaggedC::C => );
    variant!(taggedu8: TaggedU8::A(1.0), "A", TaggedU8::A(a) => a "__0");
    variant!(taggedu8: TaggedU8::B(1), "B", TaggedU8::B(b) => b "__0");
    variant!(taggedu8: TaggedU8::C, "C", TaggedU8::C => );
    variant!(negative: Negative::A(1.0), "A", Negative::A(a) => a "__0");
    variant!(negative: Negative::B(1.0), "B", Negative::B(b) => b "__0");
    variant!(taggedcu32: TaggedCU32::A(1, 2.0), "A", TaggedCU32::A(a, b) => a "__0", b "__1");
    variant!(taggedcu32: TaggedCU32::B(1), "B", TaggedCU32::B(b) => b "__0");
    variant!(wide: Wide::A(1.0), "A", Wide::A(a) => a "__0");
    variant!(wide: Wide::B(1.0), "B", Wide::B(b) => b "__0");
    variant!(niche: Niche::Some(Box::new(1.0)), "Some", Niche::Some(b) => b "__0");
    variant!(niche: Niche::None, "None", Niche::None => );
    variant!(nichebool: NicheBool::Data(1.0, true), "Data", NicheBool::Data(x, b) => x "__0", b "__1");
    variant!(nichebool: NicheBool::Data(1.0, false), "Data", NicheBool::Data(x, b) => x "__0", b "__1");
    variant!(nichebool: NicheBool::B, "B", NicheBool::B => );
    variant!(nichebool: NicheBool::C, "C", NicheBool::C => );
    variant!(nichebool: NicheBool::D, "D", NicheBool::D => );
    variant!(multipleniche: MultipleNiche::Data(1.0, true), "Data", MultipleNiche::Data(x, b) => x "__0", b "__1");
    variant!(multipleniche: MultipleNiche::Small(9), "Small", MultipleNiche::Small(b) => b "__0");
    variant!(multipleniche: MultipleNiche::Empty, "Empty", MultipleNiche::Empty => );
    variant!(nichechar: NicheChar::Data('x'), "Data", NicheChar::Data(c) => c "__0");
    variant!(nichechar: NicheChar::A, "A", NicheChar::A => );
    variant!(nichechar: NicheChar::B, "B", NicheChar::B => );
    variant!(nested: Nested::X(Some(1.0)), "X", Nested::X(x) => x "__0");
    variant!(nested: Nested::X(None), "X", Nested::X(x) => x "__0");
    variant!(nested: Nested::Y(Clike::C), "Y", Nested::Y(y) => y "__0");
    variant!(nested: Nested::Z(Niche::None), "Z", Nested::Z(z) => z "__0");
    variant!(nested: Nested::W(Tagged::Count(5)), "W", Nested::W(w) => w "__0");
    variant!(nested: Nested::W(Tagged::Nothing), "W", Nested::W(w) => w "__0");
    variant!(single: Single::Only(1.0, 2), "Only", Single::Only(x, n) => x "__0", n "__1");
    variant!(singleunit: SingleUnit::Only, "Only", SingleUnit::Only => );
    variant!(never: None::<Never>, "None", None => );
    variant!(tree: Tree::Leaf(1.0), "Leaf", Tree::Leaf(x) => x "__0");
    variant!(tree: Tree::Node(Box::new(Tree::Leaf(1.0)), Box::new(Tree::Leaf(2.0))), "Node",
        Tree::Node(a, b) => a "__0", b "__1");
    variant!(slices: Slices::Text("x"), "Text", Slices::Text(t) => t "__0");
    variant!(slices: Slices::Many(&[1.0]), "Many", Slices::Many(t) => t "__0");
    variant!(slices: Slices::One(&1.0), "One", Slices::One(t) => t "__0");
    variant!(option: Some(1.5f64), "Some", Some(x) => x "__0");
    variant!(option: None::<f64>, "None", None => );
    variant!(optionbox: Some(Box::new(1.5f64)), "Some", Some(x) => x "__0");
    variant!(optionbox: None::<Box<f64>>, "None", None => );
    variant!(optionslice: Some(&[1.0f64][..]), "Some", Some(x) => x "__0");
    variant!(optionslice: None::<&[f64]>, "None", None => );
    variant!(nonzero: NonZeroU32::new(3), "Some", Some(x) => x "__0");
    variant!(nonzero: None::<NonZeroU32>, "None", None => );
    variant!(options: None::<Option<bool>>, "None", None => );
    variant!(options: Some(None::<bool>), "Some", Some(x) => x "__0");
    variant!(options: Some(Some(true)), "Some", Some(x) => x "__0");
    variant!(result: Ok::<f64, String>(1.0), "Ok", Ok(x) => x "__0");
    variant!(result: Err::<f64, String>(String::from("no")), "Err", Err(x) => x "__0");
    variant!(infallible: Ok::<f64, Infallible>(1.0), "Ok", Ok(x) => x "__0");
    variant!(order: Some(std::cmp::Ordering::Less), "Some", Some(x) => x "__0");
    variant!(order: None::<std::cmp::Ordering>, "None", None => );
    variant!(u128s: Some(1u128 << 100), "Some", Some(x) => x "__0");
    variant!(u128s: None::<u128>, "None", None => );
    for (name, value) in [("A", Clike::A), ("B", Clike::B), ("C", Clike::C)] {
        println!("enumerator clike {name} {}", value as i64);
    }
    for (name, value) in [("Minus", Signed::Minus), ("Plus", Signed::Plus)] {
        println!("enumerator signed {name} {}", value as i64);
    }
    let scale = 3.0;
    let closure = move |x: f64| x * scale;
    let object: Box<dyn Energy> = Box::new(Plain { a: 1, b: 2.0, c: 3.0, d: [0.0; 3], e: 4, f: true, g: 'g' });
    if call() == 1 {
        println!("{}", object.energy(closure(1.0)));
    }
}
