package llava4j.checkpoint;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import llava4j.connector.Connector;
import llava4j.connector.ProjectorConfig;
import llava4j.error.UserError;
import llava4j.image.ImageConvention;
import llava4j.image.ImageProcessorConfig;
import llava4j.json.Fields;
import llava4j.json.JsonFile;
import llava4j.model.LlavaConfig;
import llava4j.vision.ClipConfig;
import llava4j.vision.VisionConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A model on disk in Hugging Face's layout: {@code config.json}, {@code *.safetensors}, {@code tokenizer.json}.
 *
 * <p>Read here: {@code llava} (transformers 4.x, 5.x, and the original repository's, whose encoder lies in a directory of
 * its own), {@code blip-2}, {@code idefics}, {@code llama} and {@code clip}.
 *
 * @param path         the directory
 * @param kind         what lies in it
 * @param llava        sizes of a LLaVA, or of a language model (no encoder); {@code null} for a CLIP
 * @param clip         sizes of a CLIP, or {@code null}
 * @param visionTower  directory of the encoder where it is kept apart, or {@code null}
 */
public record ModelDirectory(Path path, Kind kind, LlavaConfig llava, ClipConfig clip, Path visionTower) {

    /** What a model directory may hold. */
    public enum Kind {
        /** Encoder, projection and decoder. */
        LLAVA,
        /** BLIP-2's encoder, Q-Former and a LLaMA. */
        BLIP_2,
        /** CLIP's encoder, a resampler and a LLaMA with gated layers. */
        IDEFICS,
        /** A decoder alone, {@code llama}. */
        LANGUAGE_MODEL,
        /** Both towers of a CLIP. */
        CLIP
    }

    private static final String EMBEDDING = "language_model.model.embed_tokens.weight";
    private static final String HEAD = "language_model.lm_head.weight";
    private static final String ASPECT = "image_aspect_ratio";
    private static final String CLASS_TOKEN = "vision_tower.vision_model.embeddings.class_embedding";

    /**
     * Reads the configuration; weights are loaded by {@link #weights}.
     *
     * @param path        the directory
     * @param visionTower directory of the encoder, for the original LLaVA layout where {@code mm_vision_tower} is a hub id
     * @return what lies in it, weights not yet loaded
     * @throws UserError if it is no model directory, or a kind that is not supported
     */
    public static ModelDirectory open(Path path, Optional<Path> visionTower) {
        if (!Files.isDirectory(path)) {
            throw UserError.of("%s: %s: --model takes a directory with config.json and weights", path,
                    Files.exists(path) ? "is a file" : "no such directory");
        }
        if (Files.exists(path.resolve("adapter_config.json")) && !TensorFiles.areIn(path)) {
            throw UserError.of("%s: is a LoRA adapter, not a whole model: give its base with --model and this with --adapter",
                    path);
        }
        return read(path, path.resolve("config.json"), visionTower);
    }

    /**
     * {@return whether a directory has a model's weights in it, rather than an adapter's alone}
     *
     * @param directory any directory
     */
    public static boolean hasWeights(Path directory) {
        return TensorFiles.areIn(directory);
    }

    /**
     * Reads a configuration alone, under whatever name; there need be no weights beside it.
     *
     * @param file        a {@code config.json}
     * @param visionTower as in {@link #open}
     * @return what the file describes
     * @throws UserError as {@link #open}
     */
    public static ModelDirectory ofConfig(Path file, Optional<Path> visionTower) {
        return read(file.toAbsolutePath().getParent(), file, visionTower);
    }

    private static Fields generation(Path path) {
        Path file = path.resolve("generation_config.json");
        return Files.exists(file) ? JsonFile.object(file) : Fields.empty(file.toString());
    }

    private static ModelDirectory read(Path path, Path config, Optional<Path> visionTower) {
        Fields root = JsonFile.object(config);
        Fields generation = generation(path);
        String type = root.word("model_type", "", "llava", "llava_llama", "llama", "clip", "blip-2", "idefics");
        if (type.equals("clip")) {
            return new ModelDirectory(path, Kind.CLIP, null, ConfigReader.clip(root), null);
        }
        if (type.equals("blip-2")) {
            return new ModelDirectory(path, Kind.BLIP_2, Blip2Layout.config(root, generation), null, null);
        }
        if (type.equals("idefics")) {
            return new ModelDirectory(path, Kind.IDEFICS, IdeficsLayout.config(path, root, generation), null, null);
        }
        if (type.equals("llama")) {
            return new ModelDirectory(path, Kind.LANGUAGE_MODEL, ConfigReader.languageModel(root, generation), null,
                    null);
        }
        if (type.equals("llava") && !root.has("mm_vision_tower") && !root.has("mm_hidden_size")) {
            return new ModelDirectory(path, Kind.LLAVA, ConfigReader.llava(root, generation), null, null);
        }
        String named = root.json().path("mm_vision_tower").asText("none");
        Path tower = visionTower.or(() -> directory(named)).orElseThrow(() -> UserError.of("%s: names its vision encoder by a "
                + "hub id (%s): give its directory with --vision-tower", path, Fields.shortened(named)));
        return new ModelDirectory(path, Kind.LLAVA,
                ConfigReader.original(root, generation, JsonFile.object(tower.resolve("config.json"))), null, tower);
    }

    /** As in LLaVA's own loader, a vision tower may be named by a directory as well as by a hub id. */
    private static Optional<Path> directory(String tower) {
        try {
            return Optional.of(Path.of(tower)).filter(Files::isDirectory);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /**
     * Looks at all that can be told without reading the weights.
     *
     * @throws UserError if there are no files with weights, or two files contradict each other
     */
    public void check() {
        TensorFiles.in(path);
        if (kind != Kind.CLIP) {
            FilesAgree.check(path, llava, JsonFile.object(path.resolve("config.json")), generation(path));
        }
    }

    /**
     * {@return all weights in float32, under the names of {@link ExpectedTensors}}
     *
     * @throws UserError naming every tensor that is missing, unknown or of another shape, or files that contradict each
     *                   other
     */
    public Map<String, INDArray> weights() {
        return weights(name -> false);
    }

    /**
     * {@return all weights under the names of {@link ExpectedTensors}: in float32, or as the files have them}
     *
     * @param asStored names of weights that may stay in the 16 bits of their file, mapped and not copied: those that are
     *                 never written to
     * @throws UserError naming every tensor that is missing, unknown or of another shape
     */
    public Map<String, INDArray> weights(Predicate<String> asStored) {
        check();
        Set<Path> files = TensorFiles.in(path);
        if (kind == Kind.CLIP) {
            return new TensorFiles(path, files, name -> name).load(ExpectedTensors.of(clip), asStored);
        }
        if (kind == Kind.BLIP_2) {
            return Blip2Layout.weights(path, files, llava, asStored);
        }
        if (kind == Kind.IDEFICS) {
            return IdeficsLayout.weights(path, files, llava, name -> asStored.test(name) && !Connector.owns(name));
        }
        Path projector = path.resolve("mm_projector.safetensors");
        if (kind == Kind.LLAVA && Files.exists(projector)) {
            files.add(projector);
        }
        TensorFiles tensors = new TensorFiles(path, files, TensorNames::llava);
        Map<String, long[]> expected = new LinkedHashMap<>(ExpectedTensors.of(llava));
        Map<String, INDArray> weights = new LinkedHashMap<>();
        if (visionTower != null && !tensors.holds(CLASS_TOKEN)) {
            weights.putAll(encoder(visionTower, llava.vision(), asStored));
            expected.keySet().removeAll(weights.keySet());
        }
        boolean stacked = llava.connector() instanceof ProjectorConfig w && w.isOneMatrix()
                && tensors.holds(StackedProjector.WEIGHT);
        if (stacked) {
            expected.putAll(StackedProjector.expected((ProjectorConfig) llava.connector()));
        }
        boolean withHead = llava.decoder().tiedEmbeddings() && tensors.holds(HEAD);
        if (withHead) {
            expected.put(HEAD, expected.get(EMBEDDING));
            if (!tensors.holds(EMBEDDING)) {
                expected.remove(EMBEDDING);
            }
        }
        weights.putAll(tensors.load(expected, name -> asStored.test(name) && !Connector.owns(name)));
        if (stacked) {
            StackedProjector.unstack(weights, path);
        }
        if (withHead) {
            tie(weights);
        }
        return weights;
    }

    /** Output head and embeddings are one matrix, but some checkpoints hold it under both names, or the other one. */
    private void tie(Map<String, INDArray> weights) {
        INDArray head = weights.remove(HEAD);
        INDArray embedding = weights.putIfAbsent(EMBEDDING, head);
        if (embedding != null && head.neq(embedding).castTo(DataType.FLOAT).amaxNumber().doubleValue() != 0) {
            throw UserError.of("%s: config.json says tie_word_embeddings, but lm_head.weight is not the embedding matrix: "
                    + "set it to false", path);
        }
    }

    /**
     * {@return sizes of a vision encoder}
     *
     * @param directory of a CLIP, a LLaVA, or a vision tower alone
     * @throws UserError if there is no configuration or it is not that of a CLIP's vision tower
     */
    public static VisionConfig visionConfig(Path directory) {
        return ConfigReader.tower(JsonFile.object(directory.resolve("config.json")));
    }

    /**
     * {@return a vision encoder's weights in float32 under a LLaVA's names ({@code vision_tower.vision_model.…})}
     *
     * @param directory as in {@link #visionConfig}
     * @throws UserError naming every tensor of the encoder that is missing or of another shape
     */
    public static Map<String, INDArray> visionWeights(Path directory) {
        return encoder(directory, visionConfig(directory), name -> false);
    }

    /**
     * {@return a vision encoder's weights under a LLaVA's names, every one in the number format of its file; they may be
     * mapped, and are to be read, not computed with}
     *
     * @param directory as in {@link #visionConfig}
     * @throws UserError naming every tensor of the encoder that is missing or of another shape
     */
    public static Map<String, INDArray> visionWeightsAsStored(Path directory) {
        Map<String, INDArray> weights = encoder(directory, visionConfig(directory), name -> true);
        return new TensorFiles(directory, TensorFiles.in(directory), TensorNames::tower).inTheirTypes(weights);
    }

    /**
     * {@return a language model's weights, every one in the number format of its file; they may be mapped, and are to be
     * read, not computed with}
     *
     * @throws UserError naming every tensor that is missing, unknown or of another shape
     */
    public Map<String, INDArray> weightsAsStored() {
        return new TensorFiles(path, TensorFiles.in(path), TensorNames::llava).inTheirTypes(weights(name -> true));
    }

    private static Map<String, INDArray> encoder(Path directory, VisionConfig config,
                                                 Predicate<String> asStored) {
        Map<String, long[]> expected = ExpectedTensors.of(config);
        return new TensorFiles(directory, TensorFiles.in(directory), TensorNames::tower).only(expected.keySet())
                .load(expected, asStored);
    }

    /**
     * {@return what is done to a picture before the encoder sees it; CLIP's own treatment where no file says anything}
     *
     * @throws UserError if the settings cannot be read, or give pictures of another size than the encoder takes
     */
    public ImageProcessorConfig imageProcessor() {
        return imageProcessor(visionTower == null ? List.of(path) : List.of(path, visionTower),
                kind == Kind.CLIP ? clip.vision() : llava.vision());
    }

    /**
     * {@return what is done to a picture before an encoder sees it; CLIP's own treatment where no file says anything}
     *
     * @param directories the first that says something counts
     * @param encoder     sizes of the encoder
     * @throws UserError if the settings cannot be read, or give pictures of another size than the encoder takes
     */
    public static ImageProcessorConfig imageProcessor(List<Path> directories, VisionConfig encoder) {
        for (Path directory : directories) {
            Optional<Path> file = imageProcessorFile(directory);
            if (file.isPresent()) {
                return fitting(ImageProcessorConfig.read(file.get()), encoder.imageSize(), file.get());
            }
        }
        return ImageProcessorConfig.clip(encoder.imageSize());
    }

    /**
     * {@return the file of a directory that says what is done to a picture, if there is one; no weights or sizes are
     * needed}
     *
     * @param directory any directory
     */
    public static Optional<Path> imageProcessorFile(Path directory) {
        return Stream.of("preprocessor_config.json", "processor_config.json").map(directory::resolve)
                .filter(file -> Files.exists(file) && hasImageProcessor(file)).findFirst();
    }

    /** transformers 4 keeps a processor_config.json of the text's side alone. */
    private static boolean hasImageProcessor(Path file) {
        return file.endsWith("preprocessor_config.json") || JsonFile.object(file).has("image_processor");
    }

    private static ImageProcessorConfig fitting(ImageProcessorConfig config, int side, Path file) {
        boolean fits = config.doCenterCrop() ? config.cropSize().height() == side && config.cropSize().width() == side
                : !config.doResize() || config.size().shortestEdge() == side
                || config.size().height() == side && config.size().width() == side;
        if (!fits) {
            throw UserError.of("%s: it makes pictures of %s pixels, but the encoder takes %d x %d", file,
                    config.doCenterCrop() ? config.cropSize() : "other", side, side);
        }
        return config;
    }

    /**
     * {@return whether pictures are padded to a square first, as LLaVA 1.5's repository does
     * ({@code "image_aspect_ratio": "pad"})}
     *
     * @throws UserError for a treatment of later versions that cuts the picture in tiles
     */
    public boolean padsToSquare() {
        return padsToSquare(path);
    }

    /**
     * {@return as {@link #padsToSquare()}, for a directory of which only config.json is looked at; {@code false} if
     * there is none}
     *
     * @param directory any directory
     * @throws UserError for a treatment of later versions that cuts the picture in tiles
     */
    public static boolean padsToSquare(Path directory) {
        Path file = directory.resolve("config.json");
        if (!Files.exists(file)) {
            return false;
        }
        Fields root = JsonFile.object(file);
        // A model saved by llava4j keeps the setting among its own
        return (root.has(ASPECT) ? root : root.at("llava4j")).word(ASPECT, "square", "square", "pad").equals("pad");
    }

    /**
     * {@return whose way of reading pictures a model was trained with, if it was another than transformers'}
     *
     * @param directory any directory
     * @throws UserError if its config.json names a way that there is not
     */
    public static ImageConvention imageConvention(Path directory) {
        Path file = directory.resolve("config.json");
        if (!Files.exists(file)) {
            return ImageConvention.TRANSFORMERS;
        }
        return JsonFile.object(file).at("llava4j").word("image_convention", "transformers", "transformers", "llava")
                .equals("llava") ? ImageConvention.LLAVA : ImageConvention.TRANSFORMERS;
    }

    /**
     * {@return the key {@code llava4j} of config.json: which template the model was tuned in, and its system message;
     * empty if there is none}
     */
    public Fields ownSettings() {
        return JsonFile.object(path.resolve("config.json")).at("llava4j");
    }
}
