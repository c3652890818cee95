package llava4j.evaluate.picturebook;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import llava4j.Llava;
import llava4j.data.FeaturesInMemory;
import llava4j.data.PictureFolder;
import llava4j.data.Pictures;
import llava4j.evaluate.PicturedQuestions;
import llava4j.evaluate.TinySuite.Shown;
import llava4j.evaluate.picturebook.BookQuestion.Split;

/**
 * The picture book's exam: questions of every kind about pictures that no stage has seen, answered in free English.
 *
 * <p>As in the tiny world the same questions are asked with another picture in the place of the right one, with a blank one and
 * with none: what is still right then was known or guessed. So much is known here without looking (a hammer is for nails, most
 * things are there once) that only the distance to these controls says what the model sees.
 */
public final class BookSuite {

    /** Most tokens of an answer; the longest right one that the book's teacher gives has fewer in a tokenizer of English. */
    public static final int LONGEST_ANSWER = 48;

    private final List<BookQuestion> questions;
    private final PicturedQuestions pictured;

    private BookSuite(List<BookQuestion> questions, PicturedQuestions pictured) {
        this.questions = questions;
        this.pictured = pictured;
    }

    /**
     * {@return the questions of a book to be asked, whose pictures are there; quickly done, and needs no model}
     *
     * @param book  folder as {@code picturebook} writes it
     * @param limit most questions, taken evenly from all kinds and splits; all where there are fewer
     * @param seed  of the choice
     * @throws llava4j.error.UserError naming what cannot be used or is not there
     */
    public static List<BookQuestion> choose(Path book, int limit, long seed) {
        List<BookQuestion> all = BookQuestion.read(book);
        new PictureFolder(book.resolve("images")).require(all.stream().map(BookQuestion::image).distinct().toList());
        return some(all, limit, seed);
    }

    /** One of each kind and split in turn, until there are enough; in the file's order. */
    static List<BookQuestion> some(List<BookQuestion> all, int limit, long seed) {
        List<BookQuestion> shuffled = new ArrayList<>(all);
        Collections.shuffle(shuffled, new Random(seed));
        Map<String, List<BookQuestion>> piles = new LinkedHashMap<>();
        all.forEach(question -> piles.putIfAbsent(question.kind() + question.split(), new ArrayList<>()));
        shuffled.forEach(question -> piles.get(question.kind() + question.split()).add(question));
        List<BookQuestion> chosen = new ArrayList<>();
        for (int round = 0; chosen.size() < Math.min(limit, all.size()); round++) {
            for (List<BookQuestion> pile : piles.values()) {
                if (round < pile.size() && chosen.size() < limit) {
                    chosen.add(pile.get(round));
                }
            }
        }
        List<BookQuestion> inOrder = new ArrayList<>(all);
        inOrder.retainAll(new HashSet<>(chosen));
        return inOrder;
    }

    /**
     * Computes the features of the pictures.
     *
     * @param model     any model with the encoder that will be examined; only that part of it is used here
     * @param book      folder with {@code images}
     * @param questions to be asked
     * @return the exam
     * @throws llava4j.error.UserError if a picture cannot be read or the model has no encoder
     */
    public static BookSuite open(Llava model, Path book, List<BookQuestion> questions) {
        List<String> images = questions.stream().map(BookQuestion::image).distinct().toList();
        FeaturesInMemory features = Pictures.features(model, book.resolve("images"), images);
        return new BookSuite(questions, new PicturedQuestions(images, features));
    }

    /**
     * {@return the exam about a part of the pictures}
     *
     * @param split which
     */
    public BookSuite only(Split split) {
        return new BookSuite(questions.stream().filter(question -> question.split() == split).toList(), pictured);
    }

    /** {@return the questions, in the order in which answers are given} */
    public List<BookQuestion> questions() {
        return questions;
    }

    /**
     * {@return the model's greedy answers, in the order of the questions}
     *
     * @param model    with the encoder whose features the exam holds
     * @param shown    the picture itself, or a control
     * @param longest  most tokens of an answer
     * @param progress is told how many of all questions are answered
     */
    public List<String> answers(Llava model, Shown shown, int longest, BiConsumer<Integer, Integer> progress) {
        return questions.isEmpty() ? List.of() : pictured.answers(model, questions.stream().map(question ->
                new PicturedQuestions.Asked(question.image(), question.question())).toList(), shown, longest, progress);
    }

    /**
     * {@return what the judge says, answer by answer}
     *
     * @param answers one for each question, in the order of the questions
     */
    public List<Verdict> judged(List<String> answers) {
        return IntStream.range(0, questions.size()).mapToObj(i -> questions.get(i).judge(answers.get(i))).toList();
    }

    /**
     * {@return the mean of the verdicts by kind of question, in the order in which the kinds first come}
     *
     * @param verdicts one for each question, in the order of the questions
     */
    public Map<String, Double> byKind(List<Verdict> verdicts) {
        return IntStream.range(0, questions.size()).boxed().collect(Collectors.groupingBy(i -> questions.get(i).kind(),
                TreeMap::new, Collectors.averagingDouble(i -> verdicts.get(i).share())));
    }
}
