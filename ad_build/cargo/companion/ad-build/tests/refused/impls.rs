//! Methods, and `#[autodiff_impl]`.
use ad_build::{autodiff_impl, autodiff_reverse};

pub struct Model<T> {
    pub x: T,
}

#[autodiff_impl]
impl<T: Copy + Into<f64>> Model<T> {
    #[autodiff_reverse(d_one, Duplicated, Active)]
    pub fn one(&self) -> f64 {
        self.x.into()
    }

    #[autodiff_reverse(d_two, Duplicated, Activ, T = f64)]
    pub fn two(&self) -> f64 {
        self.x.into()
    }

    #[autodiff_reverse(d_three, Duplicated, Active, K = f64)]
    pub fn three(&self) -> f64 {
        self.x.into()
    }
}

pub trait Energy {
    fn energy(&self) -> f64;
    fn d_energy(&self, dself_0: &mut Self, dret: f64) -> f64;
}

#[autodiff_impl(in_trait)]
impl<T: Copy + Into<f64>> Energy for Model<T> {
    #[autodiff_reverse(d_energy, Duplicated, Active, T = f64)]
    fn energy(&self) -> f64 {
        self.x.into()
    }
}

#[autodiff_impl(in_trait)]
impl Model<f32> {}

#[autodiff_impl(somewhere)]
impl Model<f64> {}

fn main() {}
