package llava4j;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import llava4j.checkpoint.ModelDirectory;
import llava4j.checkpoint.ModelDirectoryWriter;
import llava4j.conversation.ConversationEncoder;
import llava4j.conversation.Template;
import llava4j.conversation.Tokenizer;
import llava4j.error.UserError;
import llava4j.image.ClipImageProcessor;
import llava4j.image.ImageProcessorConfig;
import llava4j.model.ImageEncoder;
import llava4j.model.LlavaConfig;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A LLaVA that can be used: sizes and weights, its tokenizer, how it wants pictures prepared and conversations written.
 *
 * <p>The mathematics is in {@code vision}, {@code projector}, {@code language} and {@code model}; this is the box they
 * come in. Also a language model without eyes fits; it has no encoder and no projector.
 */
public final class Llava {

    private final LlavaConfig config;
    private final Map<String, INDArray> weights;
    private final Tokenizer tokenizer;
    private final Path tokenizerDirectory;
    private final ImageProcessorConfig imageProcessor;
    private final Template template;
    private final String system;
    private final ImageEncoder encoder;

    /**
     * @param tokenizerDirectory where the tokenizer's files lie, which {@link #save} copies
     * @param imageProcessor     {@code null} for a language model without eyes
     * @param template           in which the model converses
     * @param system             its system message, may be empty
     */
    public Llava(LlavaConfig config, Map<String, INDArray> weights, Path tokenizerDirectory,
                 ImageProcessorConfig imageProcessor, Template template, String system) {
        this.config = config;
        this.weights = weights;
        this.tokenizer = Tokenizer.open(tokenizerDirectory);
        this.tokenizerDirectory = tokenizerDirectory;
        this.imageProcessor = imageProcessor;
        this.template = template;
        this.system = system;
        this.encoder = config.vision() == null ? null : new ImageEncoder(config, weights);
    }

    /**
     * Opens a model directory.
     *
     * @param visionTower directory of the encoder, where it is kept apart
     * @throws UserError if it is not a LLaVA or a language model, or anything in it does not fit
     */
    public static Llava open(Path directory, Optional<Path> visionTower) {
        ModelDirectory files = ModelDirectory.open(directory, visionTower);
        if (files.kind() == ModelDirectory.Kind.CLIP) {
            throw UserError.of("%s: is a CLIP, which sees but does not speak: give a LLaVA or a LLaMA", directory);
        }
        JsonNode own = files.ownSettings();
        ImageProcessorConfig processor = null;
        if (files.llava().vision() != null) {
            processor = List.of("preprocessor_config.json", "processor_config.json").stream().map(directory::resolve)
                    .filter(Files::exists).findFirst().map(ImageProcessorConfig::read)
                    .orElseGet(() -> ImageProcessorConfig.clip(files.llava().vision().imageSize()));
        }
        return new Llava(files.llava(), files.weights(), directory, processor,
                Template.of(own.path("conversation_template").asText("v1")),
                own.path("system_prompt").asText(Template.SYSTEM));
    }

    /** Writes a directory that {@link #open} and transformers open. */
    public void save(Path directory) {
        if (imageProcessor != null) {
            imageProcessor.write(directory.resolve("preprocessor_config.json"));
        }
        ModelDirectoryWriter.write(directory, config, weights,
                Map.of("conversation_template", template.label(), "system_prompt", system), tokenizerDirectory);
    }

    /** How conversations become token ids. */
    public ConversationEncoder conversationEncoder() {
        return new ConversationEncoder(tokenizer, template, system, config.imageTokenId(),
                config.vision() == null ? 0 : config.imageTokens());
    }

    /**
     * Zv = g(Xv).
     *
     * @return features before the projection, [N*P, Dv]
     * @throws UserError if the model has no eyes
     */
    public INDArray imageFeatures(List<BufferedImage> images) {
        if (encoder == null) {
            throw new UserError("this model has no vision encoder: it cannot be shown a picture");
        }
        return encoder.features(new ClipImageProcessor(imageProcessor).pixelValues(images));
    }

    public LlavaConfig config() {
        return config;
    }

    /** All parameters by name; the graphs share these arrays. */
    public Map<String, INDArray> weights() {
        return weights;
    }

    public Tokenizer tokenizer() {
        return tokenizer;
    }

    public Template template() {
        return template;
    }

    public ImageProcessorConfig imageProcessor() {
        return imageProcessor;
    }
}
