package llava4j;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import llava4j.checkpoint.ModelDirectory;
import llava4j.checkpoint.ModelDirectoryWriter;
import llava4j.conversation.ChatFormat;
import llava4j.conversation.ConversationEncoder;
import llava4j.conversation.MarkedText;
import llava4j.conversation.Template;
import llava4j.conversation.Tokenizer;
import llava4j.error.UserError;
import llava4j.execution.Threads;
import llava4j.image.ClipImageProcessor;
import llava4j.image.ImageConvention;
import llava4j.image.ImageFile;
import llava4j.image.ImageProcessorConfig;
import llava4j.lora.Adapter;
import llava4j.lora.Merge;
import llava4j.model.ImageEncoder;
import llava4j.model.LlavaConfig;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A LLaVA that can be used: sizes and weights, its tokenizer, how it wants pictures prepared and conversations written.
 *
 * <p>The mathematics is in {@code vision}, {@code connector}, {@code language} and {@code model}; this is the box they
 * come in. Also a language model without eyes fits; it has no encoder and no connector.
 */
public final class Llava {

    private final LlavaConfig config;
    private final Map<String, INDArray> weights;
    private final Tokenizer tokenizer;
    private final MarkedText text;
    private final Path tokenizerDirectory;
    private final ImageProcessorConfig imageProcessor;
    private final boolean padsToSquare;
    private final ImageConvention imageConvention;
    private final ChatFormat chat;
    private final ImageEncoder encoder;

    /**
     * A model from its parts; a graph is built when it is first needed.
     *
     * @param config             sizes; its vision part is {@code null} for a language model without eyes
     * @param weights            all parameters by name, as {@link llava4j.checkpoint.ExpectedTensors} lists them;
     *                           shared, not copied
     * @param tokenizerDirectory where the tokenizer's files lie, which {@link #save} copies
     * @param imageProcessor     {@code null} for a language model without eyes
     * @param padsToSquare       whether pictures are padded to a square first, as LLaVA 1.5's are
     * @param template           in which the model converses
     * @param system             its system message, may be empty
     * @throws UserError if the tokenizer cannot be read, does not belong to these sizes, or lacks a special token of the
     *                   template
     */
    public Llava(LlavaConfig config, Map<String, INDArray> weights, Path tokenizerDirectory,
                 ImageProcessorConfig imageProcessor, boolean padsToSquare, Template template, String system) {
        this(config, weights, MarkedText.of(Tokenizer.open(tokenizerDirectory), config), tokenizerDirectory, imageProcessor,
                padsToSquare, new ChatFormat(template, system), ImageConvention.TRANSFORMERS);
    }

    private Llava(LlavaConfig config, Map<String, INDArray> weights, MarkedText text, Path tokenizerDirectory,
                  ImageProcessorConfig imageProcessor, boolean padsToSquare, ChatFormat chat,
                  ImageConvention imageConvention) {
        this.config = config.endingAt(chat.endTokens(text.tokenizer()));
        this.weights = weights;
        this.text = text;
        this.tokenizer = text.tokenizer();
        this.tokenizerDirectory = tokenizerDirectory;
        this.imageProcessor = imageProcessor;
        this.padsToSquare = padsToSquare;
        this.imageConvention = imageConvention;
        this.chat = chat;
        Threads.fit(config.decoder().hiddenSize());
        this.encoder = config.vision() == null ? null : new ImageEncoder(config, weights);
    }

    /**
     * Opens a model directory.
     *
     * @param directory   holds {@code config.json}, {@code *.safetensors} and the tokenizer's files
     * @param visionTower directory of the encoder, where it is kept apart
     * @return the model, its weights in memory as float32
     * @throws UserError if it is not a LLaVA or a language model, or anything in it does not fit
     */
    public static Llava open(Path directory, Optional<Path> visionTower) {
        return open(directory, visionTower, name -> false);
    }

    /**
     * Opens a model directory and leaves some of its weights where they are: what the files hold in 16 bits stays there,
     * mapped, and is widened to float32 as it is used. Results are the same to the last bit.
     *
     * @param directory   as in {@link #open(Path, Optional)}
     * @param visionTower as in {@link #open(Path, Optional)}
     * @param asStored    names of weights that are not going to change
     * @return the model
     * @throws UserError as in {@link #open(Path, Optional)}
     */
    public static Llava open(Path directory, Optional<Path> visionTower, Predicate<String> asStored) {
        Threads.callersOnly();
        ModelDirectory files = ModelDirectory.open(directory, visionTower);
        if (files.kind() == ModelDirectory.Kind.CLIP) {
            throw UserError.of("%s: is a CLIP, which sees but does not speak: give a LLaVA or a LLaMA", directory);
        }
        ImageProcessorConfig processor = files.llava().vision() == null ? null : files.imageProcessor();
        files.check();
        Tokenizer tokenizer = Tokenizer.open(directory);
        MarkedText text = MarkedText.of(tokenizer, files.llava());      // before all the weights are read
        ChatFormat chat = ChatFormat.of(directory, files.ownSettings(), tokenizer, usualTemplate(files.kind()));
        return new Llava(files.llava(), files.weights(asStored), text, directory, processor, files.padsToSquare(), chat,
                ModelDirectory.imageConvention(directory));
    }

    private static Template usualTemplate(ModelDirectory.Kind kind) {
        return kind == ModelDirectory.Kind.LANGUAGE_MODEL ? null
                : kind == ModelDirectory.Kind.BLIP_2 ? Template.BLIP2 : Template.V1;
    }

    /** {@return the same model with weights of its own: training one leaves the other as it is} */
    public Llava copy() {
        Map<String, INDArray> copies = new LinkedHashMap<>();
        weights.forEach((name, array) -> copies.put(name, array.dup()));
        return new Llava(config, copies, text, tokenizerDirectory, imageProcessor, padsToSquare, chat, imageConvention);
    }

    /**
     * {@return the same model, its weights shared, which reads pictures another way; {@link #save} keeps which}
     *
     * @param convention whose way of reading a picture file is followed
     */
    public Llava withImageConvention(ImageConvention convention) {
        return new Llava(config, weights, text, tokenizerDirectory, imageProcessor, padsToSquare, chat, convention);
    }

    /**
     * {@return the same model, its weights shared, which converses in another template, with that template's usual system
     * message; {@link #save} keeps it}
     *
     * @param template its own leaves everything as it is
     * @throws UserError if the vocabulary lacks a special token of the template
     */
    public Llava withTemplate(Template template) {
        return template == chat.template() ? this : new Llava(config, weights, text, tokenizerDirectory, imageProcessor,
                padsToSquare, new ChatFormat(template, template.usualSystem()), imageConvention);
    }

    /**
     * {@return the same model with an adapter laid onto it; this one stays as it is, and the arrays of both are shared}
     *
     * @param adapter fits the model
     */
    public Llava withAdapter(Adapter adapter) {
        return new Llava(config, adapter.onto(weights), text, tokenizerDirectory, imageProcessor, padsToSquare, chat,
                imageConvention);
    }

    /**
     * Writes a directory that {@link #open} and transformers open; it is made if need be. An adapter is merged into the
     * weights that are written.
     *
     * @param directory an earlier model in it is written over
     * @throws UserError if it cannot be written
     */
    public void save(Path directory) {
        makeFolder(directory);
        ModelDirectoryWriter.write(directory, config, Merge.of(weights), settings(), tokenizerDirectory, imageProcessor);
    }

    /**
     * Writes all but the encoder, in the original repository's layout; {@link #open} is then given the encoder's directory.
     *
     * @param directory an earlier model in it is written over
     * @param encoder   the name under which config.json speaks of the encoder
     * @throws UserError if it cannot be written, or W is more than one matrix
     */
    public void saveWithoutEncoder(Path directory, String encoder) {
        requireEyes();
        if (!config.connector().type().equals("linear")) {
            throw new UserError("only a model whose W is one matrix is written without its encoder: save it whole");
        }
        makeFolder(directory);
        ModelDirectoryWriter.writeWithoutEncoder(directory, config, Merge.of(weights), settings(), tokenizerDirectory, encoder);
    }

    private static void makeFolder(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UserError(directory + ": no folder can be made there: choose another place", e);
        }
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>(chat.settings());
        if (padsToSquare) {
            settings.put("image_aspect_ratio", "pad");
        }
        if (imageConvention != ImageConvention.TRANSFORMERS) {
            settings.put("image_convention", imageConvention.toString());
        }
        return settings;
    }

    /**
     * {@return an encoder for this model's tokenizer, template, system message and number of image tokens: how
     * conversations become token ids}
     *
     * @throws UserError if its directory's chat_template is none that is known here
     */
    public ConversationEncoder conversationEncoder() {
        return new ConversationEncoder(tokenizer, chat.known(tokenizerDirectory), chat.system(), text,
                config.vision() == null ? 0 : config.imageTokens());
    }

    /**
     * Zv = g(Xv).
     *
     * @param images pictures of any size; each is resized and normalised as the model's
     *               {@code preprocessor_config.json} says before the next is asked for
     * @return features before the projection, [N*P, Dv]
     * @throws UserError if the model has no eyes, or a picture is too thin to be resized
     */
    public INDArray imageFeatures(Iterable<BufferedImage> images) {
        requireEyes();
        return encoder.features(StreamSupport.stream(images.spliterator(), false).map(this::pixelValues).iterator());
    }

    /**
     * Zv = g(Xv), for picture files. Of the pictures as they were decoded, one at a time is in memory.
     *
     * @param files pictures of any size, read by the model's convention
     * @return features before the projection, [N*P, Dv]
     * @throws UserError if the model has no eyes, or naming a file that cannot be used
     */
    public INDArray imageFeaturesOf(List<Path> files) {
        requireEyes();
        return encoder.features(files.stream().map(this::pixelValues).iterator());
    }

    private void requireEyes() {
        if (encoder == null) {
            throw new UserError("this model has no vision encoder: it cannot be shown a picture");
        }
    }

    /**
     * Zv = g(Xv), for pictures that are prepared already.
     *
     * @param pixels [3, S, S] of each, as {@link #pixelValues(Path)} gives them; at least one
     * @return features before the projection, [N*P, Dv]
     * @throws UserError if the model has no eyes
     */
    public INDArray imageFeaturesOfPixels(List<INDArray> pixels) {
        requireEyes();
        return encoder.features(pixels.iterator());
    }

    /**
     * A picture file as the encoder sees it. Several threads may ask at once.
     *
     * @param file a picture of any size, read by the model's convention
     * @return [3, S, S]
     * @throws UserError naming the file, if it cannot be used
     */
    public INDArray pixelValues(Path file) {
        return pixelValues(ImageFile.read(file, imageConvention), file.toString());
    }

    /**
     * A picture as the encoder sees it, of a file that is in memory already.
     *
     * @param file a picture of any size, read by the model's convention
     * @param name how errors name it
     * @return [3, S, S]
     * @throws UserError if it cannot be used
     */
    public INDArray pixelValues(byte[] file, String name) {
        return pixelValues(ImageFile.read(file, name, imageConvention), name);
    }

    private INDArray pixelValues(BufferedImage image, String name) {
        try {
            return pixelValues(image);
        } catch (UserError e) {
            throw new UserError(name + ": " + e.getMessage(), e);
        }
    }

    /** [3, S, S]. */
    private INDArray pixelValues(BufferedImage image) {
        ClipImageProcessor processor = new ClipImageProcessor(imageProcessor);
        INDArray pixels = processor.pixelValues(padsToSquare ? processor.padToSquare(image) : image);
        int side = config.vision().imageSize();
        if (pixels.size(1) != side || pixels.size(2) != side) {
            throw UserError.of("the picture is brought to %d x %d pixels, and the encoder takes %d x %d: resize it first, "
                    + "or mend do_resize and do_center_crop in the model's preprocessor_config.json", pixels.size(2),
                    pixels.size(1), side, side);
        }
        return pixels;
    }

    /** {@return the model's sizes; {@code vision()} and {@code connector()} are {@code null} where it has no eyes} */
    public LlavaConfig config() {
        return config;
    }

    /** {@return all parameters by name; the graphs share these arrays} */
    public Map<String, INDArray> weights() {
        return weights;
    }

    /** {@return the tokenizer that its vocabulary belongs to} */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** {@return how texts with {@code <image>} in them become token ids} */
    public MarkedText text() {
        return text;
    }

    /**
     * {@return the template in which the model converses}
     *
     * @throws UserError if its directory's chat_template is none that is known here
     */
    public Template template() {
        return chat.known(tokenizerDirectory);
    }

    /** {@return whether pictures are padded to a square first, as LLaVA 1.5's are} */
    public boolean padsToSquare() {
        return padsToSquare;
    }

    /** {@return whose way of reading a picture file is followed} */
    public ImageConvention imageConvention() {
        return imageConvention;
    }

    /** {@return how the encoder wants pictures prepared, or {@code null} for a language model without eyes} */
    public ImageProcessorConfig imageProcessor() {
        return imageProcessor;
    }
}
