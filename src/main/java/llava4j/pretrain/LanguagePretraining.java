package llava4j.pretrain;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import llava4j.checkpoint.ExpectedTensors;
import llava4j.conversation.ConversationEncoder;
import llava4j.conversation.SupervisedTokens;
import llava4j.conversation.Template;
import llava4j.conversation.Tokenizer;
import llava4j.evaluate.scienceqa.ProblemFormat;
import llava4j.graph.Initializer;
import llava4j.execution.Threads;
import llava4j.language.DecoderConfig;
import llava4j.model.LlavaConfig;
import llava4j.model.LossGraph;
import llava4j.model.Prompt;
import llava4j.train.Objective;
import llava4j.train.ParallelLoss;
import llava4j.train.RunSettings;
import llava4j.train.TrainingPlan;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How the tiny Vicuna came to be: a decoder trained on text alone, dialogues about scenes told in words; and how it goes on to
 * read multiple-choice problems.
 */
public final class LanguagePretraining implements Objective {

    /** What is written beside the weights: the template that the texts are in, without a system prompt. */
    public static final Map<String, String> SETTINGS = Map.of("conversation_template", "v1", "system_prompt", "");

    private static final int BATCH = 32;
    private static final int CONTEXT = 256;

    private final ParallelLoss graph;
    private final GroupedTexts texts;

    /**
     * Builds the graph; the batch's size is fixed.
     *
     * @param config    the tiny Vicuna's sizes
     * @param weights   all parameters, trained in place
     * @param tokenizer of the tiny vocabulary, for the decoder
     * @param steps     of the whole training, over which the texts go from short to long
     * @param seed      of scenes and questions
     */
    public LanguagePretraining(LlavaConfig config, Map<String, INDArray> weights, Tokenizer tokenizer, int steps,
                               long seed) {
        this(config, weights, new ToldScenes(tokenizer, dialogues(tokenizer), steps), seed);
    }

    private LanguagePretraining(LlavaConfig config, Map<String, INDArray> weights, GroupedTexts.Source source, long seed) {
        Threads.fit(config.decoder().hiddenSize());
        this.graph = new ParallelLoss(config, weights, BATCH, name -> true, false);
        this.texts = new GroupedTexts(source, BATCH, seed);
    }

    /**
     * {@return the same training on multiple-choice problems, for a decoder that can already talk about scenes}
     *
     * @param config    the decoder's sizes
     * @param weights   all parameters, trained in place
     * @param tokenizer of the tiny vocabulary, for the decoder
     * @param format    in which the problems are answered
     * @param seed      of scenes and problems
     */
    public static LanguagePretraining reading(LlavaConfig config, Map<String, INDArray> weights, Tokenizer tokenizer,
                                              ProblemFormat format, long seed) {
        return new LanguagePretraining(config, weights, new ToldProblems(format, tokenizer, dialogues(tokenizer)), seed);
    }

    private static ConversationEncoder dialogues(Tokenizer tokenizer) {
        return new ConversationEncoder(tokenizer, Template.V1, "", -1, 0);
    }

    /** {@return the tiny Vicuna's sizes; it has no encoder and no projector} */
    public static LlavaConfig config() {
        DecoderConfig decoder = DecoderConfig.VICUNA_7B.withVocabularySize(TinyVocabulary.withMaps().size()).withHiddenSize(128)
                .withIntermediateSize(344).withLayers(3).withHeads(4).withMaxPositions(CONTEXT);
        return LlavaConfig.of(decoder).withBosTokenId(WordTokenizer.BOS).withEosTokenIds(List.of(WordTokenizer.EOS))
                .withPadTokenId(WordTokenizer.PAD);
    }

    /**
     * {@return the settings of this training: AdamW without decay}
     *
     * @param steps        optimizer steps
     * @param learningRate the peak
     * @param seed         of the scenes
     */
    public static TrainingPlan plan(int steps, double learningRate, long seed) {
        return TrainingPlan.ofSteps(steps).withBatch(BATCH).withLearningRate(learningRate).withWarmUp(0.02).withSeed(seed);
    }

    /**
     * {@return parameters before training, by name}
     *
     * @param config the tiny Vicuna's sizes
     * @param seed   of all draws
     */
    public static Map<String, INDArray> fresh(LlavaConfig config, long seed) {
        return Initializer.random(ExpectedTensors.of(config), name -> 0.1, seed);
    }

    @Override
    public Step at(int step) {
        List<SupervisedTokens> samples = texts.at(step);
        Prompt prompt = Prompt.padded(samples.stream().map(SupervisedTokens::ids).collect(Collectors.toList()),
                WordTokenizer.PAD, false, null);
        int[][] labels = Prompt.padded(samples.stream().map(SupervisedTokens::labels).collect(Collectors.toList()),
                LossGraph.IGNORED, false, null).ids();
        LossGraph.Gradients result = graph.gradients(prompt, labels);
        return new Step(result.loss(), result.byName(), List.of("batch " + step),
                samples.stream().mapToInt(s -> s.ids().length).sum());
    }

    /**
     * {@return what decides the result beside plan and model: the texts, and this machine's processors}
     *
     * @param config the decoder's sizes
     * @param texts  names them
     */
    public static Map<String, String> settings(LlavaConfig config, String texts) {
        Map<String, String> settings = new TreeMap<>(RunSettings.machine(config.decoder().hiddenSize(), BATCH, 0));
        settings.put("texts", texts);
        return settings;
    }

    /** {@return the names of the parameters that are trained} */
    public List<String> trained() {
        return graph.trained();
    }
}
