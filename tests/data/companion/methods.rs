//! Where only the compiler can see what is wrong: its own message has to do.
use ad_build::autodiff_reverse;

pub struct Model;

impl Model {
    // A plain attribute cannot see that this is no free function: `#[autodiff_impl]` can.
    #[autodiff_reverse(d_parabola, Active, Active)]
    pub fn parabola(x: f64) -> f64 {
        x * x
    }
}

pub trait Named {
    fn name(&self);
}

impl dyn Named {
    #[autodiff_reverse(d_unsized, Duplicated, Active)]
    pub fn unsized_self(&self) -> f64 {
        1.0
    }
}

pub trait Energy {
    fn energy(&self) -> f64;
}

// Not a member of the trait: `#[autodiff_impl]` puts it elsewhere.
impl Energy for Model {
    #[autodiff_reverse(d_energy, Duplicated, Active)]
    fn energy(&self) -> f64 {
        1.0
    }
}

// A derivative is of one instance: `#[autodiff_impl]` makes it.
pub struct Generic<T>(T);
impl<T: Copy + Into<f64>> Generic<T> {
    #[autodiff_reverse(d_value, Const, Duplicated, Active)]
    pub fn value(&self, x: &T) -> f64 {
        self.0.into() * (*x).into()
    }
}

fn main() {}
