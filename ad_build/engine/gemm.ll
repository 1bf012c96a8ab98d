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
define internal noalias noundef ptr @ad_build_dgemm_augmented(ptr noundef readonly captures(none) %0, ptr noundef readnone captures(none) %1, ptr noundef readonly captures(none) %2, ptr noundef readnone captures(none) %3, ptr noundef readonly captures(none) %4, ptr noundef readnone captures(none) %5, ptr noundef readonly captures(none) %6, ptr noundef readnone captures(none) %7, ptr noundef captures(none) %8, ptr noundef readnone captures(none) %9) {
  %11 = load i64, ptr %0, align 8
  %12 = getelementptr inbounds nuw i8, ptr %0, i64 8
  %13 = load i64, ptr %12, align 8
  %14 = getelementptr inbounds nuw i8, ptr %0, i64 16
  %15 = load i64, ptr %14, align 8
  %16 = mul nsw i64 %13, %11
  %17 = mul nsw i64 %15, %13
  %18 = add nsw i64 %17, %16
  %19 = getelementptr inbounds nuw i8, ptr %2, i64 8
  %20 = load double, ptr %19, align 8
  %21 = fcmp oeq double %20, 0.000000e+00
  %22 = mul nsw i64 %15, %11
  %23 = select i1 %21, i64 0, i64 %22
  %24 = add nsw i64 %18, %23
  %25 = shl i64 %24, 3
  %26 = add i64 %25, 16
  %27 = tail call noalias ptr @malloc(i64 noundef %26)
  %28 = getelementptr inbounds nuw i8, ptr %27, i64 16
  tail call void @llvm.memcpy.p0.p0.i64(ptr noundef nonnull align 8 dereferenceable(16) %27, ptr noundef nonnull align 8 dereferenceable(16) %2, i64 16, i1 false)
  %29 = getelementptr inbounds nuw i8, ptr %0, i64 24
  %30 = load i64, ptr %29, align 8
  %31 = getelementptr inbounds nuw i8, ptr %0, i64 32
  %32 = load i64, ptr %31, align 8
  %33 = icmp sgt i64 %13, 0
  br i1 %33, label %34, label %54

34:                                               ; preds = %10
  %35 = icmp sgt i64 %11, 0
  br label %36

36:                                               ; preds = %43, %34
  %37 = phi i64 [ 0, %34 ], [ %44, %43 ]
  br i1 %35, label %38, label %43

38:                                               ; preds = %36
  %39 = mul nsw i64 %37, %32
  %40 = getelementptr double, ptr %4, i64 %39
  %41 = mul nuw nsw i64 %37, %11
  %42 = getelementptr double, ptr %28, i64 %41
  br label %46

43:                                               ; preds = %46, %36
  %44 = add nuw nsw i64 %37, 1
  %45 = icmp eq i64 %44, %13
  br i1 %45, label %54, label %36

46:                                               ; preds = %46, %38
  %47 = phi i64 [ 0, %38 ], [ %52, %46 ]
  %48 = mul nsw i64 %47, %30
  %49 = getelementptr double, ptr %40, i64 %48
  %50 = load double, ptr %49, align 8
  %51 = getelementptr double, ptr %42, i64 %47
  store double %50, ptr %51, align 8
  %52 = add nuw nsw i64 %47, 1
  %53 = icmp eq i64 %52, %11
  br i1 %53, label %43, label %46

54:                                               ; preds = %43, %10
  %55 = getelementptr inbounds nuw i8, ptr %0, i64 40
  %56 = load i64, ptr %55, align 8
  %57 = getelementptr inbounds nuw i8, ptr %0, i64 48
  %58 = load i64, ptr %57, align 8
  %59 = getelementptr inbounds double, ptr %28, i64 %16
  %60 = icmp sgt i64 %15, 0
  br i1 %60, label %61, label %79

61:                                               ; preds = %54, %68
  %62 = phi i64 [ %69, %68 ], [ 0, %54 ]
  br i1 %33, label %63, label %68

63:                                               ; preds = %61
  %64 = mul nsw i64 %62, %58
  %65 = getelementptr double, ptr %6, i64 %64
  %66 = mul nuw nsw i64 %62, %13
  %67 = getelementptr double, ptr %59, i64 %66
  br label %71

68:                                               ; preds = %71, %61
  %69 = add nuw nsw i64 %62, 1
  %70 = icmp eq i64 %69, %15
  br i1 %70, label %79, label %61

71:                                               ; preds = %71, %63
  %72 = phi i64 [ 0, %63 ], [ %77, %71 ]
  %73 = mul nsw i64 %72, %56
  %74 = getelementptr double, ptr %65, i64 %73
  %75 = load double, ptr %74, align 8
  %76 = getelementptr double, ptr %67, i64 %72
  store double %75, ptr %76, align 8
  %77 = add nuw nsw i64 %72, 1
  %78 = icmp eq i64 %77, %13
  br i1 %78, label %68, label %71

79:                                               ; preds = %68, %54
  %80 = fcmp une double %20, 0.000000e+00
  br i1 %80, label %81, label %107

81:                                               ; preds = %79
  %82 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %83 = load i64, ptr %82, align 8
  %84 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %85 = load i64, ptr %84, align 8
  %86 = getelementptr inbounds double, ptr %59, i64 %17
  br i1 %60, label %87, label %107

87:                                               ; preds = %81
  %88 = icmp sgt i64 %11, 0
  br label %89

89:                                               ; preds = %96, %87
  %90 = phi i64 [ 0, %87 ], [ %97, %96 ]
  br i1 %88, label %91, label %96

91:                                               ; preds = %89
  %92 = mul nsw i64 %90, %85
  %93 = getelementptr double, ptr %8, i64 %92
  %94 = mul nuw nsw i64 %90, %11
  %95 = getelementptr double, ptr %86, i64 %94
  br label %99

96:                                               ; preds = %99, %89
  %97 = add nuw nsw i64 %90, 1
  %98 = icmp eq i64 %97, %15
  br i1 %98, label %107, label %89

99:                                               ; preds = %99, %91
  %100 = phi i64 [ 0, %91 ], [ %105, %99 ]
  %101 = mul nsw i64 %100, %83
  %102 = getelementptr double, ptr %93, i64 %101
  %103 = load double, ptr %102, align 8
  %104 = getelementptr double, ptr %95, i64 %100
  store double %103, ptr %104, align 8
  %105 = add nuw nsw i64 %100, 1
  %106 = icmp eq i64 %105, %11
  br i1 %106, label %96, label %99

107:                                              ; preds = %96, %81, %79
  %108 = load double, ptr %2, align 8
  %109 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %110 = load i64, ptr %109, align 8
  %111 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %112 = load i64, ptr %111, align 8
  tail call fastcc void @ad_build_dgemm_product(i64 noundef %11, i64 noundef %13, i64 noundef %15, double noundef %108, ptr noundef readonly %4, i64 noundef %30, i64 noundef %32, ptr noundef readonly %6, i64 noundef %56, i64 noundef %58, double noundef %20, ptr noundef %8, i64 noundef %110, i64 noundef %112)
  ret ptr %27
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
  br i1 %22, label %162, label %23

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
  br i1 %48, label %125, label %49

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
  br i1 %58, label %59, label %84

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

84:                                               ; preds = %69, %49
  %85 = phi double [ 0.000000e+00, %49 ], [ %70, %69 ]
  %86 = load double, ptr %3, align 8
  %87 = fadd double %85, %86
  store double %87, ptr %3, align 8
  %88 = getelementptr inbounds nuw i8, ptr %10, i64 8
  %89 = load double, ptr %88, align 8
  %90 = fcmp une double %89, 0.000000e+00
  br i1 %90, label %91, label %124

91:                                               ; preds = %84
  %92 = load i64, ptr %54, align 8
  %93 = load i64, ptr %56, align 8
  br i1 %58, label %94, label %119

94:                                               ; preds = %91
  %95 = icmp sgt i64 %12, 0
  br label %96

96:                                               ; preds = %104, %94
  %97 = phi i64 [ 0, %94 ], [ %106, %104 ]
  %98 = phi double [ 0.000000e+00, %94 ], [ %105, %104 ]
  br i1 %95, label %99, label %104

99:                                               ; preds = %96
  %100 = mul nsw i64 %97, %93
  %101 = getelementptr double, ptr %9, i64 %100
  %102 = mul nuw nsw i64 %97, %12
  %103 = getelementptr double, ptr %21, i64 %102
  br label %108

104:                                              ; preds = %108, %96
  %105 = phi double [ %98, %96 ], [ %116, %108 ]
  %106 = add nuw nsw i64 %97, 1
  %107 = icmp eq i64 %106, %16
  br i1 %107, label %119, label %96

108:                                              ; preds = %108, %99
  %109 = phi i64 [ 0, %99 ], [ %117, %108 ]
  %110 = phi double [ %98, %99 ], [ %116, %108 ]
  %111 = mul nsw i64 %109, %92
  %112 = getelementptr double, ptr %101, i64 %111
  %113 = load double, ptr %112, align 8
  %114 = getelementptr double, ptr %103, i64 %109
  %115 = load double, ptr %114, align 8
  %116 = tail call double @llvm.fmuladd.f64(double %113, double %115, double %110)
  %117 = add nuw nsw i64 %109, 1
  %118 = icmp eq i64 %117, %12
  br i1 %118, label %104, label %108

119:                                              ; preds = %104, %91
  %120 = phi double [ 0.000000e+00, %91 ], [ %105, %104 ]
  %121 = getelementptr inbounds nuw i8, ptr %3, i64 8
  %122 = load double, ptr %121, align 8
  %123 = fadd double %120, %122
  store double %123, ptr %121, align 8
  br label %124

124:                                              ; preds = %119, %84
  tail call void @free(ptr noundef %53)
  br label %125

125:                                              ; preds = %124, %47
  %126 = icmp sgt i64 %16, 0
  br i1 %126, label %127, label %162

127:                                              ; preds = %125
  %128 = getelementptr inbounds nuw i8, ptr %10, i64 8
  %129 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %130 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %131 = icmp sgt i64 %12, 0
  %132 = icmp sgt i64 %12, 0
  br label %133

133:                                              ; preds = %127, %159
  %134 = phi i64 [ 0, %127 ], [ %160, %159 ]
  %135 = load double, ptr %128, align 8
  %136 = load i64, ptr %129, align 8
  %137 = mul nsw i64 %136, %134
  %138 = getelementptr inbounds double, ptr %9, i64 %137
  %139 = load i64, ptr %130, align 8
  %140 = fcmp oeq double %135, 0.000000e+00
  br i1 %140, label %141, label %148

141:                                              ; preds = %133
  br i1 %132, label %142, label %159

142:                                              ; preds = %141, %142
  %143 = phi i64 [ %146, %142 ], [ 0, %141 ]
  %144 = mul nsw i64 %143, %139
  %145 = getelementptr inbounds double, ptr %138, i64 %144
  store double 0.000000e+00, ptr %145, align 8
  %146 = add nuw nsw i64 %143, 1
  %147 = icmp eq i64 %146, %12
  br i1 %147, label %159, label %142

148:                                              ; preds = %133
  %149 = fcmp une double %135, 1.000000e+00
  %150 = and i1 %131, %149
  br i1 %150, label %151, label %159

151:                                              ; preds = %148, %151
  %152 = phi i64 [ %157, %151 ], [ 0, %148 ]
  %153 = mul nsw i64 %152, %139
  %154 = getelementptr inbounds double, ptr %138, i64 %153
  %155 = load double, ptr %154, align 8
  %156 = fmul double %135, %155
  store double %156, ptr %154, align 8
  %157 = add nuw nsw i64 %152, 1
  %158 = icmp eq i64 %157, %12
  br i1 %158, label %159, label %151

159:                                              ; preds = %151, %142, %141, %148
  %160 = add nuw nsw i64 %134, 1
  %161 = icmp eq i64 %160, %16
  br i1 %161, label %162, label %133

162:                                              ; preds = %159, %125, %11
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
define internal noalias noundef ptr @ad_build_sgemm_augmented(ptr noundef readonly captures(none) %0, ptr noundef readnone captures(none) %1, ptr noundef readonly captures(none) %2, ptr noundef readnone captures(none) %3, ptr noundef readonly captures(none) %4, ptr noundef readnone captures(none) %5, ptr noundef readonly captures(none) %6, ptr noundef readnone captures(none) %7, ptr noundef captures(none) %8, ptr noundef readnone captures(none) %9) {
  %11 = load i64, ptr %0, align 8
  %12 = getelementptr inbounds nuw i8, ptr %0, i64 8
  %13 = load i64, ptr %12, align 8
  %14 = getelementptr inbounds nuw i8, ptr %0, i64 16
  %15 = load i64, ptr %14, align 8
  %16 = mul nsw i64 %13, %11
  %17 = mul nsw i64 %15, %13
  %18 = add nsw i64 %17, %16
  %19 = getelementptr inbounds nuw i8, ptr %2, i64 4
  %20 = load float, ptr %19, align 4
  %21 = fcmp oeq float %20, 0.000000e+00
  %22 = mul nsw i64 %15, %11
  %23 = select i1 %21, i64 0, i64 %22
  %24 = add nsw i64 %18, %23
  %25 = shl i64 %24, 2
  %26 = add i64 %25, 8
  %27 = tail call noalias ptr @malloc(i64 noundef %26)
  %28 = getelementptr inbounds nuw i8, ptr %27, i64 8
  %29 = load i64, ptr %2, align 4
  store i64 %29, ptr %27, align 4
  %30 = getelementptr inbounds nuw i8, ptr %0, i64 24
  %31 = load i64, ptr %30, align 8
  %32 = getelementptr inbounds nuw i8, ptr %0, i64 32
  %33 = load i64, ptr %32, align 8
  %34 = icmp sgt i64 %13, 0
  br i1 %34, label %35, label %55

35:                                               ; preds = %10
  %36 = icmp sgt i64 %11, 0
  br label %37

37:                                               ; preds = %44, %35
  %38 = phi i64 [ 0, %35 ], [ %45, %44 ]
  br i1 %36, label %39, label %44

39:                                               ; preds = %37
  %40 = mul nsw i64 %38, %33
  %41 = getelementptr float, ptr %4, i64 %40
  %42 = mul nuw nsw i64 %38, %11
  %43 = getelementptr float, ptr %28, i64 %42
  br label %47

44:                                               ; preds = %47, %37
  %45 = add nuw nsw i64 %38, 1
  %46 = icmp eq i64 %45, %13
  br i1 %46, label %55, label %37

47:                                               ; preds = %47, %39
  %48 = phi i64 [ 0, %39 ], [ %53, %47 ]
  %49 = mul nsw i64 %48, %31
  %50 = getelementptr float, ptr %41, i64 %49
  %51 = load float, ptr %50, align 4
  %52 = getelementptr float, ptr %43, i64 %48
  store float %51, ptr %52, align 4
  %53 = add nuw nsw i64 %48, 1
  %54 = icmp eq i64 %53, %11
  br i1 %54, label %44, label %47

55:                                               ; preds = %44, %10
  %56 = getelementptr inbounds nuw i8, ptr %0, i64 40
  %57 = load i64, ptr %56, align 8
  %58 = getelementptr inbounds nuw i8, ptr %0, i64 48
  %59 = load i64, ptr %58, align 8
  %60 = getelementptr inbounds float, ptr %28, i64 %16
  %61 = icmp sgt i64 %15, 0
  br i1 %61, label %62, label %80

62:                                               ; preds = %55, %69
  %63 = phi i64 [ %70, %69 ], [ 0, %55 ]
  br i1 %34, label %64, label %69

64:                                               ; preds = %62
  %65 = mul nsw i64 %63, %59
  %66 = getelementptr float, ptr %6, i64 %65
  %67 = mul nuw nsw i64 %63, %13
  %68 = getelementptr float, ptr %60, i64 %67
  br label %72

69:                                               ; preds = %72, %62
  %70 = add nuw nsw i64 %63, 1
  %71 = icmp eq i64 %70, %15
  br i1 %71, label %80, label %62

72:                                               ; preds = %72, %64
  %73 = phi i64 [ 0, %64 ], [ %78, %72 ]
  %74 = mul nsw i64 %73, %57
  %75 = getelementptr float, ptr %66, i64 %74
  %76 = load float, ptr %75, align 4
  %77 = getelementptr float, ptr %68, i64 %73
  store float %76, ptr %77, align 4
  %78 = add nuw nsw i64 %73, 1
  %79 = icmp eq i64 %78, %13
  br i1 %79, label %69, label %72

80:                                               ; preds = %69, %55
  %81 = fcmp une float %20, 0.000000e+00
  br i1 %81, label %82, label %108

82:                                               ; preds = %80
  %83 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %84 = load i64, ptr %83, align 8
  %85 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %86 = load i64, ptr %85, align 8
  %87 = getelementptr inbounds float, ptr %60, i64 %17
  br i1 %61, label %88, label %108

88:                                               ; preds = %82
  %89 = icmp sgt i64 %11, 0
  br label %90

90:                                               ; preds = %97, %88
  %91 = phi i64 [ 0, %88 ], [ %98, %97 ]
  br i1 %89, label %92, label %97

92:                                               ; preds = %90
  %93 = mul nsw i64 %91, %86
  %94 = getelementptr float, ptr %8, i64 %93
  %95 = mul nuw nsw i64 %91, %11
  %96 = getelementptr float, ptr %87, i64 %95
  br label %100

97:                                               ; preds = %100, %90
  %98 = add nuw nsw i64 %91, 1
  %99 = icmp eq i64 %98, %15
  br i1 %99, label %108, label %90

100:                                              ; preds = %100, %92
  %101 = phi i64 [ 0, %92 ], [ %106, %100 ]
  %102 = mul nsw i64 %101, %84
  %103 = getelementptr float, ptr %94, i64 %102
  %104 = load float, ptr %103, align 4
  %105 = getelementptr float, ptr %96, i64 %101
  store float %104, ptr %105, align 4
  %106 = add nuw nsw i64 %101, 1
  %107 = icmp eq i64 %106, %11
  br i1 %107, label %97, label %100

108:                                              ; preds = %97, %82, %80
  %109 = load float, ptr %2, align 4
  %110 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %111 = load i64, ptr %110, align 8
  %112 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %113 = load i64, ptr %112, align 8
  tail call fastcc void @ad_build_sgemm_product(i64 noundef %11, i64 noundef %13, i64 noundef %15, float noundef %109, ptr noundef readonly %4, i64 noundef %31, i64 noundef %33, ptr noundef readonly %6, i64 noundef %57, i64 noundef %59, float noundef %20, ptr noundef %8, i64 noundef %111, i64 noundef %113)
  ret ptr %27
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
  br i1 %22, label %162, label %23

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
  br i1 %48, label %125, label %49

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
  br i1 %58, label %59, label %84

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

84:                                               ; preds = %69, %49
  %85 = phi float [ 0.000000e+00, %49 ], [ %70, %69 ]
  %86 = load float, ptr %3, align 4
  %87 = fadd float %85, %86
  store float %87, ptr %3, align 4
  %88 = getelementptr inbounds nuw i8, ptr %10, i64 4
  %89 = load float, ptr %88, align 4
  %90 = fcmp une float %89, 0.000000e+00
  br i1 %90, label %91, label %124

91:                                               ; preds = %84
  %92 = load i64, ptr %54, align 8
  %93 = load i64, ptr %56, align 8
  br i1 %58, label %94, label %119

94:                                               ; preds = %91
  %95 = icmp sgt i64 %12, 0
  br label %96

96:                                               ; preds = %104, %94
  %97 = phi i64 [ 0, %94 ], [ %106, %104 ]
  %98 = phi float [ 0.000000e+00, %94 ], [ %105, %104 ]
  br i1 %95, label %99, label %104

99:                                               ; preds = %96
  %100 = mul nsw i64 %97, %93
  %101 = getelementptr float, ptr %9, i64 %100
  %102 = mul nuw nsw i64 %97, %12
  %103 = getelementptr float, ptr %21, i64 %102
  br label %108

104:                                              ; preds = %108, %96
  %105 = phi float [ %98, %96 ], [ %116, %108 ]
  %106 = add nuw nsw i64 %97, 1
  %107 = icmp eq i64 %106, %16
  br i1 %107, label %119, label %96

108:                                              ; preds = %108, %99
  %109 = phi i64 [ 0, %99 ], [ %117, %108 ]
  %110 = phi float [ %98, %99 ], [ %116, %108 ]
  %111 = mul nsw i64 %109, %92
  %112 = getelementptr float, ptr %101, i64 %111
  %113 = load float, ptr %112, align 4
  %114 = getelementptr float, ptr %103, i64 %109
  %115 = load float, ptr %114, align 4
  %116 = tail call float @llvm.fmuladd.f32(float %113, float %115, float %110)
  %117 = add nuw nsw i64 %109, 1
  %118 = icmp eq i64 %117, %12
  br i1 %118, label %104, label %108

119:                                              ; preds = %104, %91
  %120 = phi float [ 0.000000e+00, %91 ], [ %105, %104 ]
  %121 = getelementptr inbounds nuw i8, ptr %3, i64 4
  %122 = load float, ptr %121, align 4
  %123 = fadd float %120, %122
  store float %123, ptr %121, align 4
  br label %124

124:                                              ; preds = %119, %84
  tail call void @free(ptr noundef %53)
  br label %125

125:                                              ; preds = %124, %47
  %126 = icmp sgt i64 %16, 0
  br i1 %126, label %127, label %162

127:                                              ; preds = %125
  %128 = getelementptr inbounds nuw i8, ptr %10, i64 4
  %129 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %130 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %131 = icmp sgt i64 %12, 0
  %132 = icmp sgt i64 %12, 0
  br label %133

133:                                              ; preds = %127, %159
  %134 = phi i64 [ 0, %127 ], [ %160, %159 ]
  %135 = load float, ptr %128, align 4
  %136 = load i64, ptr %129, align 8
  %137 = mul nsw i64 %136, %134
  %138 = getelementptr inbounds float, ptr %9, i64 %137
  %139 = load i64, ptr %130, align 8
  %140 = fcmp oeq float %135, 0.000000e+00
  br i1 %140, label %141, label %148

141:                                              ; preds = %133
  br i1 %132, label %142, label %159

142:                                              ; preds = %141, %142
  %143 = phi i64 [ %146, %142 ], [ 0, %141 ]
  %144 = mul nsw i64 %143, %139
  %145 = getelementptr inbounds float, ptr %138, i64 %144
  store float 0.000000e+00, ptr %145, align 4
  %146 = add nuw nsw i64 %143, 1
  %147 = icmp eq i64 %146, %12
  br i1 %147, label %159, label %142

148:                                              ; preds = %133
  %149 = fcmp une float %135, 1.000000e+00
  %150 = and i1 %131, %149
  br i1 %150, label %151, label %159

151:                                              ; preds = %148, %151
  %152 = phi i64 [ %157, %151 ], [ 0, %148 ]
  %153 = mul nsw i64 %152, %139
  %154 = getelementptr inbounds float, ptr %138, i64 %153
  %155 = load float, ptr %154, align 4
  %156 = fmul float %135, %155
  store float %156, ptr %154, align 4
  %157 = add nuw nsw i64 %152, 1
  %158 = icmp eq i64 %157, %12
  br i1 %158, label %159, label %151

159:                                              ; preds = %151, %142, %141, %148
  %160 = add nuw nsw i64 %134, 1
  %161 = icmp eq i64 %160, %16
  br i1 %161, label %162, label %133

162:                                              ; preds = %159, %125, %11
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
