package llava4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import llava4j.generate.Generator;
import llava4j.generate.Sampler;
import llava4j.execution.NativeMemory;
import llava4j.execution.Threads;
import llava4j.model.ImageEncoder;
import llava4j.model.Prompt;
import llava4j.train.Stage;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * This project, doing what it does in training and in chat: features of the frozen encoder are kept, logits are computed
 * where a token is supervised.
 */
final class OurSide implements Side {

    private final Workload work;
    private final Shortened recipe;
    private final int newTokens;
    private final ImageEncoder encoder;
    private final Generator generator;
    private INDArray features;
    private TrainingSteps training;
    private boolean trained;

    OurSide(Workload work, Shortened recipe, int newTokens) {
        Threads.fit(work.config().decoder().hiddenSize());
        this.work = work;
        this.recipe = recipe;
        this.newTokens = newTokens;
        encoder = new ImageEncoder(work.config(), work.weights());
        generator = new Generator(work.config(), work.weights());
    }

    @Override
    public Sample run(Task task, int repeats) {
        boolean step = task.stage() != null;
        if (trained && !(step && training != null && training.stage() == task.stage())) {
            work.restore();
            giveUpTraining();
            trained = false;
        }
        double[] losses = new double[step ? repeats : 0];
        int[] tokens = {};
        double[] seconds = new double[repeats];
        for (int i = 0; i < repeats; i++) {
            int now = i;
            switch (task) {
                case STAGE1_STEP, STAGE2_STEP, LORA_STEP -> seconds[i] = seconds(() -> losses[now] = training(task.stage()).step(features));
                case RECIPE -> {
                    DoubleStream.Builder recipeLosses = DoubleStream.builder();
                    seconds[i] = recipe(recipeLosses);
                    return new Sample(seconds, recipeLosses.build().toArray(), tokens, memory("VmRSS"), memory("VmHWM"));
                }
                case ENCODE -> seconds[i] = seconds(() -> encoder.features(work.pixels()));
                case ENCODE_ONE -> seconds[i] = seconds(() -> encoder.features(work.picture()));
                case PREFILL -> seconds[i] = seconds(() -> answer(1));
                case DECODE_TOKEN, DECODE_LLAMA_CPP -> {
                    double first = seconds(() -> answer(1));
                    int[][] said = new int[1][];
                    seconds[i] = (seconds(() -> said[0] = answer(newTokens)) - first) / (newTokens - 1);
                    tokens = said[0];
                }
                default -> throw new IllegalArgumentException(task.name());
            }
        }
        return new Sample(seconds, losses, tokens, memory("VmRSS"), memory("VmHWM"));
    }

    /** As the main job does after each stage: what a graph holds is not waited for until Java's collector comes by. */
    private void giveUpTraining() {
        if (training != null) {
            training = null;
            NativeMemory.release();
        }
    }

    private TrainingSteps training(Stage stage) {
        if (features == null) {
            features = encoder.features(work.batchPixels());
        }
        if (training == null || training.stage() != stage) {
            giveUpTraining();
            training = new TrainingSteps(work, stage);
        }
        trained = true;
        return training;
    }

    /**
     * Graphs are built once; the encoder runs once for each picture; steps are scaled.
     *
     * @param losses is given the first of each stage and the last of all
     */
    private double recipe(DoubleStream.Builder losses) {
        int batch = (int) work.pixels().size(0);
        double total = seconds(() -> encoder.features(work.pixels())) / batch * recipe.pictures();
        double[] last = new double[1];
        for (int stage = 1; stage <= 2; stage++) {
            giveUpTraining();
            Stage whose = Stage.of(stage);
            double first = seconds(() -> losses.add(training(whose).step(features)));
            int measured = stage == 1 ? recipe.measured1() : recipe.measured2();
            double step = seconds(() -> IntStream.range(0, measured).forEach(i -> last[0] = training.step(features))) / measured;
            total += first + step * ((stage == 1 ? recipe.steps1() : recipe.steps2()) - 1);
        }
        losses.add(last[0]);
        return total;
    }

    /** Looks at the picture, reads the question, and says {@code count} tokens. */
    private int[] answer(int count) {
        Prompt prompt = work.question().prompt(encoder.features(work.picture()));
        return generator.generate(prompt, count, Sampler.greedy(), (row, token) -> { }).get(0);
    }

    /** Operations of one training step of stage 2, of reading a prompt, or of one token. */
    List<OpProfile.Line> profile(Task task, int runs) {
        return new ProfiledRun(work, encoder.features(work.batchPixels())).lines(task, runs);
    }

    private static double seconds(Runnable job) {
        long started = System.nanoTime();
        job.run();
        return (System.nanoTime() - started) / 1e9;
    }

    /** A line of Linux's account of this process in megabytes; 0 elsewhere. */
    static double memory(String name) {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith(name + ":"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024).findFirst().orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
