package llava4j.evaluate;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import llava4j.Llava;
import llava4j.data.PictureFolder;
import llava4j.data.FeaturesInMemory;
import llava4j.data.Pictures;

/**
 * The tiny world's exam: every question about pictures that no stage has seen, graded by exact match.
 *
 * <p>A score means little without its controls. The same questions are asked with the picture blanked, with another
 * picture in its place, and with none at all: what is still answered then was guessed from the question.
 */
public final class TinySuite {

    /** What the model is shown with a question. */
    public enum Shown {
        /** The picture it is about. */
        PICTURE,
        /** The mean of all features: zeros would be like no picture at all, which no training had. */
        BLANK,
        /** The next picture of the exam, of another scene. */
        SWAPPED,
        /** Nothing: the question in words alone. */
        NOTHING
    }

    private final List<TinyQuestion> questions;
    private final FeaturesInMemory features;
    private final List<String> images;

    private TinySuite(List<TinyQuestion> questions, List<String> images, FeaturesInMemory features) {
        this.questions = questions;
        this.images = images;
        this.features = features;
    }

    /**
     * Looks whether a world has its questions and all their pictures, which is quickly done and needs no model.
     *
     * @param world directory with {@code questions.json} and {@code images}
     * @throws llava4j.error.UserError naming what cannot be used or is not there
     */
    public static void require(Path world) {
        new PictureFolder(world.resolve("images")).require(TinyQuestion.read(world.resolve("questions.json")).stream()
                .map(TinyQuestion::image).distinct().collect(Collectors.toList()));
    }

    /**
     * Opens a world and computes its pictures' features.
     *
     * @param model any model with the encoder that will be examined; only that part of it is used here
     * @param world directory with {@code questions.json} and {@code images}
     * @return the exam with all its questions
     * @throws llava4j.error.UserError if the questions or a picture cannot be read, or the model has no encoder
     */
    public static TinySuite open(Llava model, Path world) {
        List<TinyQuestion> questions = TinyQuestion.read(world.resolve("questions.json"));
        List<String> images = questions.stream().map(TinyQuestion::image).distinct().collect(Collectors.toList());
        return new TinySuite(questions, images, Pictures.features(model, world.resolve("images"), images));
    }

    /**
     * {@return the exam about pictures with a held-out pair, or about those without one; the features are shared}
     *
     * @param heldOutPair which of the two
     */
    public TinySuite only(boolean heldOutPair) {
        List<TinyQuestion> some = questions.stream().filter(q -> q.heldOutPair() == heldOutPair)
                .collect(Collectors.toList());
        return new TinySuite(some, some.stream().map(TinyQuestion::image).distinct().collect(Collectors.toList()),
                features);
    }

    /**
     * {@return the exam about the first pictures alone: a quick look, not a result to report}
     *
     * @param pictures how many; all where there are fewer
     */
    public TinySuite first(int pictures) {
        List<String> chosen = images.subList(0, Math.min(pictures, images.size()));
        return new TinySuite(questions.stream().filter(q -> chosen.contains(q.image())).collect(Collectors.toList()),
                List.copyOf(chosen), features);
    }

    /** {@return the questions, in the order in which answers are given} */
    public List<TinyQuestion> questions() {
        return questions;
    }

    /**
     * {@return the model's greedy answers, in the order of the questions}
     *
     * @param model any with the encoder whose features the exam holds
     * @param shown the picture itself, or a control
     */
    public List<String> answers(Llava model, Shown shown) {
        return new PicturedQuestions(images, features).answers(model, questions.stream().map(question ->
                new PicturedQuestions.Asked(question.image(), question.question())).toList(), shown, Exam.LONGEST_ANSWER,
                (answered, all) -> { });
    }

    /**
     * {@return the model's score}
     *
     * @param model any with the encoder whose features the exam holds
     * @param shown the picture itself, or a control
     */
    public Score score(Llava model, Shown shown) {
        return score(answers(model, shown));
    }

    /**
     * {@return the score of some answers; capitals and outer spaces do not count}
     *
     * @param answers one for each question, in the order of the questions
     */
    public Score score(List<String> answers) {
        return Score.of(IntStream.range(0, questions.size()).mapToObj(i -> {
            TinyQuestion question = questions.get(i);
            return new Score.Mark(question.type(), question.objects(), question.matches(answers.get(i)));
        }).collect(Collectors.toList()));
    }
}
