package llava4j.bench;

import llava4j.plan.Flops;
import llava4j.plan.Pace;

/**
 * The time that a task would take if nothing but the machine's speed stood in its way: its matrix products at the rate of large
 * ones, or the weights that it reads at the rate of memory, whichever takes longer.
 *
 * <p>Nothing reaches it: small products are slower than large ones, and what lies between them takes time, too. But it tells a
 * row that could still be made faster from one that could not. What one would get wrong: a rate from the processor's data sheet.
 * Both rates are measured, on all processors together, in the same run.
 *
 * @param pace           multiplications and additions a second, in products of 512 x 1024 by 1024 x 1024
 * @param bytesPerSecond that memory gives
 */
record Limit(Pace pace, double bytesPerSecond) {

    static Limit measured() {
        return new Limit(Pace.measured(), MemoryBandwidth.bytesPerSecond());
    }

    /**
     * {@return seconds that a task takes at least}
     *
     * @param task   any
     * @param work   the model and its batches
     * @param recipe steps of both stages and pictures
     */
    double seconds(Task task, Workload work, Shortened recipe) {
        double operations = switch (task) {
            case STAGE1_STEP -> step(work, 1);
            case STAGE2_STEP -> step(work, 2);
            case LORA_STEP -> work.batch(2).ids().length * flops(work, 2).stage1();
            case RECIPE -> recipe.pictures() * flops(work, 2).picture() + recipe.steps1() * step(work, 1)
                    + recipe.steps2() * step(work, 2);
            case ENCODE -> work.pixels().size(0) * flops(work, 2).picture();
            case ENCODE_ONE -> flops(work, 2).picture();
            case PREFILL -> flops(work, 2).picture() + flops(work, 2).projector() + flops(work, 2).prompt();
            case DECODE_TOKEN, DECODE_LLAMA_CPP -> flops(work, 2).token();
        };
        double computing = operations / pace.flops();
        return task == Task.DECODE_TOKEN || task == Task.DECODE_LLAMA_CPP ? Math.max(computing, work.bytesToken() / bytesPerSecond) : computing;
    }

    /** Operations of a training step; the second half of the words is scored. */
    private static double step(Workload work, int stage) {
        Flops sample = flops(work, stage);
        return work.batch(stage).ids().length * (stage == 1 ? sample.stage1() : sample.stage2());
    }

    private static Flops flops(Workload work, int stage) {
        int length = work.batch(stage).ids()[0].length;
        int words = length - work.config().imageTokens();
        return Flops.of(work.config(), length, words - words / 2);
    }
}
