package llava4j.evaluate.scienceqa;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import llava4j.Llava;
import llava4j.conversation.Conversation.Turn;
import llava4j.conversation.ConversationEncoder;
import llava4j.data.FeatureStore;
import llava4j.evaluate.Exam;

/**
 * Asks a model the problems of ScienceQA, with all that belongs to them and with a part taken away, and answers together
 * with a solver without eyes.
 */
public final class ScienceExam {

    /** What the model is given of a problem. */
    public enum Given {
        /** Picture and context. */
        ALL,
        /** The context in words, no picture. */
        TEXT_ALONE,
        /** The picture, no context. */
        PICTURE_ALONE,
        /** Question and options: what is right then is guessed, or known. */
        NEITHER;

        Problem of(Problem problem) {
            return switch (this) {
                case ALL -> problem;
                case TEXT_ALONE -> problem.withoutImage();
                case PICTURE_ALONE -> problem.withoutText();
                case NEITHER -> problem.withoutImage().withoutText();
            };
        }
    }

    private final List<Problem> problems;
    private final FeatureStore features;
    private final ProblemFormat format;
    private final int longest;

    /**
     * An exam of these problems, asked as in the paper; the answers may be as long as those of the tiny world.
     *
     * @param problems in the order in which answers are given
     * @param features of all pictures that the problems name, or {@code null} if they name none
     */
    public ScienceExam(List<Problem> problems, FeatureStore features) {
        this(problems, features, ProblemFormat.REASONING_FIRST, Exam.LONGEST_ANSWER);
    }

    /**
     * An exam of these problems.
     *
     * @param problems in the order in which answers are given
     * @param features of all pictures that the problems name, or {@code null} if they name none
     * @param format   in which the problems are asked
     * @param longest  most tokens of an answer
     */
    public ScienceExam(List<Problem> problems, FeatureStore features, ProblemFormat format, int longest) {
        this.problems = List.copyOf(problems);
        this.features = features;
        this.format = format;
        this.longest = longest;
    }

    /** {@return the problems, in the order in which answers are given} */
    public List<Problem> problems() {
        return problems;
    }

    /**
     * {@return the model's greedy answers in words, in the order of the problems}
     *
     * @param model any with the encoder whose features the exam holds
     * @param given which parts of each problem it is shown
     */
    public List<String> answers(Llava model, Given given) {
        ConversationEncoder encoder = model.conversationEncoder();
        Exam exam = new Exam(model, longest);
        String[] answers = new String[problems.size()];
        for (boolean seeing : new boolean[] {true, false}) {
            // A batch is all with a picture, or all without
            int[] some = IntStream.range(0, problems.size())
                    .filter(i -> given.of(problems.get(i)).hasImage() == seeing).toArray();
            List<String> said = exam.answers(Arrays.stream(some).mapToObj(i -> {
                Problem problem = given.of(problems.get(i));
                return new Exam.Paper(encoder.prompt(List.of(
                        new Turn(format.question(problem), null))),
                        seeing ? features.of(List.of(problem.image())) : null);
            }).collect(Collectors.toList()));
            for (int k = 0; k < some.length; k++) {
                answers[some[k]] = said.get(k);
            }
        }
        return List.of(answers);
    }

    /**
     * {@return the accuracy of answers in words}
     *
     * @param answers one for each problem, in the order of the problems
     * @param parser  reads the letters
     */
    public Accuracy accuracy(List<String> answers, AnswerParser parser) {
        return Accuracy.of(problems, choices(answers, parser));
    }

    private List<OptionalInt> choices(List<String> answers, AnswerParser parser) {
        return IntStream.range(0, problems.size())
                .mapToObj(i -> parser.choice(answers.get(i), problems.get(i).choices().size()))
                .collect(Collectors.toList());
    }

    /**
     * Everything: the model with all, with a part, the solver, and both together.
     *
     * @param model  any with the encoder whose features the exam holds
     * @param solver answers each problem, and once more where it differs from the model
     * @return accuracies by name: {@code picture_and_text}, {@code text_alone}, {@code picture_alone}, {@code neither},
     *         {@code solver}, {@code complement}, {@code judge}
     */
    public Map<String, Accuracy> all(Llava model, Solver solver) {
        return all(model, solver, (name, answers) -> { });
    }

    /**
     * The same, and every answer in words.
     *
     * @param model  any with the encoder whose features the exam holds
     * @param solver answers each problem, and once more where it differs from the model
     * @param heard  is given a name of the result and the answers in words, in the order of the problems, as soon as they
     *               are there
     * @return accuracies by name, as above
     */
    public Map<String, Accuracy> all(Llava model, Solver solver, BiConsumer<String, List<String>> heard) {
        AnswerParser parser = AnswerParser.forModel(model.tokenizer());
        Map<String, Accuracy> found = new LinkedHashMap<>();
        List<String> withAll = List.of();
        for (Given given : Given.values()) {
            List<String> said = answers(model, given);
            String name = given == Given.ALL ? "picture_and_text" : given.name().toLowerCase(Locale.ROOT);
            withAll = given == Given.ALL ? said : withAll;
            heard.accept(name, said);
            found.put(name, accuracy(said, parser));
        }
        found.putAll(together(withAll, parser, solver, heard));
        return found;
    }

    /** The solver alone, and the two ensembles of it and a model's answers. */
    Map<String, Accuracy> together(List<String> said, AnswerParser parser, Solver solver) {
        return together(said, parser, solver, (name, answers) -> { });
    }

    private Map<String, Accuracy> together(List<String> said, AnswerParser parser, Solver solver,
            BiConsumer<String, List<String>> heard) {
        AnswerParser solverParser = new AnswerParser(true);
        Ensemble ensemble = new Ensemble(solver, solverParser);
        List<String> own = problems.stream().map(problem -> solver.answer(problem.withoutImage()))
                .collect(Collectors.toList());
        heard.accept("solver", own);
        List<OptionalInt> alone = choices(own, solverParser);
        List<OptionalInt> model = choices(said, parser);
        List<OptionalInt> complement = new ArrayList<>();
        List<OptionalInt> judge = new ArrayList<>();
        for (int i = 0; i < problems.size(); i++) {
            complement.add(Ensemble.complement(alone.get(i), model.get(i)));
            judge.add(ensemble.judge(problems.get(i).withoutImage(), own.get(i), said.get(i), model.get(i)));
        }
        Map<String, Accuracy> found = new LinkedHashMap<>();
        found.put("solver", Accuracy.of(problems, alone));
        found.put("complement", Accuracy.of(problems, complement));
        found.put("judge", Accuracy.of(problems, judge));
        return found;
    }

    /**
     * {@return the names of the pictures that some problems have, each once}
     *
     * @param problems with and without pictures
     */
    public static List<String> images(List<Problem> problems) {
        return problems.stream().filter(Problem::hasImage).map(Problem::image).distinct().collect(Collectors.toList());
    }
}
