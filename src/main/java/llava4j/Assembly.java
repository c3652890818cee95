package llava4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import llava4j.checkpoint.ExpectedTensors;
import llava4j.checkpoint.ModelDirectory;
import llava4j.checkpoint.ModelDirectoryWriter;
import llava4j.checkpoint.TokenizerFiles;
import llava4j.conversation.ChatFormat;
import llava4j.conversation.Conversation;
import llava4j.conversation.Template;
import llava4j.conversation.Tokenizer;
import llava4j.error.UserError;
import llava4j.execution.Threads;
import llava4j.image.ImageProcessorConfig;
import llava4j.language.DecoderConfig;
import llava4j.model.Design;
import llava4j.model.GrownVocabulary;
import llava4j.model.LlavaConfig;
import llava4j.connector.Connector;
import llava4j.connector.ConnectorType;
import llava4j.vision.VisionConfig;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The paper's starting point: an encoder and a decoder that have never met, with a W that is still random between them, as
 * the model stands before stage 1 (section 4.1).
 */
public final class Assembly {

    private Assembly() {
    }

    /**
     * The model in the paper's design.
     *
     * @param language directory of a LLaMA whose vocabulary has {@code <image>}
     * @param clip     directory of the CLIP whose vision tower is taken
     * @param seed     of W
     * @return the model before stage 1: encoder and decoder as they were trained, W random
     * @throws UserError if either directory is not what it should be
     */
    public static Llava of(Path language, Path clip, long seed) {
        return of(language, clip, Design.PAPER, seed);
    }

    /**
     * The model in another design than the paper's.
     *
     * @param language directory of a LLaMA whose vocabulary has {@code <image>}
     * @param clip     directory of the CLIP whose vision tower is taken
     * @param design   W's form, the encoder's layer that W sees, and how many of the decoder's layers are kept
     * @param seed     of W
     * @return the model before stage 1
     * @throws UserError if either directory is not what it should be
     */
    public static Llava of(Path language, Path clip, Design design, long seed) {
        Threads.callersOnly();
        ModelDirectory decoder = decoder(language);
        VisionConfig vision = ModelDirectory.visionConfig(clip);
        Tokenizer tokenizer = Tokenizer.open(language);
        LlavaConfig words = decoder.llava();
        LlavaConfig config = joined(vision, words, design, tokenizer.idOf(Conversation.IMAGE), words.padTokenId());
        ChatFormat chat = ChatFormat.of(language, decoder.ownSettings(), tokenizer, null);
        return new Llava(config, weights(ModelDirectory.visionWeights(clip), decoder.weights(), config, seed), language,
                ModelDirectoryWriter.pictures(config, ModelDirectory.imageProcessor(List.of(clip), vision)), false,
                chat.known(language), chat.system());
    }

    /**
     * Writes the model as a directory, whatever the sizes: no weight leaves the number format of its file. {@code <image>}
     * joins the vocabulary, and a padding token where there is none, with rows of their own in the decoder's tables.
     *
     * @param language directory of a LLaMA
     * @param vision   directory of a CLIP, a vision tower alone, or a LLaVA whose encoder is taken
     * @param out      the directory to write, neither of the two
     * @param design   W's form and the encoder's layer that W sees
     * @param template in which the model will converse; without one, that of the language model's {@code chat_template}
     * @param seed     of W
     * @return sizes of what was written
     * @throws UserError if either directory is not what it should be, before anything is written
     */
    public static LlavaConfig write(Path language, Path vision, Path out, Design design, Optional<Template> template,
                                    long seed) {
        Threads.callersOnly();
        ModelDirectory decoder = decoder(language);
        VisionConfig sees = ModelDirectory.visionConfig(vision);
        checkLayer(design, sees);
        requireApart(out, List.of(language, vision));
        ChatFormat chat;
        try (Tokenizer tokenizer = Tokenizer.open(language)) {
            chat = template.map(asked -> new ChatFormat(asked, asked.usualSystem()))
                    .orElseGet(() -> ChatFormat.of(language, decoder.ownSettings(), tokenizer, null));
            chat.known(language);
            chat.endTokens(tokenizer);
        }
        TokenizerFiles tokens = TokenizerFiles.of(language);
        LlavaConfig joined = joined(sees, decoder.llava(), design, tokens.add(Conversation.IMAGE), tokens.padding());
        ImageProcessorConfig pictures = ModelDirectoryWriter.pictures(joined,
                ModelDirectory.imageProcessor(List.of(vision), sees));
        Map<String, INDArray> weights = weights(ModelDirectory.visionWeightsAsStored(vision), decoder.weightsAsStored(),
                joined, seed);
        int rows = Math.max(joined.decoder().vocabularySize(), tokens.size());
        GrownVocabulary.grow(weights, rows);
        tokens.write(out);
        new Llava(joined.withVocabularySize(rows), weights, out, pictures, false, chat.template(), chat.system()).save(out);
        return joined.withVocabularySize(rows);
    }

    private static ModelDirectory decoder(Path language) {
        ModelDirectory decoder = ModelDirectory.open(language, Optional.empty());
        if (decoder.kind() != ModelDirectory.Kind.LANGUAGE_MODEL) {
            throw UserError.of("%s: need a language model (a LLaMA, as Vicuna, TinyLlama and SmolLM2 are) to begin from",
                    language);
        }
        return decoder;
    }

    private static void checkLayer(Design design, VisionConfig vision) {
        int layers = vision.layers();
        if (design.visionFeatureLayer() < -layers - 1 || design.visionFeatureLayer() > layers) {
            throw UserError.of("--feature-layer %d: this encoder has %d layers, take one from %d to %d (-2 is before the last)",
                    design.visionFeatureLayer(), layers, -layers - 1, layers);
        }
    }

    /** Files that are read while others are written must not be the same. */
    private static void requireApart(Path out, List<Path> sources) {
        for (Path source : sources) {
            try {
                if (Files.exists(out) && Files.isSameFile(out, source)) {
                    throw UserError.of("%s: is where a part comes from: choose another --out", out);
                }
            } catch (IOException e) {
                throw new UserError(out + ": cannot be looked at: " + e.getMessage(), e);
            }
        }
    }

    private static LlavaConfig joined(VisionConfig vision, LlavaConfig words, Design design, int image, int padding) {
        DecoderConfig decoder = words.decoder().firstLayers(design.decoderLayers());
        ConnectorType type = ConnectorType.of(design.connector()).orElseThrow();
        boolean full = type.keepsClassToken();
        Connector connector = type.between(vision.patches() + (full ? 1 : 0), vision.hiddenSize(), decoder);
        LlavaConfig config = new LlavaConfig(vision, connector, decoder, design.visionFeatureLayer(), full, image,
                words.bosTokenId(), words.eosTokenIds(), padding);
        ModelDirectoryWriter.check(config);
        return config;
    }

    /** Encoder, a random connector, decoder. */
    private static Map<String, INDArray> weights(Map<String, INDArray> sees, Map<String, INDArray> speaks, LlavaConfig config,
                                                 long seed) {
        Map<String, INDArray> weights = new LinkedHashMap<>(sees);
        weights.putAll(config.connector().fresh(config.decoder(), seed));
        ExpectedTensors.of(config.decoder()).keySet().forEach(name -> weights.put(name, speaks.get(name)));
        return weights;
    }
}
