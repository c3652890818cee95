package llava4j.cli;

import java.util.List;
import java.util.Optional;
import llava4j.Llava;
import llava4j.lora.Adapter;
import llava4j.lora.FreshAdapter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of stage 2 as LoRA; what is left out is LLaVA 1.5's recipe. */
final class LoraOptions {

    /** LLaVA 1.5: r 128, α 256. */
    private static final double ALPHA_A_RANK = 2;
    private static final double DROPOUT = 0.05;
    private static final double RATE = 2e-4;
    private static final double PROJECTOR_RATE = 2e-5;

    @Option(names = "--lora-rank", converter = Range.Count.class, paramLabel = "R",
            description = "Stage 2 as LoRA: the decoder is frozen, matrices of rank R beside its own learn (LLaVA 1.5: 128).")
    private Integer rank;

    @Option(names = "--lora-alpha", converter = Range.Rate.class, paramLabel = "A",
            description = "They are scaled by A/R (default 2 R, as in LLaVA 1.5).")
    private Double alpha;

    @Option(names = "--lora-targets", split = ",", paramLabel = "NAME",
            description = "Which of the decoder's layers are adapted, among q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, "
                    + "down_proj (default all).")
    private List<String> targets;

    @Option(names = "--lora-dropout", converter = Range.Dropout.class, paramLabel = "P",
            description = "Share of the low-rank paths' input that falls out in a step (default 0.05; with --adapter the "
                    + "adapter's own).")
    private Double dropout;

    @Option(names = "--projector-learning-rate", converter = Range.Rate.class, paramLabel = "LR",
            description = "The projection's own rate beside LoRA (default 2e-5; with --learning-rate the same as that).")
    private Double projectorRate;

    /** Whether LoRA is asked for, rather than stage 2 in full. */
    boolean asked(ModelOptions model) {
        return rank != null || model.adapter != null;
    }

    /** What can be said before anything is opened. */
    void check(ModelOptions model, int stage, picocli.CommandLine command) {
        boolean fresh = rank != null || alpha != null || targets != null;
        boolean any = fresh || dropout != null || projectorRate != null;
        if (stage == 1 && (any || model.adapter != null)) {
            throw new ParameterException(command, "LoRA is for --stage 2: in stage 1 the projection alone learns");
        }
        if (any && !asked(model)) {
            throw new ParameterException(command, "--lora-rank is missing: it is what makes stage 2 a LoRA");
        }
        if (fresh && model.adapter != null) {
            throw new ParameterException(command, "--adapter brings its own rank, alpha and targets: leave --lora-rank, "
                    + "--lora-alpha and --lora-targets out");
        }
    }

    /** The adapter that will learn: the one that was given, or a fresh one; in both the projection is trained in full. */
    Adapter adapter(Llava base, Optional<Adapter> given, long seed) {
        Adapter before = given.orElseGet(() -> FreshAdapter.of(base.config().decoder(),
                targets != null ? targets : FreshAdapter.ALL_LINEAR, rank, alpha != null ? alpha : ALPHA_A_RANK * rank,
                DROPOUT, seed));
        double share = dropout != null ? dropout : before.dropout();
        return new Adapter(before.modules(), before.replaced(), share).withProjector(base.weights());
    }

    /** The peak of the low-rank matrices' rate, where none was given. */
    double rate(Double learningRate) {
        return learningRate != null ? learningRate : RATE;
    }

    /** The peak of the projection's rate. */
    double projectorRate(Double learningRate) {
        return projectorRate != null ? projectorRate : learningRate != null ? learningRate : PROJECTOR_RATE;
    }
}
