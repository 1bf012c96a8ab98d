//! Raw derivatives by hand, for `requests.rs`: what ad-build makes has to be declared like this.
//! Each `RAW(...)` is replaced by the symbol of the derivative of that name.
#![crate_type = "lib"]
#![no_std]

use core::mem::transmute;

#[derive(Clone, Copy)]
pub struct Pair {
    pub a: f64,
    pub n: u32,
    pub b: f32,
}

type Pick = unsafe fn(&[f64], usize) -> f64;
type Mix = unsafe fn(f64, *const [f64; 2], f32) -> f64;
type Twist = unsafe fn(*const Pair, *mut Pair);

#[unsafe(export_name = "RAW(d_pick)")]
unsafe fn d_pick(primal: *const (), x: &[f64], dx: &mut [f64], n: usize, seed: f64) -> f64 {
    dx[n] += 2.0 * x[n] * seed;
    unsafe { transmute::<_, Pick>(primal)(x, n) }
}

#[unsafe(export_name = "RAW(d_pick_only)")]
unsafe fn d_pick_only(_: *const (), x: &[f64], dx: &mut [f64], n: usize, seed: f64) {
    dx[n] += 2.0 * x[n] * seed;
}

#[unsafe(export_name = "RAW(f_pick)")]
unsafe fn f_pick(_: *const (), x: &[f64], bx: &[f64], n: usize) -> f64 {
    2.0 * x[n] * bx[n]
}

#[unsafe(export_name = "RAW(f_pick_vector)")]
unsafe fn f_pick_vector(
    primal: *const (),
    x: &[f64],
    bx: &[f64],
    n: usize,
    value: *mut f64,
    t0: *mut f64,
    t1: *mut f64,
) {
    unsafe {
        *value = transmute::<_, Pick>(primal)(x, n);
        *t0 = 2.0 * x[n] * bx[n];
        *t1 = 2.0 * x[n] * bx[x.len() + n];
    }
}

#[unsafe(export_name = "RAW(d_mix)")]
unsafe fn d_mix(
    primal: *const (),
    x: f64,
    a: *const [f64; 2],
    da: *mut [f64; 2],
    y: f32,
    seed: f64,
    value: *mut f64,
    adjoint_x: *mut f64,
    adjoint_y: *mut f32,
) {
    unsafe {
        *value = transmute::<_, Mix>(primal)(x, a, y);
        *adjoint_x = (*a)[0] * seed;
        (*da)[0] += x * seed;
        (*da)[1] += f64::from(y) * seed;
        *adjoint_y = ((*a)[1] * seed) as f32;
    }
}

#[unsafe(export_name = "RAW(f_mix)")]
unsafe fn f_mix(
    primal: *const (),
    x: f64,
    bx0: f64,
    bx1: f64,
    a: *const [f64; 2],
    ba0: *const [f64; 2],
    ba1: *const [f64; 2],
    y: f32,
    value: *mut f64,
    t0: *mut f64,
    t1: *mut f64,
) {
    unsafe {
        *value = transmute::<_, Mix>(primal)(x, a, y);
        *t0 = bx0 * (*a)[0] + x * (*ba0)[0] + (*ba0)[1] * f64::from(y);
        *t1 = bx1 * (*a)[0] + x * (*ba1)[0] + (*ba1)[1] * f64::from(y);
    }
}

#[unsafe(export_name = "RAW(d_twist)")]
unsafe fn d_twist(primal: *const (), pair: *const Pair, dpair: *mut Pair, out: *mut Pair, dout: *mut Pair) {
    unsafe {
        transmute::<_, Twist>(primal)(pair, out);
        (*dpair).a += 2.0 * (*dout).a;
        (*dpair).b += 3.0 * (*dout).b;
        (*dout).a = 0.0;
        (*dout).b = 0.0;
    }
}

#[unsafe(export_name = "RAW(d_twist_wide)")]
unsafe fn d_twist_wide(primal: *const (), pair: *const Pair, out: *mut Pair, dout0: *mut Pair, dout1: *mut Pair) {
    unsafe {
        // Each lane has a copy of the seed of its own.
        assert!(dout0 != dout1 && (*dout0).a == 0.5 && (*dout1).a == 0.5);
        transmute::<_, Twist>(primal)(pair, out);
    }
}

unsafe fn tangent(pair: *const Pair) -> Pair {
    unsafe { Pair { a: (*pair).a * 2.0, n: (*pair).n, b: (*pair).b * 3.0 } }
}

#[unsafe(export_name = "RAW(f_twist)")]
unsafe fn f_twist(primal: *const (), pair: *const Pair, bpair: *const Pair, out: *mut Pair, bout: *mut Pair) {
    unsafe {
        transmute::<_, Twist>(primal)(pair, out);
        *bout = tangent(bpair);
    }
}

#[unsafe(export_name = "RAW(f_twist_only)")]
unsafe fn f_twist_only(
    _: *const (),
    _: *const Pair,
    bpair0: *const Pair,
    bpair1: *const Pair,
    _: *mut Pair,
    bout0: *mut Pair,
    bout1: *mut Pair,
) {
    unsafe {
        *bout0 = tangent(bpair0);
        *bout1 = tangent(bpair1);
    }
}

#[unsafe(export_name = "RAW(d_consume)")]
unsafe fn d_consume(primal: *const (), weight: *const f64, x: f64, seed: f64, value: *mut f64, adjoint: *mut f64) {
    unsafe {
        *adjoint = *weight * seed;
        *value = transmute::<_, unsafe fn(*const f64, f64) -> f64>(primal)(weight, x);
    }
}

#[unsafe(export_name = "RAW(d_fill)")]
unsafe fn d_fill(primal: *const (), x: &f64, dx: &mut f64, y: &mut [f64], dy: &mut [f64], out: *mut usize) {
    unsafe { transmute::<_, unsafe fn(&f64, &mut [f64], *mut usize)>(primal)(x, y, out) };
    for dy in dy {
        *dx += *dy;
        *dy = 0.0;
    }
}

#[unsafe(export_name = "RAW(d_dot)")]
unsafe fn d_dot(
    primal: *const (),
    x: &[f32; 2],
    dx: &mut [f32; 2],
    y: &[f32; 2],
    dy: &mut [f32; 2],
    seed: f64,
) -> f64 {
    for i in 0..2 {
        dx[i] += y[i] * seed as f32;
        dy[i] += x[i] * seed as f32;
    }
    unsafe { transmute::<_, unsafe fn(&[f32; 2], &[f32; 2]) -> f64>(primal)(x, y) }
}

#[unsafe(export_name = "RAW(d_sum)")]
unsafe fn d_sum(
    primal: *const (),
    this: &Pair,
    dthis: &mut Pair,
    all: &[Pair],
    dall: &mut [Pair],
    last: &mut Pair,
    dlast: &mut Pair,
    seed: f64,
) -> f64 {
    dthis.a += seed;
    for pair in dall {
        pair.a += seed;
    }
    dlast.b += seed as f32;
    unsafe { transmute::<_, unsafe fn(&Pair, &[Pair], &mut Pair) -> f64>(primal)(this, all, last) }
}

#[unsafe(export_name = "RAW(d_energy)")]
unsafe fn d_energy(
    primal: *const (),
    this: &Pair,
    dthis: &mut Pair,
    scale: f64,
    seed: f64,
    value: *mut f64,
    adjoint: *mut f64,
) {
    dthis.a += scale * seed;
    unsafe {
        *value = transmute::<_, unsafe fn(&Pair, f64) -> f64>(primal)(this, scale);
        *adjoint = this.a * seed;
    }
}
