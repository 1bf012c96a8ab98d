define internal double @ad_build_complex_cabs(double %0, double %1) {
  %3 = call double @hypot(double %0, double %1)
  ret double %3
}
declare double @hypot(double, double)
define internal double @ad_build_complex_carg(double %0, double %1) {
  %3 = call double @atan2(double %1, double %0)
  ret double %3
}
declare double @atan2(double, double)
define internal { double, double } @ad_build_complex_cexp(double %0, double %1) {
  %3 = call double @exp(double %0)
  %4 = fcmp oeq double %1, 0.000000e+00
  br i1 %4, label %exponential.exit, label %5
5:
  %6 = call double @cos(double %1)
  %7 = fmul double %3, %6
  %8 = call double @sin(double %1)
  %9 = fmul double %3, %8
  br label %exponential.exit
exponential.exit:
  %.sroa.012.0 = phi double [ %7, %5 ], [ %3, %2 ]
  %.sroa.5.0 = phi double [ %9, %5 ], [ %1, %2 ]
  %.fca.0.insert10 = insertvalue { double, double } poison, double %.sroa.012.0, 0
  %.fca.1.insert11 = insertvalue { double, double } %.fca.0.insert10, double %.sroa.5.0, 1
  %10 = extractvalue { double, double } %.fca.1.insert11, 0
  %11 = extractvalue { double, double } %.fca.1.insert11, 1
  %.fca.0.insert = insertvalue { double, double } poison, double %10, 0
  %.fca.1.insert = insertvalue { double, double } %.fca.0.insert, double %11, 1
  ret { double, double } %.fca.1.insert
}
define internal { double, double } @ad_build_complex_clog(double %0, double %1) {
  %3 = call double @hypot(double %0, double %1)
  %4 = fcmp ogt double %3, 0x3FE6666666666666
  %5 = fcmp olt double %3, 1.400000e+00
  %or.cond = and i1 %4, %5
  br i1 %or.cond, label %6, label %24
6:
  %7 = fcmp olt double %0, 0.000000e+00
  br i1 %7, label %8, label %14
8:
  %9 = fsub double -1.000000e+00, %0
  %10 = fsub double 1.000000e+00, %0
  %11 = fmul double %9, %10
  %12 = fmul double %1, %1
  %13 = fadd double %11, %12
  br label %20
14:
  %15 = fsub double %0, 1.000000e+00
  %16 = fadd double %0, 1.000000e+00
  %17 = fmul double %15, %16
  %18 = fmul double %1, %1
  %19 = fadd double %17, %18
  br label %20
20:
  %21 = phi double [ %13, %8 ], [ %19, %14 ]
  %22 = call double @log1p(double %21)
  %23 = fmul double 5.000000e-01, %22
  br label %logarithm.exit
24:
  %25 = call double @log(double %3)
  br label %logarithm.exit
logarithm.exit:
  %26 = phi double [ %23, %20 ], [ %25, %24 ]
  %27 = call double @atan2(double %1, double %0)
  %.fca.0.insert19 = insertvalue { double, double } poison, double %26, 0
  %.fca.1.insert20 = insertvalue { double, double } %.fca.0.insert19, double %27, 1
  %28 = extractvalue { double, double } %.fca.1.insert20, 0
  %29 = extractvalue { double, double } %.fca.1.insert20, 1
  %.fca.0.insert = insertvalue { double, double } poison, double %28, 0
  %.fca.1.insert = insertvalue { double, double } %.fca.0.insert, double %29, 1
  ret { double, double } %.fca.1.insert
}
define internal { double, double } @ad_build_complex_clog10(double %0, double %1) {
  %3 = call double @hypot(double %0, double %1)
  %4 = fcmp ogt double %3, 0x3FE6666666666666
  %5 = fcmp olt double %3, 1.400000e+00
  %or.cond = and i1 %4, %5
  br i1 %or.cond, label %6, label %24
6:
  %7 = fcmp olt double %0, 0.000000e+00
  br i1 %7, label %8, label %14
8:
  %9 = fsub double -1.000000e+00, %0
  %10 = fsub double 1.000000e+00, %0
  %11 = fmul double %9, %10
  %12 = fmul double %1, %1
  %13 = fadd double %11, %12
  br label %20
14:
  %15 = fsub double %0, 1.000000e+00
  %16 = fadd double %0, 1.000000e+00
  %17 = fmul double %15, %16
  %18 = fmul double %1, %1
  %19 = fadd double %17, %18
  br label %20
20:
  %21 = phi double [ %13, %8 ], [ %19, %14 ]
  %22 = call double @log1p(double %21)
  %23 = fmul double 5.000000e-01, %22
  br label %logarithm.exit
24:
  %25 = call double @log(double %3)
  br label %logarithm.exit
logarithm.exit:
  %26 = phi double [ %23, %20 ], [ %25, %24 ]
  %27 = call double @atan2(double %1, double %0)
  %.fca.0.insert20 = insertvalue { double, double } poison, double %26, 0
  %.fca.1.insert21 = insertvalue { double, double } %.fca.0.insert20, double %27, 1
  %28 = extractvalue { double, double } %.fca.1.insert21, 0
  %29 = extractvalue { double, double } %.fca.1.insert21, 1
  %30 = fmul double %28, 0x3FDBCB7B1526E50E
  %31 = fmul double %29, 0x3FDBCB7B1526E50E
  %.fca.0.insert = insertvalue { double, double } poison, double %30, 0
  %.fca.1.insert = insertvalue { double, double } %.fca.0.insert, double %31, 1
  ret { double, double } %.fca.1.insert
}
define internal { double, double } @ad_build_complex_csqrt(double %0, double %1) {
  %3 = call double @hypot(double %0, double %1)
  %4 = fcmp oeq double %3, 0.000000e+00
  br i1 %4, label %5, label %11
5:
  %6 = call double @llvm.fabs.f64(double %1)
  %7 = call double @sqrt(double %6)
  %8 = call double @llvm.copysign.f64(double %7, double %1)
  %9 = call double @llvm.fabs.f64(double %0)
  %10 = call double @sqrt(double %9)
  br label %square_root.exit
11:
  %12 = call double @llvm.fabs.f64(double %0)
  %13 = fadd double %3, %12
  %14 = fmul double 5.000000e-01, %13
  %15 = call double @sqrt(double %14)
  %16 = fcmp oge double %0, 0.000000e+00
  br i1 %16, label %17, label %20
17:
  %18 = fmul double 5.000000e-01, %1
  %19 = fdiv double %18, %15
  br label %square_root.exit
20:
  %21 = call double @llvm.copysign.f64(double %15, double %1)
  %22 = call double @llvm.fabs.f64(double %1)
  %23 = fmul double 5.000000e-01, %22
  %24 = fdiv double %23, %15
  br label %square_root.exit
square_root.exit:
  %.124 = phi double [ %8, %5 ], [ %19, %17 ], [ %21, %20 ]
  %.1 = phi double [ %10, %5 ], [ %15, %17 ], [ %24, %20 ]
  %.fca.0.insert = insertvalue { double, double } poison, double %.1, 0
  %.fca.1.insert = insertvalue { double, double } %.fca.0.insert, double %.124, 1
  ret { double, double } %.fca.1.insert
}
define internal { double, double } @ad_build_complex_csin(double %0, double %1) {
  %3 = call double @sin(double %0)
  %4 = call double @cosh(double %1)
  %5 = fmul double %3, %4
  %6 = call double @cos(double %0)
  %7 = call double @sinh(double %1)
  %8 = fmul double %6, %7
  %.fca.0.insert = insertvalue { double, double } poison, double %5, 0
  %.fca.1.insert = insertvalue { double, double } %.fca.0.insert, double %8, 1
  ret { double, double } %.fca.1.insert
}
declare double @sin(double)
declare double @cosh(double)
declare double @cos(double)
declare double @sinh(double)
define internal { double, double } @ad_build_complex_ccos(double %0, double %1) {
  %3 = call double @cos(double %0)
  %4 = call double @cosh(double %1)
  %5 = fmul double %3, %4
  %6 = call double @sin(double %0)
  %7 = call double @sinh(double %1)
  %8 = fmul double %6, %7
  %9 = fneg double %8
  %.fca.0.insert = insertvalue { double, double } poison, double %5, 0
  %.fca.1.insert = insertvalue { double, double } %.fca.0.insert, double %9, 1
  ret { double, double } %.fca.1.insert
}
define internal { double, double } @ad_build_complex_csinh(double %0, double %1) {
  %3 = call double @sinh(double %0)
  %4 = call double @cos(double %1)
  %5 = fmul double %3, %4
  %6 = call double @cosh(double %0)
  %7 = call double @sin(double %1)
  %8 = fmul double %6, %7
  %.fca.0.insert = insertvalue { double, double } poison, double %5, 0
  %.fca.1.insert = insertvalue { double, double } %.fca.0.insert, double %8, 1
  ret { double, double } %.fca.1.insert
}
define internal { double, double } @ad_build_complex_ccosh(double %0, double %1) {
  %3 = call double @cosh(double %0)
  %4 = call double @cos(double %1)
  %5 = fmul double %3, %4
  %6 = call double @sinh(double %0)
  %7 = call double @sin(double %1)
  %8 = fmul double %6, %7
  %.fca.0.insert = insertvalue { double, double } poison, double %5, 0
  %.fca.1.insert = insertvalue { double, double } %.fca.0.insert, double %8, 1
  ret { double, double } %.fca.1.insert
}
define internal { double, double } @ad_build_complex_ctanh(double %0, double %1) {
  %3 = call double @sin(double %1)
  %4 = call double @cos(double %1)
  %5 = call double @llvm.fabs.f64(double %0)
  %6 = fcmp ogt double %5, 2.200000e+01
  br i1 %6, label %7, label %21
7:
  %8 = call double @llvm.fabs.f64(double %0)
  %9 = fmul double -2.000000e+00, %8
  %10 = call double @exp(double %9)
  %11 = fmul double 2.000000e+00, %10
  %12 = fmul double %4, %4
  %13 = fmul double %3, %3
  %14 = fsub double %12, %13
  %15 = fmul double %11, %14
  %16 = fsub double 1.000000e+00, %15
  %17 = call double @llvm.copysign.f64(double %16, double %0)
  %18 = fmul double 4.000000e+00, %3
  %19 = fmul double %18, %4
  %20 = fmul double %19, %10
  br label %hyperbolic_tangent.exit
21:
  %22 = call double @sinh(double %0)
  %23 = call double @cosh(double %0)
  %24 = fmul double %22, %22
  %25 = fmul double %4, %4
  %26 = fadd double %24, %25
  %27 = fmul double %22, %23
  %28 = fdiv double %27, %26
  %29 = fmul double %3, %4
  %30 = fdiv double %29, %26
  br label %hyperbolic_tangent.exit
hyperbolic_tangent.exit:
  %.sroa.029.0 = phi double [ %17, %7 ], [ %28, %21 ]
  %.sroa.5.0 = phi double [ %20, %7 ], [ %30, %21 ]
  %.fca.0.insert27 = insertvalue { double, double } poison, double %.sroa.029.0, 0
  %.fca.1.insert28 = insertvalue { double, double } %.fca.0.insert27, double %.sroa.5.0, 1
  %31 = extractvalue { double, double } %.fca.1.insert28, 0
  %32 = extractvalue { double, double } %.fca.1.insert28, 1
  %.fca.0.insert = insertvalue { double, double } poison, double %31, 0
  %.fca.1.insert = insertvalue { double, double } %.fca.0.insert, double %32, 1
  ret { double, double } %.fca.1.insert
}
define internal { double, double } @ad_build_complex_ctan(double %0, double %1) {
  %3 = fneg double %1
  %4 = call double @sin(double %0)
  %5 = call double @cos(double %0)
  %6 = call double @llvm.fabs.f64(double %3)
  %7 = fcmp ogt double %6, 2.200000e+01
  br i1 %7, label %8, label %22
8:
  %9 = call double @llvm.fabs.f64(double %3)
  %10 = fmul double -2.000000e+00, %9
  %11 = call double @exp(double %10)
  %12 = fmul double 2.000000e+00, %11
  %13 = fmul double %5, %5
  %14 = fmul double %4, %4
  %15 = fsub double %13, %14
  %16 = fmul double %12, %15
  %17 = fsub double 1.000000e+00, %16
  %18 = call double @llvm.copysign.f64(double %17, double %3)
  %19 = fmul double 4.000000e+00, %4
  %20 = fmul double %19, %5
  %21 = fmul double %20, %11
  br label %hyperbolic_tangent.exit
22:
  %23 = call double @sinh(double %3)
  %24 = call double @cosh(double %3)
  %25 = fmul double %23, %23
  %26 = fmul double %5, %5
  %27 = fadd double %25, %26
  %28 = fmul double %23, %24
  %29 = fdiv double %28, %27
  %30 = fmul double %4, %5
  %31 = fdiv double %30, %27
  br label %hyperbolic_tangent.exit
hyperbolic_tangent.exit:
  %.sroa.030.0 = phi double [ %18, %8 ], [ %29, %22 ]
  %.sroa.5.0 = phi double [ %21, %8 ], [ %31, %22 ]
  %.fca.0.insert28 = insertvalue { double, double } poison, double %.sroa.030.0, 0
  %.fca.1.insert29 = insertvalue { double, double } %.fca.0.insert28, double %.sroa.5.0, 1
  %32 = extractvalue { double, double } %.fca.1.insert29, 0
  %33 = extractvalue { double, double } %.fca.1.insert29, 1
  %34 = fneg double %32
  %.fca.0.insert = insertvalue { double, double } poison, double %33, 0
  %.fca.1.insert = insertvalue { double, double } %.fca.0.insert, double %34, 1
  ret { double, double } %.fca.1.insert
}
define internal { double, double } @ad_build_complex_casin(double %0, double %1) {
  %3 = fsub double 1.000000e+00, %0
  %4 = fneg double %1
  %5 = call double @hypot(double %3, double %4)
  %6 = fcmp oeq double %5, 0.000000e+00
  br i1 %6, label %7, label %13
7:
  %8 = call double @llvm.fabs.f64(double %4)
  %9 = call double @sqrt(double %8)
  %10 = call double @llvm.copysign.f64(double %9, double %4)
  %11 = call double @llvm.fabs.f64(double %3)
  %12 = call double @sqrt(double %11)
  br label %square_root.exit1.i
13:
  %14 = call double @llvm.fabs.f64(double %3)
  %15 = fadd double %5, %14
  %16 = fmul double 5.000000e-01, %15
  %17 = call double @sqrt(double %16)
  %18 = fcmp oge double %3, 0.000000e+00
  br i1 %18, label %19, label %22
19:
  %20 = fmul double 5.000000e-01, %4
  %21 = fdiv double %20, %17
  br label %square_root.exit1.i
22:
  %23 = call double @llvm.copysign.f64(double %17, double %4)
  %24 = call double @llvm.fabs.f64(double %4)
  %25 = fmul double 5.000000e-01, %24
  %26 = fdiv double %25, %17
  br label %square_root.exit1.i
square_root.exit1.i:
  %.160 = phi double [ %10, %7 ], [ %21, %19 ], [ %23, %22 ]
  %.1 = phi double [ %12, %7 ], [ %17, %19 ], [ %26, %22 ]
  %27 = fadd double 1.000000e+00, %0
  %28 = call double @hypot(double %27, double %1)
  %29 = fcmp oeq double %28, 0.000000e+00
  br i1 %29, label %30, label %36
30:
  %31 = call double @llvm.fabs.f64(double %1)
  %32 = call double @sqrt(double %31)
  %33 = call double @llvm.copysign.f64(double %32, double %1)
  %34 = call double @llvm.fabs.f64(double %27)
  %35 = call double @sqrt(double %34)
  br label %arc_sine.exit
36:
  %37 = call double @llvm.fabs.f64(double %27)
  %38 = fadd double %28, %37
  %39 = fmul double 5.000000e-01, %38
  %40 = call double @sqrt(double %39)
  %41 = fcmp oge double %27, 0.000000e+00
  br i1 %41, label %42, label %45
42:
  %43 = fmul double 5.000000e-01, %1
  %44 = fdiv double %43, %40
  br label %arc_sine.exit
45:
  %46 = call double @llvm.copysign.f64(double %40, double %1)
  %47 = call double @llvm.fabs.f64(double %1)
  %48 = fmul double 5.000000e-01, %47
  %49 = fdiv double %48, %40
  br label %arc_sine.exit
arc_sine.exit:
  %.162 = phi double [ %33, %30 ], [ %44, %42 ], [ %46, %45 ]
  %.155 = phi double [ %35, %30 ], [ %40, %42 ], [ %49, %45 ]
  %50 = fmul double %.1, %.155
  %51 = fmul double %.160, %.162
  %52 = fsub double %50, %51
  %53 = call double @atan2(double %0, double %52)
  %54 = fmul double %.1, %.162
  %55 = fmul double %.160, %.155
  %56 = fsub double %54, %55
  %57 = call double @asinh(double %56)
  %.fca.0.insert11 = insertvalue { double, double } poison, double %53, 0
  %.fca.1.insert12 = insertvalue { double, double } %.fca.0.insert11, double %57, 1
  %58 = extractvalue { double, double } %.fca.1.insert12, 0
  %59 = extractvalue { double, double } %.fca.1.insert12, 1
  %.fca.0.insert = insertvalue { double, double } poison, double %58, 0
  %.fca.1.insert = insertvalue { double, double } %.fca.0.insert, double %59, 1
  ret { double, double } %.fca.1.insert
}
define internal { double, double } @ad_build_complex_casinh(double %0, double %1) {
  %3 = fneg double %1
  %4 = fsub double 1.000000e+00, %3
  %5 = fneg double %0
  %6 = call double @hypot(double %4, double %5)
  %7 = fcmp oeq double %6, 0.000000e+00
  br i1 %7, label %8, label %14
8:
  %9 = call double @llvm.fabs.f64(double %5)
  %10 = call double @sqrt(double %9)
  %11 = call double @llvm.copysign.f64(double %10, double %5)
  %12 = call double @llvm.fabs.f64(double %4)
  %13 = call double @sqrt(double %12)
  br label %square_root.exit1.i
14:
  %15 = call double @llvm.fabs.f64(double %4)
  %16 = fadd double %6, %15
  %17 = fmul double 5.000000e-01, %16
  %18 = call double @sqrt(double %17)
  %19 = fcmp oge double %4, 0.000000e+00
  br i1 %19, label %20, label %23
20:
  %21 = fmul double 5.000000e-01, %5
  %22 = fdiv double %21, %18
  br label %square_root.exit1.i
23:
  %24 = call double @llvm.copysign.f64(double %18, double %5)
  %25 = call double @llvm.fabs.f64(double %5)
  %26 = fmul double 5.000000e-01, %25
  %27 = fdiv double %26, %18
  br label %square_root.exit1.i
square_root.exit1.i:
  %.162 = phi double [ %11, %8 ], [ %22, %20 ], [ %24, %23 ]
  %.1 = phi double [ %13, %8 ], [ %18, %20 ], [ %27, %23 ]
  %28 = fadd double 1.000000e+00, %3
  %29 = call double @hypot(double %28, double %0)
  %30 = fcmp oeq double %29, 0.000000e+00
  br i1 %30, label %31, label %37
31:
  %32 = call double @llvm.fabs.f64(double %0)
  %33 = call double @sqrt(double %32)
  %34 = call double @llvm.copysign.f64(double %33, double %0)
  %35 = call double @llvm.fabs.f64(double %28)
  %36 = call double @sqrt(double %35)
  br label %arc_sine.exit
37:
  %38 = call double @llvm.fabs.f64(double %28)
  %39 = fadd double %29, %38
  %40 = fmul double 5.000000e-01, %39
  %41 = call double @sqrt(double %40)
  %42 = fcmp oge double %28, 0.000000e+00
  br i1 %42, label %43, label %46
43:
  %44 = fmul double 5.000000e-01, %0
  %45 = fdiv double %44, %41
  br label %arc_sine.exit
46:
  %47 = call double @llvm.copysign.f64(double %41, double %0)
  %48 = call double @llvm.fabs.f64(double %0)
  %49 = fmul double 5.000000e-01, %48
  %50 = fdiv double %49, %41
  br label %arc_sine.exit
arc_sine.exit:
  %.164 = phi double [ %34, %31 ], [ %45, %43 ], [ %47, %46 ]
  %.157 = phi double [ %36, %31 ], [ %41, %43 ], [ %50, %46 ]
  %51 = fmul double %.1, %.157
  %52 = fmul double %.162, %.164
  %53 = fsub double %51, %52
  %54 = call double @atan2(double %3, double %53)
  %55 = fmul double %.1, %.164
  %56 = fmul double %.162, %.157
  %57 = fsub double %55, %56
  %58 = call double @asinh(double %57)
  %.fca.0.insert12 = insertvalue { double, double } poison, double %54, 0
  %.fca.1.insert13 = insertvalue { double, double } %.fca.0.insert12, double %58, 1
  %59 = extractvalue { double, double } %.fca.1.insert13, 0
  %60 = extractvalue { double, double } %.fca.1.insert13, 1
  %61 = fneg double %59
  %.fca.0.insert = insertvalue { double, double } poison, double %60, 0
  %.fca.1.insert = insertvalue { double, double } %.fca.0.insert, double %61, 1
  ret { double, double } %.fca.1.insert
}
define internal { double, double } @ad_build_complex_cacos(double %0, double %1) {
  %3 = fsub double 1.000000e+00, %0
  %4 = fneg double %1
  %5 = call double @hypot(double %3, double %4)
  %6 = fcmp oeq double %5, 0.000000e+00
  br i1 %6, label %7, label %13
7:
  %8 = call double @llvm.fabs.f64(double %4)
  %9 = call double @sqrt(double %8)
  %10 = call double @llvm.copysign.f64(double %9, double %4)
  %11 = call double @llvm.fabs.f64(double %3)
  %12 = call double @sqrt(double %11)
  br label %square_root.exit1
13:
  %14 = call double @llvm.fabs.f64(double %3)
  %15 = fadd double %5, %14
  %16 = fmul double 5.000000e-01, %15
  %17 = call double @sqrt(double %16)
  %18 = fcmp oge double %3, 0.000000e+00
  br i1 %18, label %19, label %22
19:
  %20 = fmul double 5.000000e-01, %4
  %21 = fdiv double %20, %17
  br label %square_root.exit1
22:
  %23 = call double @llvm.copysign.f64(double %17, double %4)
  %24 = call double @llvm.fabs.f64(double %4)
  %25 = fmul double 5.000000e-01, %24
  %26 = fdiv double %25, %17
  br label %square_root.exit1
square_root.exit1:
  %.153 = phi double [ %10, %7 ], [ %21, %19 ], [ %23, %22 ]
  %.1 = phi double [ %12, %7 ], [ %17, %19 ], [ %26, %22 ]
  %27 = fadd double 1.000000e+00, %0
  %28 = call double @hypot(double %27, double %1)
  %29 = fcmp oeq double %28, 0.000000e+00
  br i1 %29, label %30, label %36
30:
  %31 = call double @llvm.fabs.f64(double %1)
  %32 = call double @sqrt(double %31)
  %33 = call double @llvm.copysign.f64(double %32, double %1)
  %34 = call double @llvm.fabs.f64(double %27)
  %35 = call double @sqrt(double %34)
  br label %square_root.exit
36:
  %37 = call double @llvm.fabs.f64(double %27)
  %38 = fadd double %28, %37
  %39 = fmul double 5.000000e-01, %38
  %40 = call double @sqrt(double %39)
  %41 = fcmp oge double %27, 0.000000e+00
  br i1 %41, label %42, label %45
42:
  %43 = fmul double 5.000000e-01, %1
  %44 = fdiv double %43, %40
  br label %square_root.exit
45:
  %46 = call double @llvm.copysign.f64(double %40, double %1)
  %47 = call double @llvm.fabs.f64(double %1)
  %48 = fmul double 5.000000e-01, %47
  %49 = fdiv double %48, %40
  br label %square_root.exit
square_root.exit:
  %.155 = phi double [ %33, %30 ], [ %44, %42 ], [ %46, %45 ]
  %.150 = phi double [ %35, %30 ], [ %40, %42 ], [ %49, %45 ]
  %50 = call double @atan2(double %.1, double %.150)
  %51 = fmul double 2.000000e+00, %50
  %52 = fmul double %.150, %.153
  %53 = fmul double %.155, %.1
  %54 = fsub double %52, %53
  %55 = call double @asinh(double %54)
  %.fca.0.insert = insertvalue { double, double } poison, double %51, 0
  %.fca.1.insert = insertvalue { double, double } %.fca.0.insert, double %55, 1
  ret { double, double } %.fca.1.insert
}
declare double @asinh(double)
define internal { double, double } @ad_build_complex_cacosh(double %0, double %1) {
  %3 = fsub double %0, 1.000000e+00
  %4 = call double @hypot(double %3, double %1)
  %5 = fcmp oeq double %4, 0.000000e+00
  br i1 %5, label %6, label %12
6:
  %7 = call double @llvm.fabs.f64(double %1)
  %8 = call double @sqrt(double %7)
  %9 = call double @llvm.copysign.f64(double %8, double %1)
  %10 = call double @llvm.fabs.f64(double %3)
  %11 = call double @sqrt(double %10)
  br label %square_root.exit1
12:
  %13 = call double @llvm.fabs.f64(double %3)
  %14 = fadd double %4, %13
  %15 = fmul double 5.000000e-01, %14
  %16 = call double @sqrt(double %15)
  %17 = fcmp oge double %3, 0.000000e+00
  br i1 %17, label %18, label %21
18:
  %19 = fmul double 5.000000e-01, %1
  %20 = fdiv double %19, %16
  br label %square_root.exit1
21:
  %22 = call double @llvm.copysign.f64(double %16, double %1)
  %23 = call double @llvm.fabs.f64(double %1)
  %24 = fmul double 5.000000e-01, %23
  %25 = fdiv double %24, %16
  br label %square_root.exit1
square_root.exit1:
  %.153 = phi double [ %9, %6 ], [ %20, %18 ], [ %22, %21 ]
  %.1 = phi double [ %11, %6 ], [ %16, %18 ], [ %25, %21 ]
  %26 = fadd double %0, 1.000000e+00
  %27 = call double @hypot(double %26, double %1)
  %28 = fcmp oeq double %27, 0.000000e+00
  br i1 %28, label %29, label %35
29:
  %30 = call double @llvm.fabs.f64(double %1)
  %31 = call double @sqrt(double %30)
  %32 = call double @llvm.copysign.f64(double %31, double %1)
  %33 = call double @llvm.fabs.f64(double %26)
  %34 = call double @sqrt(double %33)
  br label %square_root.exit
35:
  %36 = call double @llvm.fabs.f64(double %26)
  %37 = fadd double %27, %36
  %38 = fmul double 5.000000e-01, %37
  %39 = call double @sqrt(double %38)
  %40 = fcmp oge double %26, 0.000000e+00
  br i1 %40, label %41, label %44
41:
  %42 = fmul double 5.000000e-01, %1
  %43 = fdiv double %42, %39
  br label %square_root.exit
44:
  %45 = call double @llvm.copysign.f64(double %39, double %1)
  %46 = call double @llvm.fabs.f64(double %1)
  %47 = fmul double 5.000000e-01, %46
  %48 = fdiv double %47, %39
  br label %square_root.exit
square_root.exit:
  %.155 = phi double [ %32, %29 ], [ %43, %41 ], [ %45, %44 ]
  %.149 = phi double [ %34, %29 ], [ %39, %41 ], [ %48, %44 ]
  %49 = fmul double %.1, %.149
  %50 = fmul double %.153, %.155
  %51 = fadd double %49, %50
  %52 = call double @asinh(double %51)
  %53 = call double @atan2(double %.153, double %.149)
  %54 = fmul double 2.000000e+00, %53
  %.fca.0.insert = insertvalue { double, double } poison, double %52, 0
  %.fca.1.insert = insertvalue { double, double } %.fca.0.insert, double %54, 1
  ret { double, double } %.fca.1.insert
}
define internal { double, double } @ad_build_complex_catanh(double %0, double %1) {
  %3 = fmul double 4.000000e+00, %0
  %4 = fsub double 1.000000e+00, %0
  %5 = fsub double 1.000000e+00, %0
  %6 = fmul double %4, %5
  %7 = fmul double %1, %1
  %8 = fadd double %6, %7
  %9 = fdiv double %3, %8
  %10 = call double @log1p(double %9)
  %11 = fmul double 2.500000e-01, %10
  %12 = fmul double 2.000000e+00, %1
  %13 = fsub double 1.000000e+00, %0
  %14 = fadd double 1.000000e+00, %0
  %15 = fmul double %13, %14
  %16 = fmul double %1, %1
  %17 = fsub double %15, %16
  %18 = call double @atan2(double %12, double %17)
  %19 = fmul double 5.000000e-01, %18
  %.fca.0.insert13 = insertvalue { double, double } poison, double %11, 0
  %.fca.1.insert14 = insertvalue { double, double } %.fca.0.insert13, double %19, 1
  %20 = extractvalue { double, double } %.fca.1.insert14, 0
  %21 = extractvalue { double, double } %.fca.1.insert14, 1
  %.fca.0.insert = insertvalue { double, double } poison, double %20, 0
  %.fca.1.insert = insertvalue { double, double } %.fca.0.insert, double %21, 1
  ret { double, double } %.fca.1.insert
}
define internal { double, double } @ad_build_complex_catan(double %0, double %1) {
  %3 = fneg double %1
  %4 = fmul double 4.000000e+00, %3
  %5 = fsub double 1.000000e+00, %3
  %6 = fsub double 1.000000e+00, %3
  %7 = fmul double %5, %6
  %8 = fmul double %0, %0
  %9 = fadd double %7, %8
  %10 = fdiv double %4, %9
  %11 = call double @log1p(double %10)
  %12 = fmul double 2.500000e-01, %11
  %13 = fmul double 2.000000e+00, %0
  %14 = fsub double 1.000000e+00, %3
  %15 = fadd double 1.000000e+00, %3
  %16 = fmul double %14, %15
  %17 = fmul double %0, %0
  %18 = fsub double %16, %17
  %19 = call double @atan2(double %13, double %18)
  %20 = fmul double 5.000000e-01, %19
  %.fca.0.insert14 = insertvalue { double, double } poison, double %12, 0
  %.fca.1.insert15 = insertvalue { double, double } %.fca.0.insert14, double %20, 1
  %21 = extractvalue { double, double } %.fca.1.insert15, 0
  %22 = extractvalue { double, double } %.fca.1.insert15, 1
  %23 = fneg double %21
  %.fca.0.insert = insertvalue { double, double } poison, double %22, 0
  %.fca.1.insert = insertvalue { double, double } %.fca.0.insert, double %23, 1
  ret { double, double } %.fca.1.insert
}
define internal { double, double } @ad_build_complex_cpow(double %0, double %1, double %2, double %3) {
  %5 = fcmp oeq double %0, 0.000000e+00
  %6 = fcmp oeq double %1, 0.000000e+00
  %or.cond = and i1 %5, %6
  %7 = fcmp ogt double %2, 0.000000e+00
  %or.cond57 = and i1 %or.cond, %7
  br i1 %or.cond57, label %8, label %24
8:
  %9 = fcmp olt double %2, 1.000000e+00
  br i1 %9, label %13, label %10
10:
  %11 = fcmp oeq double %2, 1.000000e+00
  %12 = fcmp une double %3, 0.000000e+00
  %or.cond58 = and i1 %11, %12
  br i1 %or.cond58, label %13, label %18
13:
  %14 = call double @llvm.fabs.f64(double %0)
  %15 = call double @sqrt(double %14)
  %16 = call double @llvm.fabs.f64(double %1)
  %17 = call double @sqrt(double %16)
  br label %67
18:
  %19 = fcmp oeq double %2, 1.000000e+00
  %20 = fmul double %0, %0
  %21 = fmul double %0, %1
  %22 = select i1 %19, double %0, double %20
  %23 = select i1 %19, double %1, double %21
  br label %67
24:
  %25 = call double @hypot(double %0, double %1)
  %26 = fcmp ogt double %25, 0x3FE6666666666666
  %27 = fcmp olt double %25, 1.400000e+00
  %or.cond59 = and i1 %26, %27
  br i1 %or.cond59, label %28, label %46
28:
  %29 = fcmp olt double %0, 0.000000e+00
  br i1 %29, label %30, label %36
30:
  %31 = fsub double -1.000000e+00, %0
  %32 = fsub double 1.000000e+00, %0
  %33 = fmul double %31, %32
  %34 = fmul double %1, %1
  %35 = fadd double %33, %34
  br label %42
36:
  %37 = fsub double %0, 1.000000e+00
  %38 = fadd double %0, 1.000000e+00
  %39 = fmul double %37, %38
  %40 = fmul double %1, %1
  %41 = fadd double %39, %40
  br label %42
42:
  %43 = phi double [ %35, %30 ], [ %41, %36 ]
  %44 = call double @log1p(double %43)
  %45 = fmul double 5.000000e-01, %44
  br label %logarithm.exit
46:
  %47 = call double @log(double %25)
  br label %logarithm.exit
logarithm.exit:
  %48 = phi double [ %45, %42 ], [ %47, %46 ]
  %49 = call double @atan2(double %1, double %0)
  %.fca.0.insert53 = insertvalue { double, double } poison, double %48, 0
  %.fca.1.insert54 = insertvalue { double, double } %.fca.0.insert53, double %49, 1
  %50 = extractvalue { double, double } %.fca.1.insert54, 0
  %51 = extractvalue { double, double } %.fca.1.insert54, 1
  %52 = fmul double %2, %50
  %53 = fmul double %3, %51
  %54 = fsub double %52, %53
  %55 = fmul double %2, %51
  %56 = fmul double %3, %50
  %57 = fadd double %55, %56
  %58 = call double @exp(double %54)
  %59 = fcmp oeq double %57, 0.000000e+00
  br i1 %59, label %exponential.exit, label %60
60:
  %61 = call double @cos(double %57)
  %62 = fmul double %58, %61
  %63 = call double @sin(double %57)
  %64 = fmul double %58, %63
  br label %exponential.exit
exponential.exit:
  %.sroa.034.0 = phi double [ %62, %60 ], [ %58, %logarithm.exit ]
  %.sroa.535.0 = phi double [ %64, %60 ], [ %57, %logarithm.exit ]
  %.fca.0.insert32 = insertvalue { double, double } poison, double %.sroa.034.0, 0
  %.fca.1.insert33 = insertvalue { double, double } %.fca.0.insert32, double %.sroa.535.0, 1
  %65 = extractvalue { double, double } %.fca.1.insert33, 0
  %66 = extractvalue { double, double } %.fca.1.insert33, 1
  br label %67
67:
  %.sroa.023.0 = phi double [ %15, %13 ], [ %22, %18 ], [ %65, %exponential.exit ]
  %.sroa.4.0 = phi double [ %17, %13 ], [ %23, %18 ], [ %66, %exponential.exit ]
  %.fca.0.insert = insertvalue { double, double } poison, double %.sroa.023.0, 0
  %.fca.1.insert = insertvalue { double, double } %.fca.0.insert, double %.sroa.4.0, 1
  ret { double, double } %.fca.1.insert
}
declare double @sqrt(double)
declare double @llvm.fabs.f64(double)
define internal { double, double } @ad_build_complex_cproj(double %0, double %1) {
  %3 = fsub double %0, %0
  %4 = fcmp oeq double %3, 0.000000e+00
  %5 = fcmp une double %0, %0
  %or.cond = or i1 %4, %5
  br i1 %or.cond, label %6, label %10
6:
  %7 = fsub double %1, %1
  %8 = fcmp oeq double %7, 0.000000e+00
  %9 = fcmp une double %1, %1
  %or.cond11 = or i1 %8, %9
  br i1 %or.cond11, label %12, label %10
10:
  %11 = call double @llvm.copysign.f64(double 0.000000e+00, double %1)
  br label %12
12:
  %.sroa.0.0 = phi double [ 0x7FF0000000000000, %10 ], [ %0, %6 ]
  %.sroa.3.0 = phi double [ %11, %10 ], [ %1, %6 ]
  %.fca.0.insert = insertvalue { double, double } poison, double %.sroa.0.0, 0
  %.fca.1.insert = insertvalue { double, double } %.fca.0.insert, double %.sroa.3.0, 1
  ret { double, double } %.fca.1.insert
}
declare double @llvm.copysign.f64(double, double)
define internal { double, double } @ad_build_complex_conj(double %0, double %1) {
  %3 = fneg double %1
  %.fca.0.insert = insertvalue { double, double } poison, double %0, 0
  %.fca.1.insert = insertvalue { double, double } %.fca.0.insert, double %3, 1
  ret { double, double } %.fca.1.insert
}
define internal double @ad_build_complex_creal(double %0, double %1) {
  ret double %0
}
define internal double @ad_build_complex_cimag(double %0, double %1) {
  ret double %1
}
define internal { double, double } @ad_build_complex_muldc3(double %0, double %1, double %2, double %3) {
  %5 = fmul double %0, %2
  %6 = fmul double %1, %3
  %7 = fsub double %5, %6
  %8 = fmul double %0, %3
  %9 = fmul double %1, %2
  %10 = fadd double %8, %9
  %11 = fcmp une double %7, %7
  %12 = fcmp une double %10, %10
  %or.cond = and i1 %11, %12
  br i1 %or.cond, label %13, label %145
13:
  %14 = fsub double %0, %0
  %15 = fcmp oeq double %14, 0.000000e+00
  %16 = fcmp une double %0, %0
  %or.cond130 = or i1 %15, %16
  br i1 %or.cond130, label %17, label %23
17:
  %18 = fsub double %1, %1
  %19 = fcmp oeq double %18, 0.000000e+00
  %20 = fcmp une double %1, %1
  %21 = xor i1 %20, true
  %22 = select i1 %19, i1 false, i1 %21
  br label %23
23:
  %24 = phi i1 [ true, %13 ], [ %22, %17 ]
  %25 = zext i1 %24 to i32
  %26 = fsub double %2, %2
  %27 = fcmp oeq double %26, 0.000000e+00
  %28 = fcmp une double %2, %2
  %or.cond131 = or i1 %27, %28
  br i1 %or.cond131, label %29, label %35
29:
  %30 = fsub double %3, %3
  %31 = fcmp oeq double %30, 0.000000e+00
  %32 = fcmp une double %3, %3
  %33 = xor i1 %32, true
  %34 = select i1 %31, i1 false, i1 %33
  br label %35
35:
  %36 = phi i1 [ true, %23 ], [ %34, %29 ]
  %37 = zext i1 %36 to i32
  %38 = fmul double %0, %2
  %39 = fmul double %0, %2
  %40 = fsub double %38, %39
  %41 = fcmp oeq double %40, 0.000000e+00
  br i1 %41, label %46, label %42
42:
  %43 = fmul double %0, %2
  %44 = fmul double %0, %2
  %45 = fcmp une double %43, %44
  br i1 %45, label %46, label %74
46:
  %47 = fmul double %1, %3
  %48 = fmul double %1, %3
  %49 = fsub double %47, %48
  %50 = fcmp oeq double %49, 0.000000e+00
  br i1 %50, label %55, label %51
51:
  %52 = fmul double %1, %3
  %53 = fmul double %1, %3
  %54 = fcmp une double %52, %53
  br i1 %54, label %55, label %74
55:
  %56 = fmul double %0, %3
  %57 = fmul double %0, %3
  %58 = fsub double %56, %57
  %59 = fcmp oeq double %58, 0.000000e+00
  br i1 %59, label %64, label %60
60:
  %61 = fmul double %0, %3
  %62 = fmul double %0, %3
  %63 = fcmp une double %61, %62
  br i1 %63, label %64, label %74
64:
  %65 = fmul double %1, %2
  %66 = fmul double %1, %2
  %67 = fsub double %65, %66
  %68 = fcmp oeq double %67, 0.000000e+00
  %69 = fmul double %1, %2
  %70 = fmul double %1, %2
  %71 = fcmp une double %69, %70
  %72 = xor i1 %71, true
  %73 = select i1 %68, i1 false, i1 %72
  br label %74
74:
  %75 = phi i1 [ true, %60 ], [ true, %51 ], [ true, %42 ], [ %73, %64 ]
  %76 = zext i1 %75 to i32
  %77 = icmp ne i32 %25, 0
  %78 = icmp ne i32 %37, 0
  %or.cond132 = or i1 %77, %78
  %79 = icmp ne i32 %76, 0
  %or.cond133 = or i1 %or.cond132, %79
  br i1 %or.cond133, label %80, label %145
80:
  %81 = icmp ne i32 %25, 0
  br i1 %81, label %boxedd.exit, label %without_nand.exit
boxedd.exit:
  %82 = fsub double %0, %0
  %83 = fcmp oeq double %82, 0.000000e+00
  %84 = fcmp une double %0, %0
  %85 = xor i1 %84, true
  %86 = select i1 %83, i1 false, i1 %85
  %87 = zext i1 %86 to i64
  %88 = select i1 %86, double 1.000000e+00, double 0.000000e+00
  %89 = call double @llvm.copysign.f64(double %88, double %0)
  br label %93
without_nand.exit:
  %90 = fcmp une double %0, %0
  %91 = call double @llvm.copysign.f64(double 0.000000e+00, double %0)
  %92 = select i1 %90, double %91, double %0
  br label %93
93:
  %94 = phi double [ %89, %boxedd.exit ], [ %92, %without_nand.exit ]
  %95 = icmp ne i32 %25, 0
  br i1 %95, label %boxedd.exit1, label %without_nand.exit4
boxedd.exit1:
  %96 = fsub double %1, %1
  %97 = fcmp oeq double %96, 0.000000e+00
  %98 = fcmp une double %1, %1
  %99 = xor i1 %98, true
  %100 = select i1 %97, i1 false, i1 %99
  %101 = zext i1 %100 to i64
  %102 = select i1 %100, double 1.000000e+00, double 0.000000e+00
  %103 = call double @llvm.copysign.f64(double %102, double %1)
  br label %107
without_nand.exit4:
  %104 = fcmp une double %1, %1
  %105 = call double @llvm.copysign.f64(double 0.000000e+00, double %1)
  %106 = select i1 %104, double %105, double %1
  br label %107
107:
  %108 = phi double [ %103, %boxedd.exit1 ], [ %106, %without_nand.exit4 ]
  %109 = icmp ne i32 %37, 0
  br i1 %109, label %boxedd.exit2, label %without_nand.exit5
boxedd.exit2:
  %110 = fsub double %2, %2
  %111 = fcmp oeq double %110, 0.000000e+00
  %112 = fcmp une double %2, %2
  %113 = xor i1 %112, true
  %114 = select i1 %111, i1 false, i1 %113
  %115 = zext i1 %114 to i64
  %116 = select i1 %114, double 1.000000e+00, double 0.000000e+00
  %117 = call double @llvm.copysign.f64(double %116, double %2)
  br label %121
without_nand.exit5:
  %118 = fcmp une double %2, %2
  %119 = call double @llvm.copysign.f64(double 0.000000e+00, double %2)
  %120 = select i1 %118, double %119, double %2
  br label %121
121:
  %122 = phi double [ %117, %boxedd.exit2 ], [ %120, %without_nand.exit5 ]
  %123 = icmp ne i32 %37, 0
  br i1 %123, label %boxedd.exit3, label %without_nand.exit6
boxedd.exit3:
  %124 = fsub double %3, %3
  %125 = fcmp oeq double %124, 0.000000e+00
  %126 = fcmp une double %3, %3
  %127 = xor i1 %126, true
  %128 = select i1 %125, i1 false, i1 %127
  %129 = zext i1 %128 to i64
  %130 = select i1 %128, double 1.000000e+00, double 0.000000e+00
  %131 = call double @llvm.copysign.f64(double %130, double %3)
  br label %135
without_nand.exit6:
  %132 = fcmp une double %3, %3
  %133 = call double @llvm.copysign.f64(double 0.000000e+00, double %3)
  %134 = select i1 %132, double %133, double %3
  br label %135
135:
  %136 = phi double [ %131, %boxedd.exit3 ], [ %134, %without_nand.exit6 ]
  %137 = fmul double %94, %122
  %138 = fmul double %108, %136
  %139 = fsub double %137, %138
  %140 = fmul double 0x7FF0000000000000, %139
  %141 = fmul double %94, %136
  %142 = fmul double %108, %122
  %143 = fadd double %141, %142
  %144 = fmul double 0x7FF0000000000000, %143
  br label %145
145:
  %.0128 = phi double [ %7, %4 ], [ %140, %135 ], [ %7, %74 ]
  %.0 = phi double [ %10, %4 ], [ %144, %135 ], [ %10, %74 ]
  %.fca.0.insert = insertvalue { double, double } poison, double %.0128, 0
  %.fca.1.insert = insertvalue { double, double } %.fca.0.insert, double %.0, 1
  ret { double, double } %.fca.1.insert
}
define internal { double, double } @ad_build_complex_divdc3(double %0, double %1, double %2, double %3) {
  %5 = call double @llvm.fabs.f64(double %2)
  %6 = call double @llvm.fabs.f64(double %3)
  %7 = fcmp oge double %5, %6
  br i1 %7, label %8, label %18
8:
  %9 = fdiv double %3, %2
  %10 = fmul double %3, %9
  %11 = fadd double %2, %10
  %12 = fmul double %1, %9
  %13 = fadd double %0, %12
  %14 = fdiv double %13, %11
  %15 = fmul double %0, %9
  %16 = fsub double %1, %15
  %17 = fdiv double %16, %11
  br label %28
18:
  %19 = fdiv double %2, %3
  %20 = fmul double %2, %19
  %21 = fadd double %20, %3
  %22 = fmul double %0, %19
  %23 = fadd double %22, %1
  %24 = fdiv double %23, %21
  %25 = fmul double %1, %19
  %26 = fsub double %25, %0
  %27 = fdiv double %26, %21
  br label %28
28:
  %.0135 = phi double [ %17, %8 ], [ %27, %18 ]
  %.0 = phi double [ %14, %8 ], [ %24, %18 ]
  %29 = fcmp une double %.0, %.0
  %30 = fcmp une double %.0135, %.0135
  %or.cond = and i1 %29, %30
  br i1 %or.cond, label %31, label %150
31:
  %32 = fcmp oeq double %2, 0.000000e+00
  %33 = fcmp oeq double %3, 0.000000e+00
  %or.cond140 = and i1 %32, %33
  br i1 %or.cond140, label %34, label %42
34:
  %35 = fcmp une double %0, %0
  %36 = fcmp une double %1, %1
  %or.cond141 = and i1 %35, %36
  br i1 %or.cond141, label %42, label %37
37:
  %38 = call double @llvm.copysign.f64(double 0x7FF0000000000000, double %2)
  %39 = fmul double %38, %0
  %40 = call double @llvm.copysign.f64(double 0x7FF0000000000000, double %2)
  %41 = fmul double %40, %1
  br label %150
42:
  %43 = fsub double %0, %0
  %44 = fcmp oeq double %43, 0.000000e+00
  %45 = fcmp une double %0, %0
  %or.cond142 = or i1 %44, %45
  br i1 %or.cond142, label %46, label %52
46:
  %47 = fsub double %1, %1
  %48 = fcmp oeq double %47, 0.000000e+00
  %49 = fcmp une double %1, %1
  %or.cond143 = or i1 %48, %49
  %or.cond143.not = xor i1 %or.cond143, true
  %50 = fsub double %2, %2
  %51 = fcmp oeq double %50, 0.000000e+00
  %or.cond145 = and i1 %or.cond143.not, %51
  br i1 %or.cond145, label %53, label %96
52:
  %.old = fsub double %2, %2
  %.old144 = fcmp oeq double %.old, 0.000000e+00
  br i1 %.old144, label %53, label %96
53:
  %54 = fsub double %3, %3
  %55 = fcmp oeq double %54, 0.000000e+00
  br i1 %55, label %boxedd.exit7, label %96
boxedd.exit7:
  %56 = fsub double %0, %0
  %57 = fcmp oeq double %56, 0.000000e+00
  %58 = fcmp une double %0, %0
  %59 = xor i1 %58, true
  %60 = select i1 %57, i1 false, i1 %59
  %61 = zext i1 %60 to i64
  %62 = select i1 %60, double 1.000000e+00, double 0.000000e+00
  %63 = call double @llvm.copysign.f64(double %62, double %0)
  %64 = fmul double %63, %2
  %65 = fsub double %1, %1
  %66 = fcmp oeq double %65, 0.000000e+00
  %67 = fcmp une double %1, %1
  %68 = xor i1 %67, true
  %69 = select i1 %66, i1 false, i1 %68
  %70 = zext i1 %69 to i64
  %71 = select i1 %69, double 1.000000e+00, double 0.000000e+00
  %72 = call double @llvm.copysign.f64(double %71, double %1)
  %73 = fmul double %72, %3
  %74 = fadd double %64, %73
  %75 = fmul double 0x7FF0000000000000, %74
  %76 = fsub double %1, %1
  %77 = fcmp oeq double %76, 0.000000e+00
  %78 = fcmp une double %1, %1
  %79 = xor i1 %78, true
  %80 = select i1 %77, i1 false, i1 %79
  %81 = zext i1 %80 to i64
  %82 = select i1 %80, double 1.000000e+00, double 0.000000e+00
  %83 = call double @llvm.copysign.f64(double %82, double %1)
  %84 = fmul double %83, %2
  %85 = fsub double %0, %0
  %86 = fcmp oeq double %85, 0.000000e+00
  %87 = fcmp une double %0, %0
  %88 = xor i1 %87, true
  %89 = select i1 %86, i1 false, i1 %88
  %90 = zext i1 %89 to i64
  %91 = select i1 %89, double 1.000000e+00, double 0.000000e+00
  %92 = call double @llvm.copysign.f64(double %91, double %0)
  %93 = fmul double %92, %3
  %94 = fsub double %84, %93
  %95 = fmul double 0x7FF0000000000000, %94
  br label %150
96:
  %97 = fsub double %2, %2
  %98 = fcmp oeq double %97, 0.000000e+00
  %99 = fcmp une double %2, %2
  %or.cond147 = or i1 %98, %99
  br i1 %or.cond147, label %100, label %106
100:
  %101 = fsub double %3, %3
  %102 = fcmp oeq double %101, 0.000000e+00
  %103 = fcmp une double %3, %3
  %or.cond149 = or i1 %102, %103
  %or.cond149.not = xor i1 %or.cond149, true
  %104 = fsub double %0, %0
  %105 = fcmp oeq double %104, 0.000000e+00
  %or.cond152 = and i1 %or.cond149.not, %105
  br i1 %or.cond152, label %107, label %150
106:
  %.old150 = fsub double %0, %0
  %.old151 = fcmp oeq double %.old150, 0.000000e+00
  br i1 %.old151, label %107, label %150
107:
  %108 = fsub double %1, %1
  %109 = fcmp oeq double %108, 0.000000e+00
  br i1 %109, label %boxedd.exit3, label %150
boxedd.exit3:
  %110 = fsub double %2, %2
  %111 = fcmp oeq double %110, 0.000000e+00
  %112 = fcmp une double %2, %2
  %113 = xor i1 %112, true
  %114 = select i1 %111, i1 false, i1 %113
  %115 = zext i1 %114 to i64
  %116 = select i1 %114, double 1.000000e+00, double 0.000000e+00
  %117 = call double @llvm.copysign.f64(double %116, double %2)
  %118 = fmul double %0, %117
  %119 = fsub double %3, %3
  %120 = fcmp oeq double %119, 0.000000e+00
  %121 = fcmp une double %3, %3
  %122 = xor i1 %121, true
  %123 = select i1 %120, i1 false, i1 %122
  %124 = zext i1 %123 to i64
  %125 = select i1 %123, double 1.000000e+00, double 0.000000e+00
  %126 = call double @llvm.copysign.f64(double %125, double %3)
  %127 = fmul double %1, %126
  %128 = fadd double %118, %127
  %129 = fmul double 0.000000e+00, %128
  %130 = fsub double %2, %2
  %131 = fcmp oeq double %130, 0.000000e+00
  %132 = fcmp une double %2, %2
  %133 = xor i1 %132, true
  %134 = select i1 %131, i1 false, i1 %133
  %135 = zext i1 %134 to i64
  %136 = select i1 %134, double 1.000000e+00, double 0.000000e+00
  %137 = call double @llvm.copysign.f64(double %136, double %2)
  %138 = fmul double %1, %137
  %139 = fsub double %3, %3
  %140 = fcmp oeq double %139, 0.000000e+00
  %141 = fcmp une double %3, %3
  %142 = xor i1 %141, true
  %143 = select i1 %140, i1 false, i1 %142
  %144 = zext i1 %143 to i64
  %145 = select i1 %143, double 1.000000e+00, double 0.000000e+00
  %146 = call double @llvm.copysign.f64(double %145, double %3)
  %147 = fmul double %0, %146
  %148 = fsub double %138, %147
  %149 = fmul double 0.000000e+00, %148
  br label %150
150:
  %.1136 = phi double [ %.0135, %28 ], [ %41, %37 ], [ %95, %boxedd.exit7 ], [ %.0135, %100 ], [ %.0135, %106 ], [ %149, %boxedd.exit3 ], [ %.0135, %107 ]
  %.1 = phi double [ %.0, %28 ], [ %39, %37 ], [ %75, %boxedd.exit7 ], [ %.0, %100 ], [ %.0, %106 ], [ %129, %boxedd.exit3 ], [ %.0, %107 ]
  %.fca.0.insert = insertvalue { double, double } poison, double %.1, 0
  %.fca.1.insert = insertvalue { double, double } %.fca.0.insert, double %.1136, 1
  ret { double, double } %.fca.1.insert
}
define internal { x86_fp80, x86_fp80 } @ad_build_complex_mulxc3(x86_fp80 %0, x86_fp80 %1, x86_fp80 %2, x86_fp80 %3) {
  %5 = fmul x86_fp80 %0, %2
  %6 = fmul x86_fp80 %1, %3
  %7 = fsub x86_fp80 %5, %6
  %8 = fmul x86_fp80 %0, %3
  %9 = fmul x86_fp80 %1, %2
  %10 = fadd x86_fp80 %8, %9
  %11 = fcmp une x86_fp80 %7, %7
  %12 = fcmp une x86_fp80 %10, %10
  %or.cond = and i1 %11, %12
  br i1 %or.cond, label %13, label %145
13:
  %14 = fsub x86_fp80 %0, %0
  %15 = fcmp oeq x86_fp80 %14, 0xK00000000000000000000
  %16 = fcmp une x86_fp80 %0, %0
  %or.cond138 = or i1 %15, %16
  br i1 %or.cond138, label %17, label %23
17:
  %18 = fsub x86_fp80 %1, %1
  %19 = fcmp oeq x86_fp80 %18, 0xK00000000000000000000
  %20 = fcmp une x86_fp80 %1, %1
  %21 = xor i1 %20, true
  %22 = select i1 %19, i1 false, i1 %21
  br label %23
23:
  %24 = phi i1 [ true, %13 ], [ %22, %17 ]
  %25 = zext i1 %24 to i32
  %26 = fsub x86_fp80 %2, %2
  %27 = fcmp oeq x86_fp80 %26, 0xK00000000000000000000
  %28 = fcmp une x86_fp80 %2, %2
  %or.cond139 = or i1 %27, %28
  br i1 %or.cond139, label %29, label %35
29:
  %30 = fsub x86_fp80 %3, %3
  %31 = fcmp oeq x86_fp80 %30, 0xK00000000000000000000
  %32 = fcmp une x86_fp80 %3, %3
  %33 = xor i1 %32, true
  %34 = select i1 %31, i1 false, i1 %33
  br label %35
35:
  %36 = phi i1 [ true, %23 ], [ %34, %29 ]
  %37 = zext i1 %36 to i32
  %38 = fmul x86_fp80 %0, %2
  %39 = fmul x86_fp80 %0, %2
  %40 = fsub x86_fp80 %38, %39
  %41 = fcmp oeq x86_fp80 %40, 0xK00000000000000000000
  br i1 %41, label %46, label %42
42:
  %43 = fmul x86_fp80 %0, %2
  %44 = fmul x86_fp80 %0, %2
  %45 = fcmp une x86_fp80 %43, %44
  br i1 %45, label %46, label %74
46:
  %47 = fmul x86_fp80 %1, %3
  %48 = fmul x86_fp80 %1, %3
  %49 = fsub x86_fp80 %47, %48
  %50 = fcmp oeq x86_fp80 %49, 0xK00000000000000000000
  br i1 %50, label %55, label %51
51:
  %52 = fmul x86_fp80 %1, %3
  %53 = fmul x86_fp80 %1, %3
  %54 = fcmp une x86_fp80 %52, %53
  br i1 %54, label %55, label %74
55:
  %56 = fmul x86_fp80 %0, %3
  %57 = fmul x86_fp80 %0, %3
  %58 = fsub x86_fp80 %56, %57
  %59 = fcmp oeq x86_fp80 %58, 0xK00000000000000000000
  br i1 %59, label %64, label %60
60:
  %61 = fmul x86_fp80 %0, %3
  %62 = fmul x86_fp80 %0, %3
  %63 = fcmp une x86_fp80 %61, %62
  br i1 %63, label %64, label %74
64:
  %65 = fmul x86_fp80 %1, %2
  %66 = fmul x86_fp80 %1, %2
  %67 = fsub x86_fp80 %65, %66
  %68 = fcmp oeq x86_fp80 %67, 0xK00000000000000000000
  %69 = fmul x86_fp80 %1, %2
  %70 = fmul x86_fp80 %1, %2
  %71 = fcmp une x86_fp80 %69, %70
  %72 = xor i1 %71, true
  %73 = select i1 %68, i1 false, i1 %72
  br label %74
74:
  %75 = phi i1 [ true, %60 ], [ true, %51 ], [ true, %42 ], [ %73, %64 ]
  %76 = zext i1 %75 to i32
  %77 = icmp ne i32 %25, 0
  %78 = icmp ne i32 %37, 0
  %or.cond140 = or i1 %77, %78
  %79 = icmp ne i32 %76, 0
  %or.cond141 = or i1 %or.cond140, %79
  br i1 %or.cond141, label %80, label %145
80:
  %81 = icmp ne i32 %25, 0
  br i1 %81, label %boxedx.exit, label %without_nanx.exit
boxedx.exit:
  %82 = fsub x86_fp80 %0, %0
  %83 = fcmp oeq x86_fp80 %82, 0xK00000000000000000000
  %84 = fcmp une x86_fp80 %0, %0
  %85 = xor i1 %84, true
  %86 = select i1 %83, i1 false, i1 %85
  %87 = zext i1 %86 to i64
  %88 = select i1 %86, x86_fp80 0xK3FFF8000000000000000, x86_fp80 0xK00000000000000000000
  %89 = call x86_fp80 @llvm.copysign.f80(x86_fp80 %88, x86_fp80 %0)
  br label %93
without_nanx.exit:
  %90 = fcmp une x86_fp80 %0, %0
  %91 = call x86_fp80 @llvm.copysign.f80(x86_fp80 0xK00000000000000000000, x86_fp80 %0)
  %92 = select i1 %90, x86_fp80 %91, x86_fp80 %0
  br label %93
93:
  %94 = phi x86_fp80 [ %89, %boxedx.exit ], [ %92, %without_nanx.exit ]
  %95 = icmp ne i32 %25, 0
  br i1 %95, label %boxedx.exit1, label %without_nanx.exit4
boxedx.exit1:
  %96 = fsub x86_fp80 %1, %1
  %97 = fcmp oeq x86_fp80 %96, 0xK00000000000000000000
  %98 = fcmp une x86_fp80 %1, %1
  %99 = xor i1 %98, true
  %100 = select i1 %97, i1 false, i1 %99
  %101 = zext i1 %100 to i64
  %102 = select i1 %100, x86_fp80 0xK3FFF8000000000000000, x86_fp80 0xK00000000000000000000
  %103 = call x86_fp80 @llvm.copysign.f80(x86_fp80 %102, x86_fp80 %1)
  br label %107
without_nanx.exit4:
  %104 = fcmp une x86_fp80 %1, %1
  %105 = call x86_fp80 @llvm.copysign.f80(x86_fp80 0xK00000000000000000000, x86_fp80 %1)
  %106 = select i1 %104, x86_fp80 %105, x86_fp80 %1
  br label %107
107:
  %108 = phi x86_fp80 [ %103, %boxedx.exit1 ], [ %106, %without_nanx.exit4 ]
  %109 = icmp ne i32 %37, 0
  br i1 %109, label %boxedx.exit2, label %without_nanx.exit5
boxedx.exit2:
  %110 = fsub x86_fp80 %2, %2
  %111 = fcmp oeq x86_fp80 %110, 0xK00000000000000000000
  %112 = fcmp une x86_fp80 %2, %2
  %113 = xor i1 %112, true
  %114 = select i1 %111, i1 false, i1 %113
  %115 = zext i1 %114 to i64
  %116 = select i1 %114, x86_fp80 0xK3FFF8000000000000000, x86_fp80 0xK00000000000000000000
  %117 = call x86_fp80 @llvm.copysign.f80(x86_fp80 %116, x86_fp80 %2)
  br label %121
without_nanx.exit5:
  %118 = fcmp une x86_fp80 %2, %2
  %119 = call x86_fp80 @llvm.copysign.f80(x86_fp80 0xK00000000000000000000, x86_fp80 %2)
  %120 = select i1 %118, x86_fp80 %119, x86_fp80 %2
  br label %121
121:
  %122 = phi x86_fp80 [ %117, %boxedx.exit2 ], [ %120, %without_nanx.exit5 ]
  %123 = icmp ne i32 %37, 0
  br i1 %123, label %boxedx.exit3, label %without_nanx.exit6
boxedx.exit3:
  %124 = fsub x86_fp80 %3, %3
  %125 = fcmp oeq x86_fp80 %124, 0xK00000000000000000000
  %126 = fcmp une x86_fp80 %3, %3
  %127 = xor i1 %126, true
  %128 = select i1 %125, i1 false, i1 %127
  %129 = zext i1 %128 to i64
  %130 = select i1 %128, x86_fp80 0xK3FFF8000000000000000, x86_fp80 0xK00000000000000000000
  %131 = call x86_fp80 @llvm.copysign.f80(x86_fp80 %130, x86_fp80 %3)
  br label %135
without_nanx.exit6:
  %132 = fcmp une x86_fp80 %3, %3
  %133 = call x86_fp80 @llvm.copysign.f80(x86_fp80 0xK00000000000000000000, x86_fp80 %3)
  %134 = select i1 %132, x86_fp80 %133, x86_fp80 %3
  br label %135
135:
  %136 = phi x86_fp80 [ %131, %boxedx.exit3 ], [ %134, %without_nanx.exit6 ]
  %137 = fmul x86_fp80 %94, %122
  %138 = fmul x86_fp80 %108, %136
  %139 = fsub x86_fp80 %137, %138
  %140 = fmul x86_fp80 0xK7FFF8000000000000000, %139
  %141 = fmul x86_fp80 %94, %136
  %142 = fmul x86_fp80 %108, %122
  %143 = fadd x86_fp80 %141, %142
  %144 = fmul x86_fp80 0xK7FFF8000000000000000, %143
  br label %145
145:
  %.0136 = phi x86_fp80 [ %10, %4 ], [ %144, %135 ], [ %10, %74 ]
  %.0 = phi x86_fp80 [ %7, %4 ], [ %140, %135 ], [ %7, %74 ]
  %.fca.0.insert = insertvalue { x86_fp80, x86_fp80 } poison, x86_fp80 %.0, 0
  %.fca.1.insert = insertvalue { x86_fp80, x86_fp80 } %.fca.0.insert, x86_fp80 %.0136, 1
  ret { x86_fp80, x86_fp80 } %.fca.1.insert
}
define internal { x86_fp80, x86_fp80 } @ad_build_complex_divxc3(x86_fp80 %0, x86_fp80 %1, x86_fp80 %2, x86_fp80 %3) {
  %5 = call x86_fp80 @llvm.fabs.f80(x86_fp80 %2)
  %6 = call x86_fp80 @llvm.fabs.f80(x86_fp80 %3)
  %7 = fcmp oge x86_fp80 %5, %6
  br i1 %7, label %8, label %18
8:
  %9 = fdiv x86_fp80 %3, %2
  %10 = fmul x86_fp80 %3, %9
  %11 = fadd x86_fp80 %2, %10
  %12 = fmul x86_fp80 %1, %9
  %13 = fadd x86_fp80 %0, %12
  %14 = fdiv x86_fp80 %13, %11
  %15 = fmul x86_fp80 %0, %9
  %16 = fsub x86_fp80 %1, %15
  %17 = fdiv x86_fp80 %16, %11
  br label %28
18:
  %19 = fdiv x86_fp80 %2, %3
  %20 = fmul x86_fp80 %2, %19
  %21 = fadd x86_fp80 %20, %3
  %22 = fmul x86_fp80 %0, %19
  %23 = fadd x86_fp80 %22, %1
  %24 = fdiv x86_fp80 %23, %21
  %25 = fmul x86_fp80 %1, %19
  %26 = fsub x86_fp80 %25, %0
  %27 = fdiv x86_fp80 %26, %21
  br label %28
28:
  %.0145 = phi x86_fp80 [ %17, %8 ], [ %27, %18 ]
  %.0 = phi x86_fp80 [ %14, %8 ], [ %24, %18 ]
  %29 = fcmp une x86_fp80 %.0, %.0
  %30 = fcmp une x86_fp80 %.0145, %.0145
  %or.cond = and i1 %29, %30
  br i1 %or.cond, label %31, label %150
31:
  %32 = fcmp oeq x86_fp80 %2, 0xK00000000000000000000
  %33 = fcmp oeq x86_fp80 %3, 0xK00000000000000000000
  %or.cond150 = and i1 %32, %33
  br i1 %or.cond150, label %34, label %42
34:
  %35 = fcmp une x86_fp80 %0, %0
  %36 = fcmp une x86_fp80 %1, %1
  %or.cond151 = and i1 %35, %36
  br i1 %or.cond151, label %42, label %37
37:
  %38 = call x86_fp80 @llvm.copysign.f80(x86_fp80 0xK7FFF8000000000000000, x86_fp80 %2)
  %39 = fmul x86_fp80 %38, %0
  %40 = call x86_fp80 @llvm.copysign.f80(x86_fp80 0xK7FFF8000000000000000, x86_fp80 %2)
  %41 = fmul x86_fp80 %40, %1
  br label %150
42:
  %43 = fsub x86_fp80 %0, %0
  %44 = fcmp oeq x86_fp80 %43, 0xK00000000000000000000
  %45 = fcmp une x86_fp80 %0, %0
  %or.cond152 = or i1 %44, %45
  br i1 %or.cond152, label %46, label %52
46:
  %47 = fsub x86_fp80 %1, %1
  %48 = fcmp oeq x86_fp80 %47, 0xK00000000000000000000
  %49 = fcmp une x86_fp80 %1, %1
  %or.cond153 = or i1 %48, %49
  %or.cond153.not = xor i1 %or.cond153, true
  %50 = fsub x86_fp80 %2, %2
  %51 = fcmp oeq x86_fp80 %50, 0xK00000000000000000000
  %or.cond155 = and i1 %or.cond153.not, %51
  br i1 %or.cond155, label %53, label %96
52:
  %.old = fsub x86_fp80 %2, %2
  %.old154 = fcmp oeq x86_fp80 %.old, 0xK00000000000000000000
  br i1 %.old154, label %53, label %96
53:
  %54 = fsub x86_fp80 %3, %3
  %55 = fcmp oeq x86_fp80 %54, 0xK00000000000000000000
  br i1 %55, label %boxedx.exit7, label %96
boxedx.exit7:
  %56 = fsub x86_fp80 %0, %0
  %57 = fcmp oeq x86_fp80 %56, 0xK00000000000000000000
  %58 = fcmp une x86_fp80 %0, %0
  %59 = xor i1 %58, true
  %60 = select i1 %57, i1 false, i1 %59
  %61 = zext i1 %60 to i64
  %62 = select i1 %60, x86_fp80 0xK3FFF8000000000000000, x86_fp80 0xK00000000000000000000
  %63 = call x86_fp80 @llvm.copysign.f80(x86_fp80 %62, x86_fp80 %0)
  %64 = fmul x86_fp80 %63, %2
  %65 = fsub x86_fp80 %1, %1
  %66 = fcmp oeq x86_fp80 %65, 0xK00000000000000000000
  %67 = fcmp une x86_fp80 %1, %1
  %68 = xor i1 %67, true
  %69 = select i1 %66, i1 false, i1 %68
  %70 = zext i1 %69 to i64
  %71 = select i1 %69, x86_fp80 0xK3FFF8000000000000000, x86_fp80 0xK00000000000000000000
  %72 = call x86_fp80 @llvm.copysign.f80(x86_fp80 %71, x86_fp80 %1)
  %73 = fmul x86_fp80 %72, %3
  %74 = fadd x86_fp80 %64, %73
  %75 = fmul x86_fp80 0xK7FFF8000000000000000, %74
  %76 = fsub x86_fp80 %1, %1
  %77 = fcmp oeq x86_fp80 %76, 0xK00000000000000000000
  %78 = fcmp une x86_fp80 %1, %1
  %79 = xor i1 %78, true
  %80 = select i1 %77, i1 false, i1 %79
  %81 = zext i1 %80 to i64
  %82 = select i1 %80, x86_fp80 0xK3FFF8000000000000000, x86_fp80 0xK00000000000000000000
  %83 = call x86_fp80 @llvm.copysign.f80(x86_fp80 %82, x86_fp80 %1)
  %84 = fmul x86_fp80 %83, %2
  %85 = fsub x86_fp80 %0, %0
  %86 = fcmp oeq x86_fp80 %85, 0xK00000000000000000000
  %87 = fcmp une x86_fp80 %0, %0
  %88 = xor i1 %87, true
  %89 = select i1 %86, i1 false, i1 %88
  %90 = zext i1 %89 to i64
  %91 = select i1 %89, x86_fp80 0xK3FFF8000000000000000, x86_fp80 0xK00000000000000000000
  %92 = call x86_fp80 @llvm.copysign.f80(x86_fp80 %91, x86_fp80 %0)
  %93 = fmul x86_fp80 %92, %3
  %94 = fsub x86_fp80 %84, %93
  %95 = fmul x86_fp80 0xK7FFF8000000000000000, %94
  br label %150
96:
  %97 = fsub x86_fp80 %2, %2
  %98 = fcmp oeq x86_fp80 %97, 0xK00000000000000000000
  %99 = fcmp une x86_fp80 %2, %2
  %or.cond157 = or i1 %98, %99
  br i1 %or.cond157, label %100, label %106
100:
  %101 = fsub x86_fp80 %3, %3
  %102 = fcmp oeq x86_fp80 %101, 0xK00000000000000000000
  %103 = fcmp une x86_fp80 %3, %3
  %or.cond159 = or i1 %102, %103
  %or.cond159.not = xor i1 %or.cond159, true
  %104 = fsub x86_fp80 %0, %0
  %105 = fcmp oeq x86_fp80 %104, 0xK00000000000000000000
  %or.cond162 = and i1 %or.cond159.not, %105
  br i1 %or.cond162, label %107, label %150
106:
  %.old160 = fsub x86_fp80 %0, %0
  %.old161 = fcmp oeq x86_fp80 %.old160, 0xK00000000000000000000
  br i1 %.old161, label %107, label %150
107:
  %108 = fsub x86_fp80 %1, %1
  %109 = fcmp oeq x86_fp80 %108, 0xK00000000000000000000
  br i1 %109, label %boxedx.exit3, label %150
boxedx.exit3:
  %110 = fsub x86_fp80 %2, %2
  %111 = fcmp oeq x86_fp80 %110, 0xK00000000000000000000
  %112 = fcmp une x86_fp80 %2, %2
  %113 = xor i1 %112, true
  %114 = select i1 %111, i1 false, i1 %113
  %115 = zext i1 %114 to i64
  %116 = select i1 %114, x86_fp80 0xK3FFF8000000000000000, x86_fp80 0xK00000000000000000000
  %117 = call x86_fp80 @llvm.copysign.f80(x86_fp80 %116, x86_fp80 %2)
  %118 = fmul x86_fp80 %0, %117
  %119 = fsub x86_fp80 %3, %3
  %120 = fcmp oeq x86_fp80 %119, 0xK00000000000000000000
  %121 = fcmp une x86_fp80 %3, %3
  %122 = xor i1 %121, true
  %123 = select i1 %120, i1 false, i1 %122
  %124 = zext i1 %123 to i64
  %125 = select i1 %123, x86_fp80 0xK3FFF8000000000000000, x86_fp80 0xK00000000000000000000
  %126 = call x86_fp80 @llvm.copysign.f80(x86_fp80 %125, x86_fp80 %3)
  %127 = fmul x86_fp80 %1, %126
  %128 = fadd x86_fp80 %118, %127
  %129 = fmul x86_fp80 0xK00000000000000000000, %128
  %130 = fsub x86_fp80 %2, %2
  %131 = fcmp oeq x86_fp80 %130, 0xK00000000000000000000
  %132 = fcmp une x86_fp80 %2, %2
  %133 = xor i1 %132, true
  %134 = select i1 %131, i1 false, i1 %133
  %135 = zext i1 %134 to i64
  %136 = select i1 %134, x86_fp80 0xK3FFF8000000000000000, x86_fp80 0xK00000000000000000000
  %137 = call x86_fp80 @llvm.copysign.f80(x86_fp80 %136, x86_fp80 %2)
  %138 = fmul x86_fp80 %1, %137
  %139 = fsub x86_fp80 %3, %3
  %140 = fcmp oeq x86_fp80 %139, 0xK00000000000000000000
  %141 = fcmp une x86_fp80 %3, %3
  %142 = xor i1 %141, true
  %143 = select i1 %140, i1 false, i1 %142
  %144 = zext i1 %143 to i64
  %145 = select i1 %143, x86_fp80 0xK3FFF8000000000000000, x86_fp80 0xK00000000000000000000
  %146 = call x86_fp80 @llvm.copysign.f80(x86_fp80 %145, x86_fp80 %3)
  %147 = fmul x86_fp80 %0, %146
  %148 = fsub x86_fp80 %138, %147
  %149 = fmul x86_fp80 0xK00000000000000000000, %148
  br label %150
150:
  %.1146 = phi x86_fp80 [ %.0145, %28 ], [ %41, %37 ], [ %95, %boxedx.exit7 ], [ %.0145, %100 ], [ %.0145, %106 ], [ %149, %boxedx.exit3 ], [ %.0145, %107 ]
  %.1 = phi x86_fp80 [ %.0, %28 ], [ %39, %37 ], [ %75, %boxedx.exit7 ], [ %.0, %100 ], [ %.0, %106 ], [ %129, %boxedx.exit3 ], [ %.0, %107 ]
  %.fca.0.insert = insertvalue { x86_fp80, x86_fp80 } poison, x86_fp80 %.1, 0
  %.fca.1.insert = insertvalue { x86_fp80, x86_fp80 } %.fca.0.insert, x86_fp80 %.1146, 1
  ret { x86_fp80, x86_fp80 } %.fca.1.insert
}
declare x86_fp80 @llvm.fabs.f80(x86_fp80)
declare x86_fp80 @llvm.copysign.f80(x86_fp80, x86_fp80)
declare double @exp(double)
declare double @log1p(double)
declare double @log(double)
