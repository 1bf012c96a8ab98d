//! Types without a shadow.
use ad_build::Shadow;

#[derive(Shadow)]
pub union Bits {
    pub number: f64,
    pub integer: u64,
}

#[derive(Shadow)]
pub struct Shared {
    pub data: std::rc::Rc<f64>,
}

#[derive(Shadow)]
pub struct View<'a> {
    pub data: &'a [f64],
}

#[derive(Shadow)]
pub struct Misspelt {
    #[shadow(copy)]
    pub data: f64,
}

fn main() {}
