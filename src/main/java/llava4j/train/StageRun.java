package llava4j.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import llava4j.Llava;
import llava4j.checkpoint.TensorBytes;
import llava4j.conversation.Conversation;
import llava4j.data.ConversationIterator;
import llava4j.data.ConversationRecordReader;
import llava4j.data.FeatureStore;
import llava4j.data.LastBatch;
import llava4j.data.Pictures;
import llava4j.error.UserError;
import org.datavec.api.split.FileSplit;

/**
 * One stage from data file to trained weights: read the conversations, encode each picture once, train.
 */
public final class StageRun {

    private final Stage stage;
    private final Llava model;
    private final int batch;
    private final Map<String, String> settings;
    private final ConversationIterator batches;
    private final FeatureStore features;

    /**
     * Reads and checks all data, for whole batches alone: the samples of an epoch that fill none are left out of it.
     *
     * @param stage  which parameters learn, and in what form samples are given
     * @param model  encodes the pictures; its weights are trained in place by {@link #train}
     * @param data   conversations in LLaVA's format, or COCO captions
     * @param images folder of the pictures they name
     * @param batch  samples a step
     * @param seed   of the order in which samples come
     * @throws UserError naming the file or sample that cannot be used
     */
    public StageRun(Stage stage, Llava model, Path data, Path images, int batch, long seed) {
        this(stage, model, data, images, batch, seed, null);
    }

    /**
     * Reads and checks all data, for whole batches alone: the samples of an epoch that fill none are left out of it.
     *
     * @param stage  which parameters learn, and in what form samples are given
     * @param model  its weights are trained in place by {@link #train}
     * @param data   conversations in LLaVA's format, or COCO captions
     * @param images folder of the pictures they name
     * @param batch  samples a step
     * @param seed   of the order in which samples come
     * @param known  features of these pictures at the layer that W sees, or {@code null} to compute them
     * @throws UserError naming the file or sample that cannot be used
     */
    public StageRun(Stage stage, Llava model, Path data, Path images, int batch, long seed, FeatureStore known) {
        this(stage, model, data, images, batch, seed, known, LastBatch.DROPPED);
    }

    /**
     * Reads and checks all data, with pictures' features that are already there.
     *
     * @param stage  which parameters learn, and in what form samples are given
     * @param model  its weights are trained in place by {@link #train}
     * @param data   conversations in LLaVA's format, or COCO captions
     * @param images folder of the pictures they name
     * @param batch  samples a step
     * @param seed   of the order in which samples come
     * @param known  features of these pictures at the layer that W sees, or {@code null} to compute them
     * @param last   what becomes of the samples of an epoch that do not fill a batch
     * @throws UserError naming the file or sample that cannot be used
     */
    public StageRun(Stage stage, Llava model, Path data, Path images, int batch, long seed, FeatureStore known,
                    LastBatch last) {
        this.stage = stage;
        this.model = model;
        this.batch = batch;
        ConversationRecordReader reader = new ConversationRecordReader();
        FeatureStore features = known;
        CRC32 contents = new CRC32();
        List<String> names;
        try {
            if (!Files.isRegularFile(data)) {
                throw UserError.of("%s: no such file: --data takes a JSON file", data);
            }
            reader.initialize(new FileSplit(data.toFile()));
            contents.update(Files.readAllBytes(data));
            names = names(reader);
            if (features == null && !names.isEmpty()) {
                features = Pictures.features(model, images, names);
            }
        } catch (IOException e) {
            throw new UserError(data + ": cannot be read: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("interrupted", e);
        }
        this.features = features;
        batches = new ConversationIterator(reader, stage.encoder(model), features, batch, last, seed,
                model.config().padTokenId(), model.config().decoder().maxPositions());
        settings = new LinkedHashMap<>(RunSettings.machine(model.config().decoder().hiddenSize(), batch));
        settings.put("--stage", String.valueOf(stage.ordinal() + 1));
        settings.put("data", String.format(Locale.ROOT, "%d samples, checksum %08x", batches.samples(), contents.getValue()));
        settings.put("last batch", last.name().toLowerCase(Locale.ROOT));
        settings.put("template", model.template().label());
        settings.put("--image-convention", model.imageConvention().name().toLowerCase(Locale.ROOT));
        settings.put("pictures", names.size() + ", checksum " + checksum(features, names));
    }

    /** Of the pictures that the data name, a picture at a time: the features of all may fill much of the memory. */
    private static String checksum(FeatureStore features, List<String> names) {
        CRC32 sum = new CRC32();
        names.forEach(name -> sum.update(TensorBytes.checksum(Map.of(name, features.of(List.of(name))))
                .getBytes(StandardCharsets.US_ASCII)));
        return String.format(Locale.ROOT, "%08x", sum.getValue());
    }

    private static List<String> names(ConversationRecordReader reader) {
        Stream.Builder<Conversation> conversations = Stream.builder();
        while (reader.hasNext()) {
            conversations.add(ConversationRecordReader.conversation(reader.next()));
        }
        reader.reset();
        return conversations.build().map(Conversation::image).filter(Objects::nonNull).distinct()
                .collect(Collectors.toList());
    }

    /** {@return the samples, in batches} */
    public ConversationIterator batches() {
        return batches;
    }

    /** {@return the pictures' features, for another run on the same pictures} */
    public FeatureStore features() {
        return features;
    }

    /** {@return how many numbers learn} */
    public long trainedParameters() {
        return stage.trainedNames(model).stream().mapToLong(name -> model.weights().get(name).length()).sum();
    }

    /**
     * Trains the model's weights in place.
     *
     * @param plan     steps, learning rate and the optimizer's settings
     * @param listener is told of each step
     * @param state    where the run saves itself, or {@code null}
     * @param resume   whether a state that is there is continued
     * @return the loss of each step
     * @throws UserError if a loss is not a number, or the state is damaged or of another run
     */
    public double[] train(TrainingPlan plan, TrainingListener listener, Path state, boolean resume) {
        Trainer trainer = new Trainer(plan, model.weights(), stage.trainedNames(model), settings);
        if (resume && state != null) {
            trainer.resume(state);
        }
        return trainer.run(stage.objective(model, batches), listener, state);
    }
}
