package llava4j.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import llava4j.train.AdamW;
import llava4j.train.GradientClip;
import llava4j.train.ParallelLoss;
import llava4j.train.Stage;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The whole model on one backend, held against another: features, logits, loss and gradients of both stages, and three
 * training steps.
 */
public final class ModelCheck {

    /** Largest relative difference that counts as the same. */
    static final double TOLERANCE = 1e-3;

    private static final int STEPS = 3;

    private ModelCheck() {
    }

    /**
     * @param arguments {@code record FILE}, or {@code compare FILE}, which prints a line for each part and exits 1
     *                  where one differs by more than a thousandth
     * @throws IOException if the file cannot be read or written
     */
    public static void main(String[] arguments) throws IOException {
        Map<String, INDArray> own = results();
        if (arguments[0].equals("record")) {
            Recorded.write(Path.of(arguments[1]), own);
            return;
        }
        Map<String, Double> worst = new TreeMap<>();
        Map<String, String> where = new TreeMap<>();
        Recorded.read(Path.of(arguments[1])).forEach((name, array) -> {
            String part = name.substring(0, name.indexOf(':'));
            double difference = Recorded.difference(own.get(name), array);
            if (difference >= worst.getOrDefault(part, 0.0)) {
                worst.put(part, difference);
                where.put(part, name.substring(name.indexOf(':') + 1));
            }
        });
        worst.forEach((part, difference) -> System.out.printf(Locale.ROOT, "%-6s %-20s differs by %.1e at most (%s)%n",
                difference <= TOLERANCE ? "same" : "WRONG", part, difference, where.get(part)));
        if (worst.values().stream().anyMatch(difference -> !(difference <= TOLERANCE))) {
            System.exit(1);
        }
    }

    static Map<String, INDArray> results() {
        BackendCase model = new BackendCase();
        Map<String, INDArray> results = new LinkedHashMap<>();
        reached("encoder");
        INDArray features = new ImageEncoder(model.config, model.weights).features(model.pixels);
        Prompt prompt = model.prompt(features);
        results.put("1 encoder:features", features);
        reached("forward");
        results.put("2 forward:logits",
                new ForwardGraph(model.config, model.weights, BackendCase.ROWS, true).logits(prompt));
        for (int stage = 1; stage <= 2; stage++) {
            reached("gradient " + stage);
            LossGraph.Gradients found = new LossGraph(model.config, model.weights, BackendCase.ROWS,
                    Stage.of(stage).trained(), true).gradients(prompt, model.labels);
            results.put("3 loss " + stage + ":loss", Nd4j.scalar(found.loss()));
            String part = "4 gradient " + stage + ":";
            found.byName().forEach((name, gradient) -> results.put(part + name, gradient.dup('c')));
        }
        ParallelLoss loss = new ParallelLoss(model.config, model.weights, BackendCase.ROWS, Stage.of(2).trained(), true);
        Map<String, INDArray> learns = new LinkedHashMap<>();
        loss.trained().forEach(name -> learns.put(name, model.weights.get(name)));
        AdamW optimizer = new AdamW(learns, 0.9, 0.98, 0);
        for (int step = 1; step <= STEPS; step++) {
            reached("training step " + step);
            LossGraph.Gradients found = loss.gradients(prompt, model.labels);
            results.put("5 training:loss of step " + step, Nd4j.scalar(found.loss()));
            GradientClip.clip(found.byName(), 1.0);
            optimizer.step(found.byName(), 1e-4);
        }
        return results;
    }

    /** A backend may end the process: the last line tells where. */
    private static void reached(String part) {
        System.out.println("begin  " + part);
        System.out.flush();
    }
}
