package llava4j.bench;

import java.util.List;
import java.util.function.Consumer;
import llava4j.execution.Schedule;
import llava4j.language.DecoderConfig;
import llava4j.model.ForwardGraph;
import llava4j.model.ImageEncoder;
import llava4j.model.KeyValueCache;
import llava4j.model.LossGraph;
import llava4j.model.Prompt;
import llava4j.model.StepGraph;
import llava4j.train.Stage;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * One graph alone on one thread, with a clock at every operation.
 */
final class ProfiledRun {

    private final Workload work;
    private final INDArray features;

    /** @param features of the workload's pictures, [B*P, Dv] */
    ProfiledRun(Workload work, INDArray features) {
        this.work = work;
        this.features = features;
    }

    /**
     * @param task a training step, {@code PREFILL}, {@code DECODE_TOKEN}, or {@code ENCODE}: one picture
     * @param runs after some to warm up
     * @throws IllegalArgumentException for another task
     */
    List<OpProfile.Line> lines(Task task, int runs) {
        switch (task) {
            case STAGE1_STEP:
                return step(1, runs);
            case STAGE2_STEP:
                return step(2, runs);
            case PREFILL:
                ForwardGraph prefill = new ForwardGraph(work.config(), work.weights(), 1, true);
                return measured(() -> prefill.prefill(question()), prefill::time, runs);
            case DECODE_TOKEN:
                return token(runs);
            case ENCODE:
                ImageEncoder encoder = new ImageEncoder(work.config(), work.weights());
                return measured(() -> encoder.features(work.picture()), encoder::time, runs);
            default:
                throw new IllegalArgumentException("no profile of " + task);
        }
    }

    private List<OpProfile.Line> step(int stage, int runs) {
        Workload.Batch batch = work.batch(stage);
        LossGraph graph = new LossGraph(work.config(), work.weights(), batch.ids().length, Stage.of(stage).trained(),
                true);
        return measured(() -> graph.gradients(batch.prompt(features), batch.labels()), graph::time, runs);
    }

    private List<OpProfile.Line> token(int runs) {
        DecoderConfig decoder = work.config().decoder();
        ForwardGraph.Result read = new ForwardGraph(work.config(), work.weights(), 1, true).prefill(question());
        KeyValueCache cache = new KeyValueCache(decoder, 1);
        cache.append(read.keys(), read.values(), question().attends());
        cache.keep(read.kept());
        StepGraph graph = new StepGraph(work.config(), work.weights(), 1);
        return measured(() -> graph.step(new int[] {1}, cache), graph::time, runs);
    }

    private Prompt question() {
        return work.question().prompt(
                features.get(NDArrayIndex.interval(0, work.config().features()), NDArrayIndex.all()).dup());
    }

    private static List<OpProfile.Line> measured(Runnable run, Consumer<Schedule.Clock> clock, int runs) {
        OpProfile profile = new OpProfile();
        long began = System.nanoTime();
        run.run();
        int uncounted = Bench.warmUp((System.nanoTime() - began) / 1e9);
        for (int i = 0; i < uncounted; i++) {
            run.run();
        }
        clock.accept(profile);
        long started = System.nanoTime();
        for (int i = 0; i < runs; i++) {
            run.run();
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        clock.accept(null);
        return profile.lines(runs, seconds);
    }
}
