define internal void @ad_build_dgemm(ptr noundef readonly captures(none) %0, ptr noundef readonly captures(none) %1, ptr noundef readonly captures(none) %2, ptr noundef readonly captures(none) %3, ptr noundef captures(none) %4) noinline nounwind {
  %6 = load i64, ptr %0, align 8
  %7 = getelementptr inbounds nuw i8, ptr %0, i64 8
  %8 = load i64, ptr %7, align 8
  %9 = getelementptr inbounds nuw i8, ptr %0, i64 16
  %10 = load i64, ptr %9, align 8
  %11 = load double, ptr %1, align 8
  %12 = getelementptr inbounds nuw i8, ptr %0, i64 24
  %13 = load i64, ptr %12, align 8
  %14 = getelementptr inbounds nuw i8, ptr %0, i64 32
  %15 = load i64, ptr %14, align 8
  %16 = getelementptr inbounds nuw i8, ptr %0, i64 40
  %17 = load i64, ptr %16, align 8
  %18 = getelementptr inbounds nuw i8, ptr %0, i64 48
  %19 = load i64, ptr %18, align 8
  %20 = getelementptr inbounds nuw i8, ptr %1, i64 8
  %21 = load double, ptr %20, align 8
  %22 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %23 = load i64, ptr %22, align 8
  %24 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %25 = load i64, ptr %24, align 8
  tail call fastcc void @ad_build_dgemm_product(i64 noundef %6, i64 noundef %8, i64 noundef %10, double noundef %11, ptr noundef %2, i64 noundef %13, i64 noundef %15, ptr noundef %3, i64 noundef %17, i64 noundef %19, double noundef %21, ptr noundef %4, i64 noundef %23, i64 noundef %25)
  ret void
}
define internal fastcc void @ad_build_dgemm_product(i64 noundef %0, i64 noundef %1, i64 noundef %2, double noundef %3, ptr noundef readonly captures(none) %4, i64 noundef %5, i64 noundef %6, ptr noundef readonly captures(none) %7, i64 noundef %8, i64 noundef %9, double noundef %10, ptr noalias noundef captures(none) %11, i64 noundef %12, i64 noundef %13) {
  %15 = icmp eq i64 %13, 1
  %16 = icmp ne i64 %12, 1
  %17 = and i1 %16, %15
  br i1 %17, label %18, label %19

18:                                               ; preds = %14
  br label %19

19:                                               ; preds = %18, %14
  %20 = phi i64 [ 1, %18 ], [ %12, %14 ]
  %21 = phi i64 [ %12, %18 ], [ %13, %14 ]
  %22 = phi i64 [ %5, %18 ], [ %9, %14 ]
  %23 = phi i64 [ %6, %18 ], [ %8, %14 ]
  %24 = phi ptr [ %4, %18 ], [ %7, %14 ]
  %25 = phi i64 [ %8, %18 ], [ %6, %14 ]
  %26 = phi i64 [ %9, %18 ], [ %5, %14 ]
  %27 = phi ptr [ %7, %18 ], [ %4, %14 ]
  %28 = phi i64 [ %0, %18 ], [ %2, %14 ]
  %29 = phi i64 [ %2, %18 ], [ %0, %14 ]
  %30 = icmp sgt i64 %28, 0
  br i1 %30, label %31, label %53

31:                                               ; preds = %19
  %32 = fcmp oeq double %10, 0.000000e+00
  %33 = fcmp une double %10, 1.000000e+00
  %34 = icmp sgt i64 %29, 0
  %35 = and i1 %33, %34
  %36 = icmp sgt i64 %29, 0
  %37 = icmp eq i64 %25, 1
  %38 = icmp eq i64 %23, 1
  %39 = and i1 %38, %37
  %40 = icmp ne i64 %26, 1
  %41 = icmp ne i64 %20, 1
  %42 = or i1 %41, %40
  %43 = icmp slt i64 %1, 4
  %44 = shl nsw i64 %23, 4
  %45 = mul nsw i64 %23, 24
  %46 = shl nsw i64 %25, 4
  %47 = mul nsw i64 %25, 24
  %48 = icmp sgt i64 %29, 0
  %49 = icmp sgt i64 %29, 0
  %50 = icmp sgt i64 %29, 0
  %51 = icmp sgt i64 %1, 0
  %52 = or i1 %42, %43
  br label %54

53:                                               ; preds = %170, %19
  ret void

54:                                               ; preds = %31, %170
  %55 = phi i64 [ 0, %31 ], [ %171, %170 ]
  %56 = mul nsw i64 %55, %21
  %57 = getelementptr inbounds double, ptr %11, i64 %56
  %58 = mul nsw i64 %55, %22
  %59 = getelementptr inbounds double, ptr %24, i64 %58
  br i1 %32, label %60, label %67

60:                                               ; preds = %54
  br i1 %36, label %61, label %76

61:                                               ; preds = %60, %61
  %62 = phi i64 [ %65, %61 ], [ 0, %60 ]
  %63 = mul nsw i64 %62, %20
  %64 = getelementptr inbounds double, ptr %57, i64 %63
  store double 0.000000e+00, ptr %64, align 8
  %65 = add nuw nsw i64 %62, 1
  %66 = icmp eq i64 %65, %29
  br i1 %66, label %76, label %61

67:                                               ; preds = %54
  br i1 %35, label %68, label %76

68:                                               ; preds = %67, %68
  %69 = phi i64 [ %74, %68 ], [ 0, %67 ]
  %70 = mul nsw i64 %69, %20
  %71 = getelementptr inbounds double, ptr %57, i64 %70
  %72 = load double, ptr %71, align 8
  %73 = fmul double %10, %72
  store double %73, ptr %71, align 8
  %74 = add nuw nsw i64 %69, 1
  %75 = icmp eq i64 %74, %29
  br i1 %75, label %76, label %68

76:                                               ; preds = %68, %61, %60, %67
  br i1 %39, label %77, label %100

77:                                               ; preds = %76
  br i1 %50, label %78, label %170

78:                                               ; preds = %77, %92
  %79 = phi i64 [ %98, %92 ], [ 0, %77 ]
  %80 = mul nsw i64 %79, %26
  %81 = getelementptr inbounds double, ptr %27, i64 %80
  br i1 %51, label %82, label %92

82:                                               ; preds = %78, %82
  %83 = phi i64 [ %90, %82 ], [ 0, %78 ]
  %84 = phi double [ %89, %82 ], [ 0.000000e+00, %78 ]
  %85 = getelementptr inbounds nuw double, ptr %81, i64 %83
  %86 = load double, ptr %85, align 8
  %87 = getelementptr inbounds nuw double, ptr %59, i64 %83
  %88 = load double, ptr %87, align 8
  %89 = tail call reassoc double @llvm.fmuladd.f64(double %86, double %88, double %84)
  %90 = add nuw nsw i64 %83, 1
  %91 = icmp eq i64 %90, %1
  br i1 %91, label %92, label %82

92:                                               ; preds = %82, %78
  %93 = phi double [ 0.000000e+00, %78 ], [ %89, %82 ]
  %94 = mul nsw i64 %79, %20
  %95 = getelementptr inbounds double, ptr %57, i64 %94
  %96 = load double, ptr %95, align 8
  %97 = tail call double @llvm.fmuladd.f64(double %3, double %93, double %96)
  store double %97, ptr %95, align 8
  %98 = add nuw nsw i64 %79, 1
  %99 = icmp eq i64 %98, %29
  br i1 %99, label %170, label %78

100:                                              ; preds = %76
  br i1 %52, label %144, label %101

101:                                              ; preds = %100, %141
  %102 = phi i64 [ %142, %141 ], [ 4, %100 ]
  %103 = phi i64 [ %102, %141 ], [ 0, %100 ]
  %104 = mul nsw i64 %103, %23
  %105 = getelementptr inbounds double, ptr %59, i64 %104
  %106 = load double, ptr %105, align 8
  %107 = fmul double %3, %106
  %108 = getelementptr inbounds double, ptr %105, i64 %23
  %109 = load double, ptr %108, align 8
  %110 = fmul double %3, %109
  %111 = getelementptr inbounds i8, ptr %105, i64 %44
  %112 = load double, ptr %111, align 8
  %113 = fmul double %3, %112
  %114 = getelementptr inbounds i8, ptr %105, i64 %45
  %115 = load double, ptr %114, align 8
  %116 = fmul double %3, %115
  %117 = mul nsw i64 %103, %25
  %118 = getelementptr inbounds double, ptr %27, i64 %117
  %119 = getelementptr inbounds double, ptr %118, i64 %25
  %120 = getelementptr inbounds i8, ptr %118, i64 %46
  %121 = getelementptr inbounds i8, ptr %118, i64 %47
  br i1 %48, label %122, label %141

122:                                              ; preds = %101, %122
  %123 = phi i64 [ %139, %122 ], [ 0, %101 ]
  %124 = getelementptr inbounds nuw double, ptr %118, i64 %123
  %125 = load double, ptr %124, align 8
  %126 = getelementptr inbounds nuw double, ptr %119, i64 %123
  %127 = load double, ptr %126, align 8
  %128 = fmul double %110, %127
  %129 = tail call double @llvm.fmuladd.f64(double %107, double %125, double %128)
  %130 = getelementptr inbounds nuw double, ptr %120, i64 %123
  %131 = load double, ptr %130, align 8
  %132 = tail call double @llvm.fmuladd.f64(double %113, double %131, double %129)
  %133 = getelementptr inbounds nuw double, ptr %121, i64 %123
  %134 = load double, ptr %133, align 8
  %135 = tail call double @llvm.fmuladd.f64(double %116, double %134, double %132)
  %136 = getelementptr inbounds nuw double, ptr %57, i64 %123
  %137 = load double, ptr %136, align 8
  %138 = fadd double %137, %135
  store double %138, ptr %136, align 8
  %139 = add nuw nsw i64 %123, 1
  %140 = icmp eq i64 %139, %29
  br i1 %140, label %141, label %122

141:                                              ; preds = %122, %101
  %142 = add nuw nsw i64 %102, 4
  %143 = icmp sgt i64 %142, %1
  br i1 %143, label %144, label %101

144:                                              ; preds = %141, %100
  %145 = phi i64 [ 0, %100 ], [ %102, %141 ]
  %146 = icmp slt i64 %145, %1
  br i1 %146, label %147, label %170

147:                                              ; preds = %144, %156
  %148 = phi i64 [ %157, %156 ], [ %145, %144 ]
  %149 = mul nsw i64 %148, %23
  %150 = getelementptr inbounds double, ptr %59, i64 %149
  %151 = load double, ptr %150, align 8
  %152 = fmul double %3, %151
  br i1 %49, label %153, label %156

153:                                              ; preds = %147
  %154 = mul nsw i64 %148, %25
  %155 = getelementptr double, ptr %27, i64 %154
  br label %159

156:                                              ; preds = %159, %147
  %157 = add nuw nsw i64 %148, 1
  %158 = icmp eq i64 %157, %1
  br i1 %158, label %170, label %147

159:                                              ; preds = %153, %159
  %160 = phi i64 [ 0, %153 ], [ %168, %159 ]
  %161 = mul nsw i64 %160, %26
  %162 = getelementptr double, ptr %155, i64 %161
  %163 = load double, ptr %162, align 8
  %164 = mul nsw i64 %160, %20
  %165 = getelementptr inbounds double, ptr %57, i64 %164
  %166 = load double, ptr %165, align 8
  %167 = tail call double @llvm.fmuladd.f64(double %152, double %163, double %166)
  store double %167, ptr %165, align 8
  %168 = add nuw nsw i64 %160, 1
  %169 = icmp eq i64 %168, %29
  br i1 %169, label %156, label %159

170:                                              ; preds = %156, %92, %144, %77
  %171 = add nuw nsw i64 %55, 1
  %172 = icmp eq i64 %171, %28
  br i1 %172, label %53, label %54
}
define internal noalias noundef ptr @ad_build_dgemm_augmented(ptr noundef readonly captures(none) %0, ptr noundef readnone captures(none) %1, ptr noundef readonly captures(address) %2, ptr noundef readnone captures(address) %3, ptr noundef readonly captures(none) %4, ptr noundef readnone captures(none) %5, ptr noundef readonly captures(none) %6, ptr noundef readnone captures(none) %7, ptr noundef captures(none) %8, ptr noundef readnone captures(none) %9) {
  %11 = load i64, ptr %0, align 8
  %12 = getelementptr inbounds nuw i8, ptr %0, i64 8
  %13 = load i64, ptr %12, align 8
  %14 = getelementptr inbounds nuw i8, ptr %0, i64 16
  %15 = load i64, ptr %14, align 8
  %16 = getelementptr inbounds nuw i8, ptr %2, i64 8
  %17 = load double, ptr %16, align 8
  %18 = fcmp une double %17, 0.000000e+00
  %19 = icmp ne ptr %3, %2
  %20 = or i1 %19, %18
  %21 = mul nsw i64 %13, %11
  %22 = mul nsw i64 %15, %13
  %23 = add nsw i64 %22, %21
  %24 = mul nsw i64 %15, %11
  %25 = select i1 %20, i64 %24, i64 0
  %26 = add nsw i64 %23, %25
  %27 = shl i64 %26, 3
  %28 = add i64 %27, 16
  %29 = tail call noalias ptr @malloc(i64 noundef %28)
  %30 = getelementptr inbounds nuw i8, ptr %29, i64 16
  tail call void @llvm.memcpy.p0.p0.i64(ptr noundef nonnull align 8 dereferenceable(16) %29, ptr noundef nonnull align 8 dereferenceable(16) %2, i64 16, i1 false)
  %31 = getelementptr inbounds nuw i8, ptr %0, i64 24
  %32 = load i64, ptr %31, align 8
  %33 = getelementptr inbounds nuw i8, ptr %0, i64 32
  %34 = load i64, ptr %33, align 8
  %35 = icmp sgt i64 %13, 0
  br i1 %35, label %36, label %56

36:                                               ; preds = %10
  %37 = icmp sgt i64 %11, 0
  br label %38

38:                                               ; preds = %45, %36
  %39 = phi i64 [ 0, %36 ], [ %46, %45 ]
  br i1 %37, label %40, label %45

40:                                               ; preds = %38
  %41 = mul nsw i64 %39, %34
  %42 = getelementptr double, ptr %4, i64 %41
  %43 = mul nuw nsw i64 %39, %11
  %44 = getelementptr double, ptr %30, i64 %43
  br label %48

45:                                               ; preds = %48, %38
  %46 = add nuw nsw i64 %39, 1
  %47 = icmp eq i64 %46, %13
  br i1 %47, label %56, label %38

48:                                               ; preds = %48, %40
  %49 = phi i64 [ 0, %40 ], [ %54, %48 ]
  %50 = mul nsw i64 %49, %32
  %51 = getelementptr double, ptr %42, i64 %50
  %52 = load double, ptr %51, align 8
  %53 = getelementptr double, ptr %44, i64 %49
  store double %52, ptr %53, align 8
  %54 = add nuw nsw i64 %49, 1
  %55 = icmp eq i64 %54, %11
  br i1 %55, label %45, label %48

56:                                               ; preds = %45, %10
  %57 = getelementptr inbounds nuw i8, ptr %0, i64 40
  %58 = load i64, ptr %57, align 8
  %59 = getelementptr inbounds nuw i8, ptr %0, i64 48
  %60 = load i64, ptr %59, align 8
  %61 = getelementptr inbounds double, ptr %30, i64 %21
  %62 = icmp sgt i64 %15, 0
  br i1 %62, label %63, label %81

63:                                               ; preds = %56, %70
  %64 = phi i64 [ %71, %70 ], [ 0, %56 ]
  br i1 %35, label %65, label %70

65:                                               ; preds = %63
  %66 = mul nsw i64 %64, %60
  %67 = getelementptr double, ptr %6, i64 %66
  %68 = mul nuw nsw i64 %64, %13
  %69 = getelementptr double, ptr %61, i64 %68
  br label %73

70:                                               ; preds = %73, %63
  %71 = add nuw nsw i64 %64, 1
  %72 = icmp eq i64 %71, %15
  br i1 %72, label %81, label %63

73:                                               ; preds = %73, %65
  %74 = phi i64 [ 0, %65 ], [ %79, %73 ]
  %75 = mul nsw i64 %74, %58
  %76 = getelementptr double, ptr %67, i64 %75
  %77 = load double, ptr %76, align 8
  %78 = getelementptr double, ptr %69, i64 %74
  store double %77, ptr %78, align 8
  %79 = add nuw nsw i64 %74, 1
  %80 = icmp eq i64 %79, %13
  br i1 %80, label %70, label %73

81:                                               ; preds = %70, %56
  br i1 %20, label %82, label %108

82:                                               ; preds = %81
  %83 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %84 = load i64, ptr %83, align 8
  %85 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %86 = load i64, ptr %85, align 8
  %87 = getelementptr inbounds double, ptr %61, i64 %22
  br i1 %62, label %88, label %108

88:                                               ; preds = %82
  %89 = icmp sgt i64 %11, 0
  br label %90

90:                                               ; preds = %97, %88
  %91 = phi i64 [ 0, %88 ], [ %98, %97 ]
  br i1 %89, label %92, label %97

92:                                               ; preds = %90
  %93 = mul nsw i64 %91, %86
  %94 = getelementptr double, ptr %8, i64 %93
  %95 = mul nuw nsw i64 %91, %11
  %96 = getelementptr double, ptr %87, i64 %95
  br label %100

97:                                               ; preds = %100, %90
  %98 = add nuw nsw i64 %91, 1
  %99 = icmp eq i64 %98, %15
  br i1 %99, label %108, label %90

100:                                              ; preds = %100, %92
  %101 = phi i64 [ 0, %92 ], [ %106, %100 ]
  %102 = mul nsw i64 %101, %84
  %103 = getelementptr double, ptr %94, i64 %102
  %104 = load double, ptr %103, align 8
  %105 = getelementptr double, ptr %96, i64 %101
  store double %104, ptr %105, align 8
  %106 = add nuw nsw i64 %101, 1
  %107 = icmp eq i64 %106, %11
  br i1 %107, label %97, label %100

108:                                              ; preds = %97, %82, %81
  %109 = load double, ptr %2, align 8
  %110 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %111 = load i64, ptr %110, align 8
  %112 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %113 = load i64, ptr %112, align 8
  tail call fastcc void @ad_build_dgemm_product(i64 noundef %11, i64 noundef %13, i64 noundef %15, double noundef %109, ptr noundef readonly %4, i64 noundef %32, i64 noundef %34, ptr noundef readonly %6, i64 noundef %58, i64 noundef %60, double noundef %17, ptr noundef %8, i64 noundef %111, i64 noundef %113)
  ret ptr %29
}
define internal void @ad_build_dgemm_gradient(ptr noundef readonly captures(none) %0, ptr noundef readnone captures(none) %1, ptr noundef readnone captures(address) %2, ptr noundef captures(address) %3, ptr noundef readnone captures(address) %4, ptr noundef captures(address) %5, ptr noundef readnone captures(address) %6, ptr noundef captures(address) %7, ptr noundef readnone captures(address) %8, ptr noundef captures(address) %9, ptr noundef captures(none) %10) {
  %12 = load i64, ptr %0, align 8
  %13 = getelementptr inbounds nuw i8, ptr %0, i64 8
  %14 = load i64, ptr %13, align 8
  %15 = getelementptr inbounds nuw i8, ptr %0, i64 16
  %16 = load i64, ptr %15, align 8
  %17 = getelementptr inbounds nuw i8, ptr %10, i64 16
  %18 = mul nsw i64 %14, %12
  %19 = getelementptr inbounds double, ptr %17, i64 %18
  %20 = mul nsw i64 %16, %14
  %21 = getelementptr inbounds double, ptr %19, i64 %20
  %22 = icmp eq ptr %9, %8
  br i1 %22, label %158, label %23

23:                                               ; preds = %11
  %24 = icmp eq ptr %5, %4
  br i1 %24, label %35, label %25

25:                                               ; preds = %23
  %26 = load double, ptr %10, align 8
  %27 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %28 = load i64, ptr %27, align 8
  %29 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %30 = load i64, ptr %29, align 8
  %31 = getelementptr inbounds nuw i8, ptr %0, i64 24
  %32 = load i64, ptr %31, align 8
  %33 = getelementptr inbounds nuw i8, ptr %0, i64 32
  %34 = load i64, ptr %33, align 8
  tail call fastcc void @ad_build_dgemm_product(i64 noundef %12, i64 noundef %16, i64 noundef %14, double noundef %26, ptr noundef %9, i64 noundef %28, i64 noundef %30, ptr noundef nonnull %19, i64 noundef %14, i64 noundef 1, double noundef 1.000000e+00, ptr noundef %5, i64 noundef %32, i64 noundef %34)
  br label %35

35:                                               ; preds = %25, %23
  %36 = icmp eq ptr %7, %6
  br i1 %36, label %47, label %37

37:                                               ; preds = %35
  %38 = load double, ptr %10, align 8
  %39 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %40 = load i64, ptr %39, align 8
  %41 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %42 = load i64, ptr %41, align 8
  %43 = getelementptr inbounds nuw i8, ptr %0, i64 40
  %44 = load i64, ptr %43, align 8
  %45 = getelementptr inbounds nuw i8, ptr %0, i64 48
  %46 = load i64, ptr %45, align 8
  tail call fastcc void @ad_build_dgemm_product(i64 noundef %14, i64 noundef %12, i64 noundef %16, double noundef %38, ptr noundef nonnull %17, i64 noundef %12, i64 noundef 1, ptr noundef %9, i64 noundef %40, i64 noundef %42, double noundef 1.000000e+00, ptr noundef %7, i64 noundef %44, i64 noundef %46)
  br label %47

47:                                               ; preds = %37, %35
  %48 = icmp eq ptr %3, %2
  br i1 %48, label %121, label %49

49:                                               ; preds = %47
  %50 = shl i64 %12, 3
  %51 = mul i64 %50, %16
  %52 = or disjoint i64 %51, 1
  %53 = tail call noalias ptr @malloc(i64 noundef %52)
  tail call fastcc void @ad_build_dgemm_product(i64 noundef %12, i64 noundef %14, i64 noundef %16, double noundef 1.000000e+00, ptr noundef nonnull %17, i64 noundef 1, i64 noundef %12, ptr noundef nonnull %19, i64 noundef 1, i64 noundef %14, double noundef 0.000000e+00, ptr noundef %53, i64 noundef 1, i64 noundef %12)
  %54 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %55 = load i64, ptr %54, align 8
  %56 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %57 = load i64, ptr %56, align 8
  %58 = icmp sgt i64 %16, 0
  br i1 %58, label %59, label %113

59:                                               ; preds = %49
  %60 = icmp sgt i64 %12, 0
  br label %61

61:                                               ; preds = %69, %59
  %62 = phi i64 [ 0, %59 ], [ %71, %69 ]
  %63 = phi double [ 0.000000e+00, %59 ], [ %70, %69 ]
  br i1 %60, label %64, label %69

64:                                               ; preds = %61
  %65 = mul nsw i64 %62, %57
  %66 = getelementptr double, ptr %9, i64 %65
  %67 = mul nuw nsw i64 %62, %12
  %68 = getelementptr double, ptr %53, i64 %67
  br label %73

69:                                               ; preds = %73, %61
  %70 = phi double [ %63, %61 ], [ %81, %73 ]
  %71 = add nuw nsw i64 %62, 1
  %72 = icmp eq i64 %71, %16
  br i1 %72, label %84, label %61

73:                                               ; preds = %73, %64
  %74 = phi i64 [ 0, %64 ], [ %82, %73 ]
  %75 = phi double [ %63, %64 ], [ %81, %73 ]
  %76 = mul nsw i64 %74, %55
  %77 = getelementptr double, ptr %66, i64 %76
  %78 = load double, ptr %77, align 8
  %79 = getelementptr double, ptr %68, i64 %74
  %80 = load double, ptr %79, align 8
  %81 = tail call double @llvm.fmuladd.f64(double %78, double %80, double %75)
  %82 = add nuw nsw i64 %74, 1
  %83 = icmp eq i64 %82, %12
  br i1 %83, label %69, label %73

84:                                               ; preds = %69
  %85 = load double, ptr %3, align 8
  %86 = fadd double %70, %85
  store double %86, ptr %3, align 8
  %87 = load i64, ptr %54, align 8
  %88 = load i64, ptr %56, align 8
  %89 = icmp sgt i64 %12, 0
  br label %90

90:                                               ; preds = %98, %84
  %91 = phi i64 [ 0, %84 ], [ %100, %98 ]
  %92 = phi double [ 0.000000e+00, %84 ], [ %99, %98 ]
  br i1 %89, label %93, label %98

93:                                               ; preds = %90
  %94 = mul nsw i64 %91, %88
  %95 = getelementptr double, ptr %9, i64 %94
  %96 = mul nuw nsw i64 %91, %12
  %97 = getelementptr double, ptr %21, i64 %96
  br label %102

98:                                               ; preds = %102, %90
  %99 = phi double [ %92, %90 ], [ %110, %102 ]
  %100 = add nuw nsw i64 %91, 1
  %101 = icmp eq i64 %100, %16
  br i1 %101, label %116, label %90

102:                                              ; preds = %102, %93
  %103 = phi i64 [ 0, %93 ], [ %111, %102 ]
  %104 = phi double [ %92, %93 ], [ %110, %102 ]
  %105 = mul nsw i64 %103, %87
  %106 = getelementptr double, ptr %95, i64 %105
  %107 = load double, ptr %106, align 8
  %108 = getelementptr double, ptr %97, i64 %103
  %109 = load double, ptr %108, align 8
  %110 = tail call double @llvm.fmuladd.f64(double %107, double %109, double %104)
  %111 = add nuw nsw i64 %103, 1
  %112 = icmp eq i64 %111, %12
  br i1 %112, label %98, label %102

113:                                              ; preds = %49
  %114 = load double, ptr %3, align 8
  %115 = fadd double %114, 0.000000e+00
  store double %115, ptr %3, align 8
  br label %116

116:                                              ; preds = %98, %113
  %117 = phi double [ 0.000000e+00, %113 ], [ %99, %98 ]
  %118 = getelementptr inbounds nuw i8, ptr %3, i64 8
  %119 = load double, ptr %118, align 8
  %120 = fadd double %117, %119
  store double %120, ptr %118, align 8
  tail call void @free(ptr noundef %53)
  br label %121

121:                                              ; preds = %116, %47
  %122 = icmp sgt i64 %16, 0
  br i1 %122, label %123, label %158

123:                                              ; preds = %121
  %124 = getelementptr inbounds nuw i8, ptr %10, i64 8
  %125 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %126 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %127 = icmp sgt i64 %12, 0
  %128 = icmp sgt i64 %12, 0
  br label %129

129:                                              ; preds = %123, %155
  %130 = phi i64 [ 0, %123 ], [ %156, %155 ]
  %131 = load double, ptr %124, align 8
  %132 = load i64, ptr %125, align 8
  %133 = mul nsw i64 %132, %130
  %134 = getelementptr inbounds double, ptr %9, i64 %133
  %135 = load i64, ptr %126, align 8
  %136 = fcmp oeq double %131, 0.000000e+00
  br i1 %136, label %137, label %144

137:                                              ; preds = %129
  br i1 %128, label %138, label %155

138:                                              ; preds = %137, %138
  %139 = phi i64 [ %142, %138 ], [ 0, %137 ]
  %140 = mul nsw i64 %139, %135
  %141 = getelementptr inbounds double, ptr %134, i64 %140
  store double 0.000000e+00, ptr %141, align 8
  %142 = add nuw nsw i64 %139, 1
  %143 = icmp eq i64 %142, %12
  br i1 %143, label %155, label %138

144:                                              ; preds = %129
  %145 = fcmp une double %131, 1.000000e+00
  %146 = and i1 %127, %145
  br i1 %146, label %147, label %155

147:                                              ; preds = %144, %147
  %148 = phi i64 [ %153, %147 ], [ 0, %144 ]
  %149 = mul nsw i64 %148, %135
  %150 = getelementptr inbounds double, ptr %134, i64 %149
  %151 = load double, ptr %150, align 8
  %152 = fmul double %131, %151
  store double %152, ptr %150, align 8
  %153 = add nuw nsw i64 %148, 1
  %154 = icmp eq i64 %153, %12
  br i1 %154, label %155, label %147

155:                                              ; preds = %147, %138, %137, %144
  %156 = add nuw nsw i64 %130, 1
  %157 = icmp eq i64 %156, %16
  br i1 %157, label %158, label %129

158:                                              ; preds = %155, %121, %11
  tail call void @free(ptr noundef %10)
  ret void
}
define internal void @ad_build_dgemm_derivative(ptr noundef readonly captures(none) %0, ptr noundef readnone captures(none) %1, ptr noundef readonly captures(address) %2, ptr noundef readonly captures(address) %3, ptr noundef readonly captures(address) %4, ptr noundef readonly captures(address) %5, ptr noundef readonly captures(address) %6, ptr noundef readonly captures(address) %7, ptr noundef captures(address) %8, ptr noundef captures(address) %9) {
  %11 = load i64, ptr %0, align 8
  %12 = getelementptr inbounds nuw i8, ptr %0, i64 8
  %13 = load i64, ptr %12, align 8
  %14 = getelementptr inbounds nuw i8, ptr %0, i64 16
  %15 = load i64, ptr %14, align 8
  %16 = icmp eq ptr %9, %8
  br i1 %16, label %127, label %17

17:                                               ; preds = %10
  %18 = icmp sgt i64 %15, 0
  br i1 %18, label %19, label %28

19:                                               ; preds = %17
  %20 = getelementptr inbounds nuw i8, ptr %2, i64 8
  %21 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %22 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %23 = icmp sgt i64 %11, 0
  %24 = icmp sgt i64 %11, 0
  %25 = icmp eq ptr %3, %2
  %26 = getelementptr inbounds nuw i8, ptr %3, i64 8
  %27 = icmp slt i64 %11, 1
  br label %30

28:                                               ; preds = %76, %17
  %29 = icmp eq ptr %5, %4
  br i1 %29, label %93, label %79

30:                                               ; preds = %19, %76
  %31 = phi i64 [ 0, %19 ], [ %77, %76 ]
  %32 = load double, ptr %20, align 8
  %33 = load i64, ptr %21, align 8
  %34 = mul nsw i64 %33, %31
  %35 = getelementptr inbounds double, ptr %9, i64 %34
  %36 = load i64, ptr %22, align 8
  %37 = fcmp oeq double %32, 0.000000e+00
  br i1 %37, label %38, label %45

38:                                               ; preds = %30
  br i1 %24, label %39, label %56

39:                                               ; preds = %38, %39
  %40 = phi i64 [ %43, %39 ], [ 0, %38 ]
  %41 = mul nsw i64 %40, %36
  %42 = getelementptr inbounds double, ptr %35, i64 %41
  store double 0.000000e+00, ptr %42, align 8
  %43 = add nuw nsw i64 %40, 1
  %44 = icmp eq i64 %43, %11
  br i1 %44, label %56, label %39

45:                                               ; preds = %30
  %46 = fcmp une double %32, 1.000000e+00
  %47 = and i1 %23, %46
  br i1 %47, label %48, label %56

48:                                               ; preds = %45, %48
  %49 = phi i64 [ %54, %48 ], [ 0, %45 ]
  %50 = mul nsw i64 %49, %36
  %51 = getelementptr inbounds double, ptr %35, i64 %50
  %52 = load double, ptr %51, align 8
  %53 = fmul double %32, %52
  store double %53, ptr %51, align 8
  %54 = add nuw nsw i64 %49, 1
  %55 = icmp eq i64 %54, %11
  br i1 %55, label %56, label %48

56:                                               ; preds = %48, %39, %38, %45
  br i1 %25, label %76, label %57

57:                                               ; preds = %56
  %58 = load double, ptr %26, align 8
  %59 = fcmp oeq double %58, 0.000000e+00
  %60 = select i1 %59, i1 true, i1 %27
  br i1 %60, label %76, label %61

61:                                               ; preds = %57, %61
  %62 = phi i64 [ %74, %61 ], [ 0, %57 ]
  %63 = load double, ptr %26, align 8
  %64 = load i64, ptr %22, align 8
  %65 = mul nsw i64 %64, %62
  %66 = load i64, ptr %21, align 8
  %67 = mul nsw i64 %66, %31
  %68 = add nsw i64 %67, %65
  %69 = getelementptr inbounds double, ptr %8, i64 %68
  %70 = load double, ptr %69, align 8
  %71 = getelementptr inbounds double, ptr %9, i64 %68
  %72 = load double, ptr %71, align 8
  %73 = tail call double @llvm.fmuladd.f64(double %63, double %70, double %72)
  store double %73, ptr %71, align 8
  %74 = add nuw nsw i64 %62, 1
  %75 = icmp eq i64 %74, %11
  br i1 %75, label %76, label %61

76:                                               ; preds = %61, %57, %56
  %77 = add nuw nsw i64 %31, 1
  %78 = icmp eq i64 %77, %15
  br i1 %78, label %28, label %30

79:                                               ; preds = %28
  %80 = load double, ptr %2, align 8
  %81 = getelementptr inbounds nuw i8, ptr %0, i64 24
  %82 = load i64, ptr %81, align 8
  %83 = getelementptr inbounds nuw i8, ptr %0, i64 32
  %84 = load i64, ptr %83, align 8
  %85 = getelementptr inbounds nuw i8, ptr %0, i64 40
  %86 = load i64, ptr %85, align 8
  %87 = getelementptr inbounds nuw i8, ptr %0, i64 48
  %88 = load i64, ptr %87, align 8
  %89 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %90 = load i64, ptr %89, align 8
  %91 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %92 = load i64, ptr %91, align 8
  tail call fastcc void @ad_build_dgemm_product(i64 noundef %11, i64 noundef %13, i64 noundef %15, double noundef %80, ptr noundef %5, i64 noundef %82, i64 noundef %84, ptr noundef %6, i64 noundef %86, i64 noundef %88, double noundef 1.000000e+00, ptr noundef %9, i64 noundef %90, i64 noundef %92)
  br label %93

93:                                               ; preds = %79, %28
  %94 = icmp eq ptr %7, %6
  br i1 %94, label %109, label %95

95:                                               ; preds = %93
  %96 = load double, ptr %2, align 8
  %97 = getelementptr inbounds nuw i8, ptr %0, i64 24
  %98 = load i64, ptr %97, align 8
  %99 = getelementptr inbounds nuw i8, ptr %0, i64 32
  %100 = load i64, ptr %99, align 8
  %101 = getelementptr inbounds nuw i8, ptr %0, i64 40
  %102 = load i64, ptr %101, align 8
  %103 = getelementptr inbounds nuw i8, ptr %0, i64 48
  %104 = load i64, ptr %103, align 8
  %105 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %106 = load i64, ptr %105, align 8
  %107 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %108 = load i64, ptr %107, align 8
  tail call fastcc void @ad_build_dgemm_product(i64 noundef %11, i64 noundef %13, i64 noundef %15, double noundef %96, ptr noundef %4, i64 noundef %98, i64 noundef %100, ptr noundef %7, i64 noundef %102, i64 noundef %104, double noundef 1.000000e+00, ptr noundef %9, i64 noundef %106, i64 noundef %108)
  br label %109

109:                                              ; preds = %95, %93
  %110 = icmp eq ptr %3, %2
  br i1 %110, label %127, label %111

111:                                              ; preds = %109
  %112 = load double, ptr %3, align 8
  %113 = fcmp une double %112, 0.000000e+00
  br i1 %113, label %114, label %127

114:                                              ; preds = %111
  %115 = getelementptr inbounds nuw i8, ptr %0, i64 24
  %116 = load i64, ptr %115, align 8
  %117 = getelementptr inbounds nuw i8, ptr %0, i64 32
  %118 = load i64, ptr %117, align 8
  %119 = getelementptr inbounds nuw i8, ptr %0, i64 40
  %120 = load i64, ptr %119, align 8
  %121 = getelementptr inbounds nuw i8, ptr %0, i64 48
  %122 = load i64, ptr %121, align 8
  %123 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %124 = load i64, ptr %123, align 8
  %125 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %126 = load i64, ptr %125, align 8
  tail call fastcc void @ad_build_dgemm_product(i64 noundef %11, i64 noundef %13, i64 noundef %15, double noundef %112, ptr noundef %4, i64 noundef %116, i64 noundef %118, ptr noundef %6, i64 noundef %120, i64 noundef %122, double noundef 1.000000e+00, ptr noundef %9, i64 noundef %124, i64 noundef %126)
  br label %127

127:                                              ; preds = %109, %111, %114, %10
  %128 = load i64, ptr %0, align 8
  %129 = load i64, ptr %12, align 8
  %130 = load i64, ptr %14, align 8
  %131 = load double, ptr %2, align 8
  %132 = getelementptr inbounds nuw i8, ptr %0, i64 24
  %133 = load i64, ptr %132, align 8
  %134 = getelementptr inbounds nuw i8, ptr %0, i64 32
  %135 = load i64, ptr %134, align 8
  %136 = getelementptr inbounds nuw i8, ptr %0, i64 40
  %137 = load i64, ptr %136, align 8
  %138 = getelementptr inbounds nuw i8, ptr %0, i64 48
  %139 = load i64, ptr %138, align 8
  %140 = getelementptr inbounds nuw i8, ptr %2, i64 8
  %141 = load double, ptr %140, align 8
  %142 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %143 = load i64, ptr %142, align 8
  %144 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %145 = load i64, ptr %144, align 8
  tail call fastcc void @ad_build_dgemm_product(i64 noundef %128, i64 noundef %129, i64 noundef %130, double noundef %131, ptr noundef readonly %4, i64 noundef %133, i64 noundef %135, ptr noundef readonly %6, i64 noundef %137, i64 noundef %139, double noundef %141, ptr noundef %8, i64 noundef %143, i64 noundef %145)
  ret void
}
define internal void @ad_build_sgemm(ptr noundef readonly captures(none) %0, ptr noundef readonly captures(none) %1, ptr noundef readonly captures(none) %2, ptr noundef readonly captures(none) %3, ptr noundef captures(none) %4) noinline nounwind {
  %6 = load i64, ptr %0, align 8
  %7 = getelementptr inbounds nuw i8, ptr %0, i64 8
  %8 = load i64, ptr %7, align 8
  %9 = getelementptr inbounds nuw i8, ptr %0, i64 16
  %10 = load i64, ptr %9, align 8
  %11 = load float, ptr %1, align 4
  %12 = getelementptr inbounds nuw i8, ptr %0, i64 24
  %13 = load i64, ptr %12, align 8
  %14 = getelementptr inbounds nuw i8, ptr %0, i64 32
  %15 = load i64, ptr %14, align 8
  %16 = getelementptr inbounds nuw i8, ptr %0, i64 40
  %17 = load i64, ptr %16, align 8
  %18 = getelementptr inbounds nuw i8, ptr %0, i64 48
  %19 = load i64, ptr %18, align 8
  %20 = getelementptr inbounds nuw i8, ptr %1, i64 4
  %21 = load float, ptr %20, align 4
  %22 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %23 = load i64, ptr %22, align 8
  %24 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %25 = load i64, ptr %24, align 8
  tail call fastcc void @ad_build_sgemm_product(i64 noundef %6, i64 noundef %8, i64 noundef %10, float noundef %11, ptr noundef %2, i64 noundef %13, i64 noundef %15, ptr noundef %3, i64 noundef %17, i64 noundef %19, float noundef %21, ptr noundef %4, i64 noundef %23, i64 noundef %25)
  ret void
}
define internal fastcc void @ad_build_sgemm_product(i64 noundef %0, i64 noundef %1, i64 noundef %2, float noundef %3, ptr noundef readonly captures(none) %4, i64 noundef %5, i64 noundef %6, ptr noundef readonly captures(none) %7, i64 noundef %8, i64 noundef %9, float noundef %10, ptr noalias noundef captures(none) %11, i64 noundef %12, i64 noundef %13) {
  %15 = icmp eq i64 %13, 1
  %16 = icmp ne i64 %12, 1
  %17 = and i1 %16, %15
  br i1 %17, label %18, label %19

18:                                               ; preds = %14
  br label %19

19:                                               ; preds = %18, %14
  %20 = phi i64 [ 1, %18 ], [ %12, %14 ]
  %21 = phi i64 [ %12, %18 ], [ %13, %14 ]
  %22 = phi i64 [ %5, %18 ], [ %9, %14 ]
  %23 = phi i64 [ %6, %18 ], [ %8, %14 ]
  %24 = phi ptr [ %4, %18 ], [ %7, %14 ]
  %25 = phi i64 [ %8, %18 ], [ %6, %14 ]
  %26 = phi i64 [ %9, %18 ], [ %5, %14 ]
  %27 = phi ptr [ %7, %18 ], [ %4, %14 ]
  %28 = phi i64 [ %0, %18 ], [ %2, %14 ]
  %29 = phi i64 [ %2, %18 ], [ %0, %14 ]
  %30 = icmp sgt i64 %28, 0
  br i1 %30, label %31, label %53

31:                                               ; preds = %19
  %32 = fcmp oeq float %10, 0.000000e+00
  %33 = fcmp une float %10, 1.000000e+00
  %34 = icmp sgt i64 %29, 0
  %35 = and i1 %33, %34
  %36 = icmp sgt i64 %29, 0
  %37 = icmp eq i64 %25, 1
  %38 = icmp eq i64 %23, 1
  %39 = and i1 %38, %37
  %40 = icmp ne i64 %26, 1
  %41 = icmp ne i64 %20, 1
  %42 = or i1 %41, %40
  %43 = icmp slt i64 %1, 4
  %44 = shl nsw i64 %23, 3
  %45 = mul nsw i64 %23, 12
  %46 = shl nsw i64 %25, 3
  %47 = mul nsw i64 %25, 12
  %48 = icmp sgt i64 %29, 0
  %49 = icmp sgt i64 %29, 0
  %50 = icmp sgt i64 %29, 0
  %51 = icmp sgt i64 %1, 0
  %52 = or i1 %42, %43
  br label %54

53:                                               ; preds = %170, %19
  ret void

54:                                               ; preds = %31, %170
  %55 = phi i64 [ 0, %31 ], [ %171, %170 ]
  %56 = mul nsw i64 %55, %21
  %57 = getelementptr inbounds float, ptr %11, i64 %56
  %58 = mul nsw i64 %55, %22
  %59 = getelementptr inbounds float, ptr %24, i64 %58
  br i1 %32, label %60, label %67

60:                                               ; preds = %54
  br i1 %36, label %61, label %76

61:                                               ; preds = %60, %61
  %62 = phi i64 [ %65, %61 ], [ 0, %60 ]
  %63 = mul nsw i64 %62, %20
  %64 = getelementptr inbounds float, ptr %57, i64 %63
  store float 0.000000e+00, ptr %64, align 4
  %65 = add nuw nsw i64 %62, 1
  %66 = icmp eq i64 %65, %29
  br i1 %66, label %76, label %61

67:                                               ; preds = %54
  br i1 %35, label %68, label %76

68:                                               ; preds = %67, %68
  %69 = phi i64 [ %74, %68 ], [ 0, %67 ]
  %70 = mul nsw i64 %69, %20
  %71 = getelementptr inbounds float, ptr %57, i64 %70
  %72 = load float, ptr %71, align 4
  %73 = fmul float %10, %72
  store float %73, ptr %71, align 4
  %74 = add nuw nsw i64 %69, 1
  %75 = icmp eq i64 %74, %29
  br i1 %75, label %76, label %68

76:                                               ; preds = %68, %61, %60, %67
  br i1 %39, label %77, label %100

77:                                               ; preds = %76
  br i1 %50, label %78, label %170

78:                                               ; preds = %77, %92
  %79 = phi i64 [ %98, %92 ], [ 0, %77 ]
  %80 = mul nsw i64 %79, %26
  %81 = getelementptr inbounds float, ptr %27, i64 %80
  br i1 %51, label %82, label %92

82:                                               ; preds = %78, %82
  %83 = phi i64 [ %90, %82 ], [ 0, %78 ]
  %84 = phi float [ %89, %82 ], [ 0.000000e+00, %78 ]
  %85 = getelementptr inbounds nuw float, ptr %81, i64 %83
  %86 = load float, ptr %85, align 4
  %87 = getelementptr inbounds nuw float, ptr %59, i64 %83
  %88 = load float, ptr %87, align 4
  %89 = tail call reassoc float @llvm.fmuladd.f32(float %86, float %88, float %84)
  %90 = add nuw nsw i64 %83, 1
  %91 = icmp eq i64 %90, %1
  br i1 %91, label %92, label %82

92:                                               ; preds = %82, %78
  %93 = phi float [ 0.000000e+00, %78 ], [ %89, %82 ]
  %94 = mul nsw i64 %79, %20
  %95 = getelementptr inbounds float, ptr %57, i64 %94
  %96 = load float, ptr %95, align 4
  %97 = tail call float @llvm.fmuladd.f32(float %3, float %93, float %96)
  store float %97, ptr %95, align 4
  %98 = add nuw nsw i64 %79, 1
  %99 = icmp eq i64 %98, %29
  br i1 %99, label %170, label %78

100:                                              ; preds = %76
  br i1 %52, label %144, label %101

101:                                              ; preds = %100, %141
  %102 = phi i64 [ %142, %141 ], [ 4, %100 ]
  %103 = phi i64 [ %102, %141 ], [ 0, %100 ]
  %104 = mul nsw i64 %103, %23
  %105 = getelementptr inbounds float, ptr %59, i64 %104
  %106 = load float, ptr %105, align 4
  %107 = fmul float %3, %106
  %108 = getelementptr inbounds float, ptr %105, i64 %23
  %109 = load float, ptr %108, align 4
  %110 = fmul float %3, %109
  %111 = getelementptr inbounds i8, ptr %105, i64 %44
  %112 = load float, ptr %111, align 4
  %113 = fmul float %3, %112
  %114 = getelementptr inbounds i8, ptr %105, i64 %45
  %115 = load float, ptr %114, align 4
  %116 = fmul float %3, %115
  %117 = mul nsw i64 %103, %25
  %118 = getelementptr inbounds float, ptr %27, i64 %117
  %119 = getelementptr inbounds float, ptr %118, i64 %25
  %120 = getelementptr inbounds i8, ptr %118, i64 %46
  %121 = getelementptr inbounds i8, ptr %118, i64 %47
  br i1 %48, label %122, label %141

122:                                              ; preds = %101, %122
  %123 = phi i64 [ %139, %122 ], [ 0, %101 ]
  %124 = getelementptr inbounds nuw float, ptr %118, i64 %123
  %125 = load float, ptr %124, align 4
  %126 = getelementptr inbounds nuw float, ptr %119, i64 %123
  %127 = load float, ptr %126, align 4
  %128 = fmul float %110, %127
  %129 = tail call float @llvm.fmuladd.f32(float %107, float %125, float %128)
  %130 = getelementptr inbounds nuw float, ptr %120, i64 %123
  %131 = load float, ptr %130, align 4
  %132 = tail call float @llvm.fmuladd.f32(float %113, float %131, float %129)
  %133 = getelementptr inbounds nuw float, ptr %121, i64 %123
  %134 = load float, ptr %133, align 4
  %135 = tail call float @llvm.fmuladd.f32(float %116, float %134, float %132)
  %136 = getelementptr inbounds nuw float, ptr %57, i64 %123
  %137 = load float, ptr %136, align 4
  %138 = fadd float %137, %135
  store float %138, ptr %136, align 4
  %139 = add nuw nsw i64 %123, 1
  %140 = icmp eq i64 %139, %29
  br i1 %140, label %141, label %122

141:                                              ; preds = %122, %101
  %142 = add nuw nsw i64 %102, 4
  %143 = icmp sgt i64 %142, %1
  br i1 %143, label %144, label %101

144:                                              ; preds = %141, %100
  %145 = phi i64 [ 0, %100 ], [ %102, %141 ]
  %146 = icmp slt i64 %145, %1
  br i1 %146, label %147, label %170

147:                                              ; preds = %144, %156
  %148 = phi i64 [ %157, %156 ], [ %145, %144 ]
  %149 = mul nsw i64 %148, %23
  %150 = getelementptr inbounds float, ptr %59, i64 %149
  %151 = load float, ptr %150, align 4
  %152 = fmul float %3, %151
  br i1 %49, label %153, label %156

153:                                              ; preds = %147
  %154 = mul nsw i64 %148, %25
  %155 = getelementptr float, ptr %27, i64 %154
  br label %159

156:                                              ; preds = %159, %147
  %157 = add nuw nsw i64 %148, 1
  %158 = icmp eq i64 %157, %1
  br i1 %158, label %170, label %147

159:                                              ; preds = %153, %159
  %160 = phi i64 [ 0, %153 ], [ %168, %159 ]
  %161 = mul nsw i64 %160, %26
  %162 = getelementptr float, ptr %155, i64 %161
  %163 = load float, ptr %162, align 4
  %164 = mul nsw i64 %160, %20
  %165 = getelementptr inbounds float, ptr %57, i64 %164
  %166 = load float, ptr %165, align 4
  %167 = tail call float @llvm.fmuladd.f32(float %152, float %163, float %166)
  store float %167, ptr %165, align 4
  %168 = add nuw nsw i64 %160, 1
  %169 = icmp eq i64 %168, %29
  br i1 %169, label %156, label %159

170:                                              ; preds = %156, %92, %144, %77
  %171 = add nuw nsw i64 %55, 1
  %172 = icmp eq i64 %171, %28
  br i1 %172, label %53, label %54
}
define internal noalias noundef ptr @ad_build_sgemm_augmented(ptr noundef readonly captures(none) %0, ptr noundef readnone captures(none) %1, ptr noundef readonly captures(address) %2, ptr noundef readnone captures(address) %3, ptr noundef readonly captures(none) %4, ptr noundef readnone captures(none) %5, ptr noundef readonly captures(none) %6, ptr noundef readnone captures(none) %7, ptr noundef captures(none) %8, ptr noundef readnone captures(none) %9) {
  %11 = load i64, ptr %0, align 8
  %12 = getelementptr inbounds nuw i8, ptr %0, i64 8
  %13 = load i64, ptr %12, align 8
  %14 = getelementptr inbounds nuw i8, ptr %0, i64 16
  %15 = load i64, ptr %14, align 8
  %16 = getelementptr inbounds nuw i8, ptr %2, i64 4
  %17 = load float, ptr %16, align 4
  %18 = fcmp une float %17, 0.000000e+00
  %19 = icmp ne ptr %3, %2
  %20 = or i1 %19, %18
  %21 = mul nsw i64 %13, %11
  %22 = mul nsw i64 %15, %13
  %23 = add nsw i64 %22, %21
  %24 = mul nsw i64 %15, %11
  %25 = select i1 %20, i64 %24, i64 0
  %26 = add nsw i64 %23, %25
  %27 = shl i64 %26, 2
  %28 = add i64 %27, 8
  %29 = tail call noalias ptr @malloc(i64 noundef %28)
  %30 = getelementptr inbounds nuw i8, ptr %29, i64 8
  %31 = load i64, ptr %2, align 4
  store i64 %31, ptr %29, align 4
  %32 = getelementptr inbounds nuw i8, ptr %0, i64 24
  %33 = load i64, ptr %32, align 8
  %34 = getelementptr inbounds nuw i8, ptr %0, i64 32
  %35 = load i64, ptr %34, align 8
  %36 = icmp sgt i64 %13, 0
  br i1 %36, label %37, label %57

37:                                               ; preds = %10
  %38 = icmp sgt i64 %11, 0
  br label %39

39:                                               ; preds = %46, %37
  %40 = phi i64 [ 0, %37 ], [ %47, %46 ]
  br i1 %38, label %41, label %46

41:                                               ; preds = %39
  %42 = mul nsw i64 %40, %35
  %43 = getelementptr float, ptr %4, i64 %42
  %44 = mul nuw nsw i64 %40, %11
  %45 = getelementptr float, ptr %30, i64 %44
  br label %49

46:                                               ; preds = %49, %39
  %47 = add nuw nsw i64 %40, 1
  %48 = icmp eq i64 %47, %13
  br i1 %48, label %57, label %39

49:                                               ; preds = %49, %41
  %50 = phi i64 [ 0, %41 ], [ %55, %49 ]
  %51 = mul nsw i64 %50, %33
  %52 = getelementptr float, ptr %43, i64 %51
  %53 = load float, ptr %52, align 4
  %54 = getelementptr float, ptr %45, i64 %50
  store float %53, ptr %54, align 4
  %55 = add nuw nsw i64 %50, 1
  %56 = icmp eq i64 %55, %11
  br i1 %56, label %46, label %49

57:                                               ; preds = %46, %10
  %58 = getelementptr inbounds nuw i8, ptr %0, i64 40
  %59 = load i64, ptr %58, align 8
  %60 = getelementptr inbounds nuw i8, ptr %0, i64 48
  %61 = load i64, ptr %60, align 8
  %62 = getelementptr inbounds float, ptr %30, i64 %21
  %63 = icmp sgt i64 %15, 0
  br i1 %63, label %64, label %82

64:                                               ; preds = %57, %71
  %65 = phi i64 [ %72, %71 ], [ 0, %57 ]
  br i1 %36, label %66, label %71

66:                                               ; preds = %64
  %67 = mul nsw i64 %65, %61
  %68 = getelementptr float, ptr %6, i64 %67
  %69 = mul nuw nsw i64 %65, %13
  %70 = getelementptr float, ptr %62, i64 %69
  br label %74

71:                                               ; preds = %74, %64
  %72 = add nuw nsw i64 %65, 1
  %73 = icmp eq i64 %72, %15
  br i1 %73, label %82, label %64

74:                                               ; preds = %74, %66
  %75 = phi i64 [ 0, %66 ], [ %80, %74 ]
  %76 = mul nsw i64 %75, %59
  %77 = getelementptr float, ptr %68, i64 %76
  %78 = load float, ptr %77, align 4
  %79 = getelementptr float, ptr %70, i64 %75
  store float %78, ptr %79, align 4
  %80 = add nuw nsw i64 %75, 1
  %81 = icmp eq i64 %80, %13
  br i1 %81, label %71, label %74

82:                                               ; preds = %71, %57
  br i1 %20, label %83, label %109

83:                                               ; preds = %82
  %84 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %85 = load i64, ptr %84, align 8
  %86 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %87 = load i64, ptr %86, align 8
  %88 = getelementptr inbounds float, ptr %62, i64 %22
  br i1 %63, label %89, label %109

89:                                               ; preds = %83
  %90 = icmp sgt i64 %11, 0
  br label %91

91:                                               ; preds = %98, %89
  %92 = phi i64 [ 0, %89 ], [ %99, %98 ]
  br i1 %90, label %93, label %98

93:                                               ; preds = %91
  %94 = mul nsw i64 %92, %87
  %95 = getelementptr float, ptr %8, i64 %94
  %96 = mul nuw nsw i64 %92, %11
  %97 = getelementptr float, ptr %88, i64 %96
  br label %101

98:                                               ; preds = %101, %91
  %99 = add nuw nsw i64 %92, 1
  %100 = icmp eq i64 %99, %15
  br i1 %100, label %109, label %91

101:                                              ; preds = %101, %93
  %102 = phi i64 [ 0, %93 ], [ %107, %101 ]
  %103 = mul nsw i64 %102, %85
  %104 = getelementptr float, ptr %95, i64 %103
  %105 = load float, ptr %104, align 4
  %106 = getelementptr float, ptr %97, i64 %102
  store float %105, ptr %106, align 4
  %107 = add nuw nsw i64 %102, 1
  %108 = icmp eq i64 %107, %11
  br i1 %108, label %98, label %101

109:                                              ; preds = %98, %83, %82
  %110 = load float, ptr %2, align 4
  %111 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %112 = load i64, ptr %111, align 8
  %113 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %114 = load i64, ptr %113, align 8
  tail call fastcc void @ad_build_sgemm_product(i64 noundef %11, i64 noundef %13, i64 noundef %15, float noundef %110, ptr noundef readonly %4, i64 noundef %33, i64 noundef %35, ptr noundef readonly %6, i64 noundef %59, i64 noundef %61, float noundef %17, ptr noundef %8, i64 noundef %112, i64 noundef %114)
  ret ptr %29
}
define internal void @ad_build_sgemm_gradient(ptr noundef readonly captures(none) %0, ptr noundef readnone captures(none) %1, ptr noundef readnone captures(address) %2, ptr noundef captures(address) %3, ptr noundef readnone captures(address) %4, ptr noundef captures(address) %5, ptr noundef readnone captures(address) %6, ptr noundef captures(address) %7, ptr noundef readnone captures(address) %8, ptr noundef captures(address) %9, ptr noundef captures(none) %10) {
  %12 = load i64, ptr %0, align 8
  %13 = getelementptr inbounds nuw i8, ptr %0, i64 8
  %14 = load i64, ptr %13, align 8
  %15 = getelementptr inbounds nuw i8, ptr %0, i64 16
  %16 = load i64, ptr %15, align 8
  %17 = getelementptr inbounds nuw i8, ptr %10, i64 8
  %18 = mul nsw i64 %14, %12
  %19 = getelementptr inbounds float, ptr %17, i64 %18
  %20 = mul nsw i64 %16, %14
  %21 = getelementptr inbounds float, ptr %19, i64 %20
  %22 = icmp eq ptr %9, %8
  br i1 %22, label %158, label %23

23:                                               ; preds = %11
  %24 = icmp eq ptr %5, %4
  br i1 %24, label %35, label %25

25:                                               ; preds = %23
  %26 = load float, ptr %10, align 4
  %27 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %28 = load i64, ptr %27, align 8
  %29 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %30 = load i64, ptr %29, align 8
  %31 = getelementptr inbounds nuw i8, ptr %0, i64 24
  %32 = load i64, ptr %31, align 8
  %33 = getelementptr inbounds nuw i8, ptr %0, i64 32
  %34 = load i64, ptr %33, align 8
  tail call fastcc void @ad_build_sgemm_product(i64 noundef %12, i64 noundef %16, i64 noundef %14, float noundef %26, ptr noundef %9, i64 noundef %28, i64 noundef %30, ptr noundef nonnull %19, i64 noundef %14, i64 noundef 1, float noundef 1.000000e+00, ptr noundef %5, i64 noundef %32, i64 noundef %34)
  br label %35

35:                                               ; preds = %25, %23
  %36 = icmp eq ptr %7, %6
  br i1 %36, label %47, label %37

37:                                               ; preds = %35
  %38 = load float, ptr %10, align 4
  %39 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %40 = load i64, ptr %39, align 8
  %41 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %42 = load i64, ptr %41, align 8
  %43 = getelementptr inbounds nuw i8, ptr %0, i64 40
  %44 = load i64, ptr %43, align 8
  %45 = getelementptr inbounds nuw i8, ptr %0, i64 48
  %46 = load i64, ptr %45, align 8
  tail call fastcc void @ad_build_sgemm_product(i64 noundef %14, i64 noundef %12, i64 noundef %16, float noundef %38, ptr noundef nonnull %17, i64 noundef %12, i64 noundef 1, ptr noundef %9, i64 noundef %40, i64 noundef %42, float noundef 1.000000e+00, ptr noundef %7, i64 noundef %44, i64 noundef %46)
  br label %47

47:                                               ; preds = %37, %35
  %48 = icmp eq ptr %3, %2
  br i1 %48, label %121, label %49

49:                                               ; preds = %47
  %50 = shl i64 %12, 2
  %51 = mul i64 %50, %16
  %52 = or disjoint i64 %51, 1
  %53 = tail call noalias ptr @malloc(i64 noundef %52)
  tail call fastcc void @ad_build_sgemm_product(i64 noundef %12, i64 noundef %14, i64 noundef %16, float noundef 1.000000e+00, ptr noundef nonnull %17, i64 noundef 1, i64 noundef %12, ptr noundef nonnull %19, i64 noundef 1, i64 noundef %14, float noundef 0.000000e+00, ptr noundef %53, i64 noundef 1, i64 noundef %12)
  %54 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %55 = load i64, ptr %54, align 8
  %56 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %57 = load i64, ptr %56, align 8
  %58 = icmp sgt i64 %16, 0
  br i1 %58, label %59, label %113

59:                                               ; preds = %49
  %60 = icmp sgt i64 %12, 0
  br label %61

61:                                               ; preds = %69, %59
  %62 = phi i64 [ 0, %59 ], [ %71, %69 ]
  %63 = phi float [ 0.000000e+00, %59 ], [ %70, %69 ]
  br i1 %60, label %64, label %69

64:                                               ; preds = %61
  %65 = mul nsw i64 %62, %57
  %66 = getelementptr float, ptr %9, i64 %65
  %67 = mul nuw nsw i64 %62, %12
  %68 = getelementptr float, ptr %53, i64 %67
  br label %73

69:                                               ; preds = %73, %61
  %70 = phi float [ %63, %61 ], [ %81, %73 ]
  %71 = add nuw nsw i64 %62, 1
  %72 = icmp eq i64 %71, %16
  br i1 %72, label %84, label %61

73:                                               ; preds = %73, %64
  %74 = phi i64 [ 0, %64 ], [ %82, %73 ]
  %75 = phi float [ %63, %64 ], [ %81, %73 ]
  %76 = mul nsw i64 %74, %55
  %77 = getelementptr float, ptr %66, i64 %76
  %78 = load float, ptr %77, align 4
  %79 = getelementptr float, ptr %68, i64 %74
  %80 = load float, ptr %79, align 4
  %81 = tail call float @llvm.fmuladd.f32(float %78, float %80, float %75)
  %82 = add nuw nsw i64 %74, 1
  %83 = icmp eq i64 %82, %12
  br i1 %83, label %69, label %73

84:                                               ; preds = %69
  %85 = load float, ptr %3, align 4
  %86 = fadd float %70, %85
  store float %86, ptr %3, align 4
  %87 = load i64, ptr %54, align 8
  %88 = load i64, ptr %56, align 8
  %89 = icmp sgt i64 %12, 0
  br label %90

90:                                               ; preds = %98, %84
  %91 = phi i64 [ 0, %84 ], [ %100, %98 ]
  %92 = phi float [ 0.000000e+00, %84 ], [ %99, %98 ]
  br i1 %89, label %93, label %98

93:                                               ; preds = %90
  %94 = mul nsw i64 %91, %88
  %95 = getelementptr float, ptr %9, i64 %94
  %96 = mul nuw nsw i64 %91, %12
  %97 = getelementptr float, ptr %21, i64 %96
  br label %102

98:                                               ; preds = %102, %90
  %99 = phi float [ %92, %90 ], [ %110, %102 ]
  %100 = add nuw nsw i64 %91, 1
  %101 = icmp eq i64 %100, %16
  br i1 %101, label %116, label %90

102:                                              ; preds = %102, %93
  %103 = phi i64 [ 0, %93 ], [ %111, %102 ]
  %104 = phi float [ %92, %93 ], [ %110, %102 ]
  %105 = mul nsw i64 %103, %87
  %106 = getelementptr float, ptr %95, i64 %105
  %107 = load float, ptr %106, align 4
  %108 = getelementptr float, ptr %97, i64 %103
  %109 = load float, ptr %108, align 4
  %110 = tail call float @llvm.fmuladd.f32(float %107, float %109, float %104)
  %111 = add nuw nsw i64 %103, 1
  %112 = icmp eq i64 %111, %12
  br i1 %112, label %98, label %102

113:                                              ; preds = %49
  %114 = load float, ptr %3, align 4
  %115 = fadd float %114, 0.000000e+00
  store float %115, ptr %3, align 4
  br label %116

116:                                              ; preds = %98, %113
  %117 = phi float [ 0.000000e+00, %113 ], [ %99, %98 ]
  %118 = getelementptr inbounds nuw i8, ptr %3, i64 4
  %119 = load float, ptr %118, align 4
  %120 = fadd float %117, %119
  store float %120, ptr %118, align 4
  tail call void @free(ptr noundef %53)
  br label %121

121:                                              ; preds = %116, %47
  %122 = icmp sgt i64 %16, 0
  br i1 %122, label %123, label %158

123:                                              ; preds = %121
  %124 = getelementptr inbounds nuw i8, ptr %10, i64 4
  %125 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %126 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %127 = icmp sgt i64 %12, 0
  %128 = icmp sgt i64 %12, 0
  br label %129

129:                                              ; preds = %123, %155
  %130 = phi i64 [ 0, %123 ], [ %156, %155 ]
  %131 = load float, ptr %124, align 4
  %132 = load i64, ptr %125, align 8
  %133 = mul nsw i64 %132, %130
  %134 = getelementptr inbounds float, ptr %9, i64 %133
  %135 = load i64, ptr %126, align 8
  %136 = fcmp oeq float %131, 0.000000e+00
  br i1 %136, label %137, label %144

137:                                              ; preds = %129
  br i1 %128, label %138, label %155

138:                                              ; preds = %137, %138
  %139 = phi i64 [ %142, %138 ], [ 0, %137 ]
  %140 = mul nsw i64 %139, %135
  %141 = getelementptr inbounds float, ptr %134, i64 %140
  store float 0.000000e+00, ptr %141, align 4
  %142 = add nuw nsw i64 %139, 1
  %143 = icmp eq i64 %142, %12
  br i1 %143, label %155, label %138

144:                                              ; preds = %129
  %145 = fcmp une float %131, 1.000000e+00
  %146 = and i1 %127, %145
  br i1 %146, label %147, label %155

147:                                              ; preds = %144, %147
  %148 = phi i64 [ %153, %147 ], [ 0, %144 ]
  %149 = mul nsw i64 %148, %135
  %150 = getelementptr inbounds float, ptr %134, i64 %149
  %151 = load float, ptr %150, align 4
  %152 = fmul float %131, %151
  store float %152, ptr %150, align 4
  %153 = add nuw nsw i64 %148, 1
  %154 = icmp eq i64 %153, %12
  br i1 %154, label %155, label %147

155:                                              ; preds = %147, %138, %137, %144
  %156 = add nuw nsw i64 %130, 1
  %157 = icmp eq i64 %156, %16
  br i1 %157, label %158, label %129

158:                                              ; preds = %155, %121, %11
  tail call void @free(ptr noundef %10)
  ret void
}
define internal void @ad_build_sgemm_derivative(ptr noundef readonly captures(none) %0, ptr noundef readnone captures(none) %1, ptr noundef readonly captures(address) %2, ptr noundef readonly captures(address) %3, ptr noundef readonly captures(address) %4, ptr noundef readonly captures(address) %5, ptr noundef readonly captures(address) %6, ptr noundef readonly captures(address) %7, ptr noundef captures(address) %8, ptr noundef captures(address) %9) {
  %11 = load i64, ptr %0, align 8
  %12 = getelementptr inbounds nuw i8, ptr %0, i64 8
  %13 = load i64, ptr %12, align 8
  %14 = getelementptr inbounds nuw i8, ptr %0, i64 16
  %15 = load i64, ptr %14, align 8
  %16 = icmp eq ptr %9, %8
  br i1 %16, label %127, label %17

17:                                               ; preds = %10
  %18 = icmp sgt i64 %15, 0
  br i1 %18, label %19, label %28

19:                                               ; preds = %17
  %20 = getelementptr inbounds nuw i8, ptr %2, i64 4
  %21 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %22 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %23 = icmp sgt i64 %11, 0
  %24 = icmp sgt i64 %11, 0
  %25 = icmp eq ptr %3, %2
  %26 = getelementptr inbounds nuw i8, ptr %3, i64 4
  %27 = icmp slt i64 %11, 1
  br label %30

28:                                               ; preds = %76, %17
  %29 = icmp eq ptr %5, %4
  br i1 %29, label %93, label %79

30:                                               ; preds = %19, %76
  %31 = phi i64 [ 0, %19 ], [ %77, %76 ]
  %32 = load float, ptr %20, align 4
  %33 = load i64, ptr %21, align 8
  %34 = mul nsw i64 %33, %31
  %35 = getelementptr inbounds float, ptr %9, i64 %34
  %36 = load i64, ptr %22, align 8
  %37 = fcmp oeq float %32, 0.000000e+00
  br i1 %37, label %38, label %45

38:                                               ; preds = %30
  br i1 %24, label %39, label %56

39:                                               ; preds = %38, %39
  %40 = phi i64 [ %43, %39 ], [ 0, %38 ]
  %41 = mul nsw i64 %40, %36
  %42 = getelementptr inbounds float, ptr %35, i64 %41
  store float 0.000000e+00, ptr %42, align 4
  %43 = add nuw nsw i64 %40, 1
  %44 = icmp eq i64 %43, %11
  br i1 %44, label %56, label %39

45:                                               ; preds = %30
  %46 = fcmp une float %32, 1.000000e+00
  %47 = and i1 %23, %46
  br i1 %47, label %48, label %56

48:                                               ; preds = %45, %48
  %49 = phi i64 [ %54, %48 ], [ 0, %45 ]
  %50 = mul nsw i64 %49, %36
  %51 = getelementptr inbounds float, ptr %35, i64 %50
  %52 = load float, ptr %51, align 4
  %53 = fmul float %32, %52
  store float %53, ptr %51, align 4
  %54 = add nuw nsw i64 %49, 1
  %55 = icmp eq i64 %54, %11
  br i1 %55, label %56, label %48

56:                                               ; preds = %48, %39, %38, %45
  br i1 %25, label %76, label %57

57:                                               ; preds = %56
  %58 = load float, ptr %26, align 4
  %59 = fcmp oeq float %58, 0.000000e+00
  %60 = select i1 %59, i1 true, i1 %27
  br i1 %60, label %76, label %61

61:                                               ; preds = %57, %61
  %62 = phi i64 [ %74, %61 ], [ 0, %57 ]
  %63 = load float, ptr %26, align 4
  %64 = load i64, ptr %22, align 8
  %65 = mul nsw i64 %64, %62
  %66 = load i64, ptr %21, align 8
  %67 = mul nsw i64 %66, %31
  %68 = add nsw i64 %67, %65
  %69 = getelementptr inbounds float, ptr %8, i64 %68
  %70 = load float, ptr %69, align 4
  %71 = getelementptr inbounds float, ptr %9, i64 %68
  %72 = load float, ptr %71, align 4
  %73 = tail call float @llvm.fmuladd.f32(float %63, float %70, float %72)
  store float %73, ptr %71, align 4
  %74 = add nuw nsw i64 %62, 1
  %75 = icmp eq i64 %74, %11
  br i1 %75, label %76, label %61

76:                                               ; preds = %61, %57, %56
  %77 = add nuw nsw i64 %31, 1
  %78 = icmp eq i64 %77, %15
  br i1 %78, label %28, label %30

79:                                               ; preds = %28
  %80 = load float, ptr %2, align 4
  %81 = getelementptr inbounds nuw i8, ptr %0, i64 24
  %82 = load i64, ptr %81, align 8
  %83 = getelementptr inbounds nuw i8, ptr %0, i64 32
  %84 = load i64, ptr %83, align 8
  %85 = getelementptr inbounds nuw i8, ptr %0, i64 40
  %86 = load i64, ptr %85, align 8
  %87 = getelementptr inbounds nuw i8, ptr %0, i64 48
  %88 = load i64, ptr %87, align 8
  %89 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %90 = load i64, ptr %89, align 8
  %91 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %92 = load i64, ptr %91, align 8
  tail call fastcc void @ad_build_sgemm_product(i64 noundef %11, i64 noundef %13, i64 noundef %15, float noundef %80, ptr noundef %5, i64 noundef %82, i64 noundef %84, ptr noundef %6, i64 noundef %86, i64 noundef %88, float noundef 1.000000e+00, ptr noundef %9, i64 noundef %90, i64 noundef %92)
  br label %93

93:                                               ; preds = %79, %28
  %94 = icmp eq ptr %7, %6
  br i1 %94, label %109, label %95

95:                                               ; preds = %93
  %96 = load float, ptr %2, align 4
  %97 = getelementptr inbounds nuw i8, ptr %0, i64 24
  %98 = load i64, ptr %97, align 8
  %99 = getelementptr inbounds nuw i8, ptr %0, i64 32
  %100 = load i64, ptr %99, align 8
  %101 = getelementptr inbounds nuw i8, ptr %0, i64 40
  %102 = load i64, ptr %101, align 8
  %103 = getelementptr inbounds nuw i8, ptr %0, i64 48
  %104 = load i64, ptr %103, align 8
  %105 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %106 = load i64, ptr %105, align 8
  %107 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %108 = load i64, ptr %107, align 8
  tail call fastcc void @ad_build_sgemm_product(i64 noundef %11, i64 noundef %13, i64 noundef %15, float noundef %96, ptr noundef %4, i64 noundef %98, i64 noundef %100, ptr noundef %7, i64 noundef %102, i64 noundef %104, float noundef 1.000000e+00, ptr noundef %9, i64 noundef %106, i64 noundef %108)
  br label %109

109:                                              ; preds = %95, %93
  %110 = icmp eq ptr %3, %2
  br i1 %110, label %127, label %111

111:                                              ; preds = %109
  %112 = load float, ptr %3, align 4
  %113 = fcmp une float %112, 0.000000e+00
  br i1 %113, label %114, label %127

114:                                              ; preds = %111
  %115 = getelementptr inbounds nuw i8, ptr %0, i64 24
  %116 = load i64, ptr %115, align 8
  %117 = getelementptr inbounds nuw i8, ptr %0, i64 32
  %118 = load i64, ptr %117, align 8
  %119 = getelementptr inbounds nuw i8, ptr %0, i64 40
  %120 = load i64, ptr %119, align 8
  %121 = getelementptr inbounds nuw i8, ptr %0, i64 48
  %122 = load i64, ptr %121, align 8
  %123 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %124 = load i64, ptr %123, align 8
  %125 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %126 = load i64, ptr %125, align 8
  tail call fastcc void @ad_build_sgemm_product(i64 noundef %11, i64 noundef %13, i64 noundef %15, float noundef %112, ptr noundef %4, i64 noundef %116, i64 noundef %118, ptr noundef %6, i64 noundef %120, i64 noundef %122, float noundef 1.000000e+00, ptr noundef %9, i64 noundef %124, i64 noundef %126)
  br label %127

127:                                              ; preds = %109, %111, %114, %10
  %128 = load i64, ptr %0, align 8
  %129 = load i64, ptr %12, align 8
  %130 = load i64, ptr %14, align 8
  %131 = load float, ptr %2, align 4
  %132 = getelementptr inbounds nuw i8, ptr %0, i64 24
  %133 = load i64, ptr %132, align 8
  %134 = getelementptr inbounds nuw i8, ptr %0, i64 32
  %135 = load i64, ptr %134, align 8
  %136 = getelementptr inbounds nuw i8, ptr %0, i64 40
  %137 = load i64, ptr %136, align 8
  %138 = getelementptr inbounds nuw i8, ptr %0, i64 48
  %139 = load i64, ptr %138, align 8
  %140 = getelementptr inbounds nuw i8, ptr %2, i64 4
  %141 = load float, ptr %140, align 4
  %142 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %143 = load i64, ptr %142, align 8
  %144 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %145 = load i64, ptr %144, align 8
  tail call fastcc void @ad_build_sgemm_product(i64 noundef %128, i64 noundef %129, i64 noundef %130, float noundef %131, ptr noundef readonly %4, i64 noundef %133, i64 noundef %135, ptr noundef readonly %6, i64 noundef %137, i64 noundef %139, float noundef %141, ptr noundef %8, i64 noundef %143, i64 noundef %145)
  ret void
}
