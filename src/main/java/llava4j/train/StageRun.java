package llava4j.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import llava4j.Llava;
import llava4j.conversation.Conversation;
import llava4j.data.ConversationIterator;
import llava4j.data.ConversationRecordReader;
import llava4j.data.FeatureStore;
import llava4j.data.Pictures;
import llava4j.error.UserError;
import llava4j.graph.Dropout;
import llava4j.image.ImageConvention;
import org.datavec.api.split.FileSplit;

/**
 * One stage from data file to trained weights: read the conversations, encode each picture once, train.
 */
public final class StageRun {

    private final Stage stage;
    private final Llava model;
    private final int batch;
    private final String data;
    private final ConversationIterator batches;
    private final FeatureStore features;

    /**
     * Reads and checks all data.
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
     * Reads and checks all data, with pictures' features that are already there.
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
        this.stage = stage;
        this.model = model;
        this.batch = batch;
        ConversationRecordReader reader = new ConversationRecordReader();
        FeatureStore features = known;
        String fingerprint;
        try {
            if (!Files.isRegularFile(data)) {
                throw UserError.of("%s: no such file: --data takes a JSON file", data);
            }
            reader.initialize(new FileSplit(data.toFile()));
            CRC32 contents = new CRC32();
            contents.update(Files.readAllBytes(data));
            fingerprint = contents.getValue() + " " + seed
                    + (model.imageConvention() == ImageConvention.TRANSFORMERS ? "" : " " + model.imageConvention());
            if (features == null) {
                List<String> names = names(reader);
                features = names.isEmpty() ? null : Pictures.features(model, images, names);
            }
        } catch (IOException e) {
            throw new UserError(data + ": cannot be read: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("interrupted", e);
        }
        this.data = fingerprint;
        this.features = features;
        batches = new ConversationIterator(reader, stage.encoder(model), features, batch, seed,
                model.config().padTokenId(), model.config().decoder().maxPositions());
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
     * @throws UserError if a loss is not a number, or the state is of another run
     */
    public double[] train(TrainingPlan plan, TrainingListener listener, Path state, boolean resume) {
        Trainer trainer = new Trainer(plan, model.weights(), stage.trainedNames(model), data);
        if (resume && state != null) {
            trainer.resume(state);
        }
        return trainer.run(stage.objective(model, batches, batch, new Dropout(plan.loraDropout(), plan.seed())),
                listener, state);
    }
}
