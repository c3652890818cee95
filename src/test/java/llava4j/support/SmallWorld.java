package llava4j.support;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import llava4j.Llava;
import llava4j.checkpoint.ExpectedTensors;
import llava4j.connector.ConnectorType;
import llava4j.conversation.Template;
import llava4j.image.ImageProcessorConfig;
import llava4j.language.DecoderConfig;
import llava4j.model.LlavaConfig;
import llava4j.pretrain.TinyVocabulary;
import llava4j.pretrain.WordTokenizer;
import llava4j.teacher.TinyInstructions;
import llava4j.tinyworld.WorldWriter;
import llava4j.vision.VisionConfig;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A dozen pictures of the tiny world with all that is said about them, and a random LLaVA that is small enough to be
 * trained in a test.
 */
public final class SmallWorld {

    private final Path folder;

    private SmallWorld(Path folder) {
        this.folder = folder;
    }

    public static SmallWorld in(Path folder) {
        WorldWriter.write(folder.resolve("world"), 11, 12);
        TinyInstructions.write(folder.resolve("world"), 11);
        TinyVocabulary.write(folder.resolve("tokenizer"), false, 256);
        return new SmallWorld(folder);
    }

    public Path file(String name) {
        return folder.resolve("world").resolve(name);
    }

    public Path images() {
        return file("images");
    }

    public Path tokenizer() {
        return folder.resolve("tokenizer");
    }

    /** With W; the same weights each time it is called, in arrays of their own. */
    public Llava model() {
        return model(ConnectorType.PROJECTOR);
    }

    /** The same with another connector. */
    public Llava model(ConnectorType type) {
        VisionConfig vision = VisionConfig.VIT_B_32.withImageSize(48).withPatchSize(16).withHiddenSize(8).withIntermediateSize(12)
                .withLayers(2).withHeads(2);
        DecoderConfig decoder = DecoderConfig.VICUNA_7B.withVocabularySize(TinyVocabulary.tokens().size()).withHiddenSize(16)
                .withIntermediateSize(24).withLayers(2).withHeads(4).withMaxPositions(256);
        LlavaConfig config = LlavaConfig.of(vision, "linear", decoder).withImageTokenId(WordTokenizer.IMAGE)
                .withBosTokenId(WordTokenizer.BOS).withEosTokenIds(List.of(WordTokenizer.EOS))
                .withPadTokenId(WordTokenizer.PAD).withFeatureLayer(type.featureLayer());
        config = type.keepsClassToken() ? config.withClassToken() : config;
        config = config.withConnector(type.between(config.features(), vision.hiddenSize(), decoder));
        Map<String, INDArray> weights = new LinkedHashMap<>(TinyModel.random(ExpectedTensors.of(config), 8));
        return new Llava(config, weights, tokenizer(), ImageProcessorConfig.tinyWorld(), false, Template.V1, "");
    }
}
