package llava4j.pretrain;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import llava4j.checkpoint.ExpectedTensors;
import llava4j.conversation.ConversationEncoder;
import llava4j.conversation.SupervisedTokens;
import llava4j.conversation.Template;
import llava4j.conversation.Tokenizer;
import llava4j.graph.Initializer;
import llava4j.graph.Threads;
import llava4j.language.DecoderConfig;
import llava4j.model.LlavaConfig;
import llava4j.model.LossGraph;
import llava4j.model.Prompt;
import llava4j.train.Objective;
import llava4j.train.ParallelLoss;
import llava4j.train.TrainingPlan;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How the tiny Vicuna came to be: a decoder trained on text alone, dialogues about scenes told in words.
 */
public final class LanguagePretraining implements Objective {

    private static final int BATCH = 32;
    private static final int CONTEXT = 256;

    private final ParallelLoss graph;
    private final ToldScenes scenes;

    /** @param weights all parameters, trained in place */
    public LanguagePretraining(LlavaConfig config, Map<String, INDArray> weights, Tokenizer tokenizer, int steps,
                               long seed) {
        Threads.fit(config.decoder().hiddenSize());
        this.graph = new ParallelLoss(config, weights, BATCH, name -> true, false);
        this.scenes = new ToldScenes(tokenizer, new ConversationEncoder(tokenizer, Template.V1, "", -1, 0), BATCH,
                steps, seed);
    }

    /** The tiny Vicuna's sizes. */
    public static LlavaConfig config() {
        DecoderConfig decoder = new DecoderConfig(TinyVocabulary.withMaps().size(), 128, 344, 3, 4, 4, 32, CONTEXT, 10_000,
                1e-5, false, false, false);
        return new LlavaConfig(null, null, decoder, 0, false, -1, TinyVocabulary.BOS, List.of(TinyVocabulary.EOS),
                TinyVocabulary.PAD);
    }

    public static TrainingPlan plan(int steps, double learningRate, long seed) {
        return new TrainingPlan(steps, BATCH, learningRate, 0.02, 0.9, 0.98, 0, 1.0, seed);
    }

    /** Parameters before training. */
    public static Map<String, INDArray> fresh(LlavaConfig config, long seed) {
        return Initializer.random(ExpectedTensors.of(config), name -> 0.1, seed);
    }

    @Override
    public Step at(int step) {
        List<SupervisedTokens> samples = scenes.at(step);
        Prompt prompt = Prompt.padded(samples.stream().map(SupervisedTokens::ids).collect(Collectors.toList()),
                TinyVocabulary.PAD, false, null);
        int[][] labels = Prompt.padded(samples.stream().map(SupervisedTokens::labels).collect(Collectors.toList()),
                LossGraph.IGNORED, false, null).ids();
        LossGraph.Gradients result = graph.gradients(prompt, labels);
        return new Step(result.loss(), result.byName(), List.of("batch " + step),
                samples.stream().mapToInt(s -> s.ids().length).sum());
    }

    /** Names of the parameters that are trained. */
    public List<String> trained() {
        return graph.trained();
    }
}
