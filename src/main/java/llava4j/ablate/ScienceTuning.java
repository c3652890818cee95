package llava4j.ablate;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import llava4j.Llava;
import llava4j.data.ConversationFile;
import llava4j.data.FeatureStore;
import llava4j.data.Pictures;
import llava4j.demo.Demo;
import llava4j.data.PictureFolder;
import llava4j.evaluate.scienceqa.Problem;
import llava4j.evaluate.scienceqa.ProblemFiles;
import llava4j.evaluate.scienceqa.ProblemFormat;
import llava4j.evaluate.scienceqa.ScienceExam;
import llava4j.train.Stage;
import llava4j.train.StageRun;
import llava4j.train.TrainingListener;

/**
 * Fine-tuning on ScienceQA (paper, section 5.2): the problems of the training split become one-turn conversations, and the
 * model is trained on them as in stage 2; the test split is the exam.
 *
 * <p>As in the paper, a model begins here from stage 1, not from stage 2. Problems without a picture are samples in words.
 */
public final class ScienceTuning {

    private final ProblemFiles problems;
    private final Path images;
    private final Path out;
    private final Map<Integer, FeatureStore> training = new HashMap<>();
    private final Map<Integer, FeatureStore> examined = new HashMap<>();

    /**
     * Reads the problems of both splits and looks for their pictures: what is wrong with them is said before a model is
     * loaded or trained.
     *
     * @param problems folder with {@code problems.json} and {@code pid_splits.json}
     * @param images   folder of the pictures
     * @param out      for the training data and the state of a run
     * @throws llava4j.error.UserError naming problems that cannot be used and pictures that are not there
     */
    public ScienceTuning(Path problems, Path images, Path out) {
        this.problems = ProblemFiles.open(problems, images);
        this.images = images;
        this.out = out;
        for (String split : List.of("train", "test")) {
            new PictureFolder(images).require(ScienceExam.images(this.problems.split(split)));
        }
    }

    /**
     * Trains a model in place.
     *
     * @param model    begins from stage 1; W and the decoder are trained
     * @param format   whether the letter or the reasons come first in an answer
     * @param steps    optimizer steps, each of 32 samples
     * @param seed     of the order of the samples
     * @param name     names the run's state in {@code out}; a state that is there is continued
     * @param progress is told of each step
     * @return the loss of each step
     */
    public double[] tune(Llava model, ProblemFormat format, int steps, long seed, String name,
                         TrainingListener progress) {
        List<Problem> split = problems.split("train");
        FeatureStore features = training.computeIfAbsent(model.config().visionFeatureLayer(),
                layer -> features(model, split));
        Path data = out.resolve(name + ".json");
        ConversationFile.write(data, split.stream().map(format::conversation).collect(Collectors.toList()));
        StageRun run = new StageRun(Stage.INSTRUCTION_TUNING, model, data, images, Demo.tuning(steps, seed).batch(), seed,
                features, Demo.LAST_BATCH);
        double[] losses = run.train(Demo.tuning(steps, seed), progress, state(name), true);
        Alignment.delete(data);
        return losses;
    }

    /**
     * {@return where a run saves itself; the file stays, so that a run that was stopped in its exam is not trained
     * again}
     *
     * @param name the run's name, as in {@link #tune}
     */
    public Path state(String name) {
        return out.resolve(name + ".state.safetensors");
    }

    /**
     * Removes what a run has saved: the next of that name begins anew.
     *
     * @param name the run's name, as in {@link #tune}
     */
    public void forget(String name) {
        Alignment.delete(state(name));
    }

    /**
     * {@return the exam for a model: the problems of the test split, with their pictures' features}
     *
     * @param model says which of the encoder's layers the features are taken from
     */
    public ScienceExam exam(Llava model) {
        List<Problem> test = problems.split("test");
        return new ScienceExam(test, examined.computeIfAbsent(model.config().visionFeatureLayer(),
                layer -> features(model, test)));
    }

    private FeatureStore features(Llava model, List<Problem> split) {
        List<String> names = ScienceExam.images(split);
        return names.isEmpty() ? null : Pictures.features(model, images, names);
    }
}
