package llava4j.execution;

import llava4j.error.UserError;

/**
 * How exactly matrices are multiplied; what PyTorch sets with {@code set_float32_matmul_precision}.
 *
 * <p>In {@link #BFLOAT16} both factors are rounded to 8 significant bits, and the products are added up in float32. In training,
 * weights, gradients and Adam's moments stay in float32, so that a small step is not lost beside a large weight: this is the "mixed
 * precision" in which the paper's models were trained (LLaVA's scripts say {@code --bf16 True}). What one would get wrong: to
 * keep the weights themselves in bfloat16. An update smaller than 1/256 of a weight then changes nothing.
 *
 * <p>It is chosen for the whole process, for gradients and for answers apart. In answers, only products with weights that are stored
 * in bfloat16 are rounded: there the weights are what they were, and only the features lose digits. All else is in float32.
 */
public enum Precision {

    /** Everything in float32. */
    FLOAT32,
    /** Products of factors rounded to bfloat16, in training where the processor multiplies those faster; elsewhere float32. */
    BFLOAT16;

    private static volatile Precision ofTraining = FLOAT32;
    private static volatile Precision ofAnswers = FLOAT32;

    /** {@return how gradients are computed by graphs that are built from now on} */
    public static Precision ofTraining() {
        return ofTraining;
    }

    /**
     * Chooses for all graphs with gradients that are built from now on.
     *
     * @param precision of their products
     * @throws UserError if this build or this machine has no library for it
     */
    public static void ofTraining(Precision precision) {
        ofTraining = available(precision);
    }

    /** {@return how graphs without gradients that are built from now on multiply with weights that are stored in bfloat16} */
    public static Precision ofAnswers() {
        return ofAnswers;
    }

    /**
     * Chooses for all graphs without gradients that are built from now on.
     *
     * @param precision of their products with weights that are stored in bfloat16
     * @throws UserError if this build or this machine has no library for it, or the processor no such products
     */
    public static void ofAnswers(Precision precision) {
        if (available(precision) == BFLOAT16 && !StoredProduct.supported()) {
            throw new UserError("--bf16: this processor has no products of bfloat16 that are faster than float32 (those with AVX-512 "
                    + "have): leave it out");
        }
        ofAnswers = precision;
    }

    private static Precision available(Precision precision) {
        if (precision == BFLOAT16) {
            if (!Threads.onCpu()) {
                throw new UserError("--bf16: is for the processor; on a GPU products are computed in float32");
            }
            if (!Bfloat16Product.available()) {
                throw new UserError("--bf16: this build has no library for it: build with \"mvn -q package -DskipTests -Pbf16\" "
                        + "(Linux or Windows, x86-64)");
            }
        }
        return precision;
    }
}
