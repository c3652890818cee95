package llava4j.lora;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import llava4j.checkpoint.ModelDirectory;
import llava4j.generate.Generator;
import llava4j.generate.Sampler;
import llava4j.graph.NamedTensors;
import llava4j.model.ForwardTensors;
import llava4j.model.ImageEncoder;
import llava4j.model.LlavaConfig;
import llava4j.model.LossGraph;
import llava4j.model.Prompt;
import llava4j.support.Near;
import llava4j.train.AdamW;
import llava4j.train.Stage;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A base with an adapter on it, run as peft ran it; the batch is padded on the right. */
final class PeftRun {

    final LlavaConfig config;
    final Map<String, INDArray> base;
    final Adapter adapter;
    final Map<String, INDArray> weights;
    private final Map<String, INDArray> batch;

    PeftRun(ModelDirectory base, Adapter adapter, Map<String, INDArray> batch) {
        this.config = base.llava();
        this.base = base.weights();
        this.adapter = adapter;
        this.weights = adapter.onto(this.base);
        this.batch = batch;
    }

    Map<String, INDArray> forward(Map<String, INDArray> parameters) {
        Map<String, INDArray> given = new LinkedHashMap<>();
        ForwardTensors.INPUTS.forEach(name -> given.put(name, batch.get(name)));
        return new ForwardTensors(config, parameters).run(new NamedTensors("batch", given));
    }

    boolean[][] attends() {
        int[][] mask = batch.get("attention_mask").toIntMatrix();
        boolean[][] attends = new boolean[mask.length][mask[0].length];
        for (int b = 0; b < mask.length; b++) {
            for (int t = 0; t < mask[b].length; t++) {
                attends[b][t] = mask[b][t] == 1;
            }
        }
        return attends;
    }

    /** Loss and gradients of LoRA's stage 2. */
    LossGraph.Gradients gradients(LossGraph graph) {
        Prompt prompt = new Prompt(batch.get("input_ids").toIntMatrix(), attends(),
                new ImageEncoder(config, base).features(batch.get("pixel_values")));
        return graph.gradients(prompt, batch.get("labels").toIntMatrix());
    }

    LossGraph lossGraph() {
        return new LossGraph(config, weights, (int) batch.get("input_ids").size(0), Stage.LOW_RANK_TUNING.trained(), true);
    }

    /** Three steps of AdamW in two groups; the loss before each, and after the last. */
    double[] threeSteps(double rate, double projectorRate) {
        LossGraph graph = lossGraph();
        AdamW optimizer = new AdamW(weights, 0.9, 0.999, 0);
        double[] losses = new double[4];
        for (int step = 0; step < 4; step++) {
            LossGraph.Gradients now = gradients(graph);
            losses[step] = now.loss();
            if (step < 3) {
                optimizer.step(now.byName(), name -> name.contains("lora_") ? rate : projectorRate);
            }
        }
        return losses;
    }

    int[] greedy(int[] ids, int picture, int tokens) {
        INDArray pixels = batch.get("pixel_values").get(NDArrayIndex.interval(picture, picture + 1), NDArrayIndex.all(),
                NDArrayIndex.all(), NDArrayIndex.all()).dup('c');
        Prompt prompt = Prompt.padded(List.of(ids), config.padTokenId(), true, new ImageEncoder(config, base).features(pixels));
        return new Generator(config, weights).generate(prompt, tokens, Sampler.greedy(), (row, token) -> { }).get(0);
    }

    /** The largest difference where there is a token. */
    double distance(INDArray expected, INDArray actual) {
        boolean[][] attends = attends();
        int length = attends[0].length;
        INDArray x = expected.dup('c').reshape(attends.length * (long) length, -1);
        INDArray y = actual.dup('c').reshape(attends.length * (long) length, -1);
        return IntStream.range(0, attends.length * length).filter(row -> attends[row / length][row % length])
                .mapToDouble(row -> Near.distance(x.getRow(row), y.getRow(row))).max().orElse(Double.NaN);
    }

    static double relativeNorm(INDArray expected, INDArray actual) {
        return expected.sub(actual).norm2Number().doubleValue() / expected.norm2Number().doubleValue();
    }
}
