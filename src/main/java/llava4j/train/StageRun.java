package llava4j.train;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import llava4j.Llava;
import llava4j.data.ConversationIterator;
import llava4j.data.FeatureStore;
import llava4j.data.LastBatch;
import llava4j.data.Pictures;
import llava4j.data.SampleCheck;
import llava4j.data.SampleRules;
import llava4j.error.UserError;

/**
 * One stage from data file to trained weights: check all samples, encode each picture once, train.
 */
public final class StageRun {

    private final Stage stage;
    private final Llava model;
    private final int batch;
    private final Map<String, String> settings;
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
     * @throws UserError naming all samples that cannot be used, before the first picture is encoded
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
     * @throws UserError naming all samples that cannot be used, before the first picture is encoded
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
     * @throws UserError naming all samples that cannot be used, before the first picture is encoded
     */
    public StageRun(Stage stage, Llava model, Path data, Path images, int batch, long seed, FeatureStore known,
                    LastBatch last) {
        this(stage, model, stage.check(model, data, known == null ? Optional.of(images) : Optional.empty(),
                SampleRules.STRICT), images, batch, seed, known, last);
    }

    /**
     * Encodes the pictures of samples that have been checked.
     *
     * @param stage   which parameters learn; it has checked the samples
     * @param model   its weights are trained in place by {@link #train}
     * @param samples as {@link Stage#check} gives them
     * @param images  folder of the pictures they name
     * @param batch   samples a step
     * @param seed    of the order in which samples come
     * @param known   features of these pictures at the layer that W sees, or {@code null} to compute them
     * @param last    what becomes of the samples of an epoch that do not fill a batch
     * @throws UserError naming a picture that cannot be decoded
     */
    public StageRun(Stage stage, Llava model, SampleCheck samples, Path images, int batch, long seed, FeatureStore known,
                    LastBatch last) {
        this.stage = stage;
        this.model = model;
        this.batch = batch;
        List<String> names = samples.set().pictures();
        features = known != null || names.isEmpty() ? known : Pictures.ofDataSet(model, images, names);
        batches = new ConversationIterator(samples.set(), features, batch, last, seed, model.config().padTokenId());
        settings = new LinkedHashMap<>();
        settings.put("--stage", stage == Stage.LOW_RANK_TUNING ? "2 as LoRA" : String.valueOf(stage.ordinal() + 1));
        settings.put("data", String.format(Locale.ROOT, "%d samples, checksum %08x", batches.samples(),
                checksum(samples.file())));
        settings.put("--too-long", samples.rules().tooLong().toString());
        settings.put("--missing", samples.rules().missing().toString());
        samples.rules().brief().ifPresent(requests -> settings.put("--instructions", "brief"));
        settings.put("last batch", last.name().toLowerCase(Locale.ROOT));
        settings.put("template", model.template().label());
        settings.put("--image-convention", model.imageConvention().name().toLowerCase(Locale.ROOT));
        settings.put("pictures", names.size() + ", checksum "
                + (features == null ? "00000000" : features.checksum(names)));
    }

    /** Of the file's bytes, a piece at a time: it may be larger than memory. */
    private static long checksum(Path data) {
        CRC32 contents = new CRC32();
        byte[] piece = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(data)) {
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                contents.update(piece, 0, read);
            }
        } catch (IOException e) {
            throw new UserError(data + ": cannot be read: " + e.getMessage(), e);
        }
        return contents.getValue();
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
        return stage.trainedParameters(model);
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
        return train(plan, listener, state, resume, Trainer.SAVE_EVERY);
    }

    /**
     * {@return loss and gradient of each step, computed by this process}
     *
     * @param plan steps, learning rate and the optimizer's settings
     */
    public Objective objective(TrainingPlan plan) {
        return stage.objective(model, batches, plan);
    }

    /**
     * Trains the model's weights in place, saving as often as is asked.
     *
     * @param plan      steps, learning rate and the optimizer's settings
     * @param listener  is told of each step
     * @param state     where the run saves itself, or {@code null}
     * @param resume    whether a state that is there is continued
     * @param saveEvery steps between two saved states
     * @return the loss of each step
     * @throws UserError if a loss is not a number, or the state is of another run
     */
    public double[] train(TrainingPlan plan, TrainingListener listener, Path state, boolean resume, int saveEvery) {
        return train(plan, listener, state, resume, saveEvery, objective(plan));
    }

    /**
     * Trains the model's weights in place, with loss and gradient from somewhere else, such as other machines.
     *
     * @param plan      steps, learning rate and the optimizer's settings
     * @param listener  is told of each step
     * @param state     where the run saves itself, or {@code null}
     * @param resume    whether a state that is there is continued
     * @param saveEvery steps between two saved states
     * @param objective loss and gradient of each step at the model's weights as they stand, in the parts that the plan says
     * @return the loss of each step
     * @throws UserError if a loss is not a number, or the state is of another run
     */
    public double[] train(TrainingPlan plan, TrainingListener listener, Path state, boolean resume, int saveEvery,
                          Objective objective) {
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.putAll(RunSettings.machine(model.config().decoder().hiddenSize(), Math.min(batch, plan.microBatch()), plan.parts()));
        Trainer trainer = new Trainer(plan, model.weights(), stage.trainedNames(model), all);
        if (resume && state != null) {
            trainer.resume(state);
        }
        return trainer.run(objective, listener, state, saveEvery);
    }
}
