package llava4j.evaluate.scienceqa;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The built-in solver without eyes for the tiny ScienceQA: what follows from the words, it concludes; what it would have
 * to see, it supposes from how things usually are, or says that it cannot tell.
 *
 * <p>Supposing is what makes it like the text-only GPT-4 of the paper: "balls are usually red" gives an answer where none
 * can be known. Asked again, it holds to what follows from the words, and gives way where it only supposed, if the other
 * answer's reasons agree with the words.
 */
public final class TinySolver implements Solver {

    private static final String CANNOT = "i cannot tell.";
    private static final String USUALLY = "things are like that. ";
    /** How things look where nobody has looked. */
    private static final Map<String, String> USUAL_COLOR = Map.of("ball", "red", "tree", "green", "boat", "blue",
            "star", "yellow", "cat", "orange");
    private static final Map<String, String> USUAL_SIDE = Map.of("star", "top", "car", "bottom", "boat", "bottom");
    private static final Map<String, String> RHYMES = Map.of("cat", "hat", "boat", "goat", "tree", "bee", "house",
            "mouse", "ball", "tall", "car", "far", "star", "far");
    private static final Set<String> LIVING = Set.of("cat", "person", "tree");
    private static final Set<String> VEHICLES = Set.of("car", "boat");
    private static final Map<String, String> OPPOSITE = Map.of("north", "south", "south", "north", "east", "west",
            "west", "east");

    private static final Pattern WHICH_THING = Pattern.compile("which thing is (\\w+)\\?");
    private static final Pattern RULE = Pattern.compile("(\\w+) things are (\\w+)");
    private static final Pattern SIDE = Pattern.compile("is the (\\w+) \\w+ or \\w+\\?");
    private static final Pattern RHYME = Pattern.compile("what rhymes with (\\w+)\\?");
    private static final Pattern MEANT = Pattern.compile("the name of the (\\w+) thing");
    private static final Pattern BESIDE = Pattern.compile("the (\\w+) is (north|south|east|west) of the (\\w+)");

    /** A conclusion, and whether it follows from the words or is only supposed. */
    private record Found(OptionalInt choice, boolean certain) {
    }

    @Override
    public String answer(Problem problem) {
        Found found = solve(problem);
        return found.choice().isEmpty() ? CANNOT
                : (found.certain() ? "" : USUALLY) + says(found.choice().getAsInt());
    }

    @Override
    public String again(Problem problem, String own, String model) {
        Found found = solve(problem);
        if (found.certain()) {
            return says(found.choice().getAsInt());
        }
        OptionalInt other = new AnswerParser(true).choice(model, problem.choices().size());
        if (other.isPresent() && agrees(problem, model.toLowerCase(Locale.ROOT), other.getAsInt())) {
            return says(other.getAsInt());
        }
        return found.choice().isEmpty() ? CANNOT : says(found.choice().getAsInt());
    }

    private static String says(int choice) {
        return "the answer is " + Problem.letter(choice).toLowerCase(Locale.ROOT) + ".";
    }

    /** Whether an answer's reasons name its choice and use no rule that the context does not give. */
    private static boolean agrees(Problem problem, String said, int choice) {
        String context = problem.hint().toLowerCase(Locale.ROOT);
        boolean rules = RULE.matcher(said).results().map(rule -> rule.group())
                .filter(rule -> !rule.startsWith("which "))
                .allMatch(context::contains);
        return rules && Pattern.compile("\\b" + Pattern.quote(problem.choices().get(choice).toLowerCase(Locale.ROOT)) + "\\b")
                .matcher(said).find();
    }

    private static Found solve(Problem problem) {
        String question = problem.question().toLowerCase(Locale.ROOT);
        String context = problem.hint().toLowerCase(Locale.ROOT);
        if (question.contains("alive")) {
            return certain(problem, LIVING::contains);
        }
        if (question.contains("carry someone far away")) {
            return certain(problem, VEHICLES::contains);
        }
        if (question.contains("comes first in order")) {
            String first = problem.choices().stream().sorted().findFirst().orElseThrow();
            return certain(problem, first::equals);
        }
        Matcher rhyme = RHYME.matcher(question);
        if (rhyme.matches()) {
            return certain(problem, option -> option.equals(RHYMES.get(rhyme.group(1))));
        }
        Matcher meant = MEANT.matcher(context);
        if (question.contains("rhymes") && meant.find()) {
            return supposed(problem, option -> USUAL_COLOR.entrySet().stream().anyMatch(usual ->
                    usual.getValue().equals(meant.group(1)) && option.equals(RHYMES.get(usual.getKey()))));
        }
        Matcher which = WHICH_THING.matcher(question);
        if (which.matches()) {
            return which(problem, which.group(1), context);
        }
        Matcher side = SIDE.matcher(question);
        if (side.matches()) {
            String usual = USUAL_SIDE.getOrDefault(side.group(1), "nowhere");
            return supposed(problem, option -> context.contains("at " + usual + " is " + option));
        }
        return new Found(OptionalInt.empty(), false);
    }

    private static Found which(Problem problem, String asked, String context) {
        Matcher beside = BESIDE.matcher(context);
        if (beside.find()) {
            String thing = asked.equals(beside.group(2)) ? beside.group(1)
                    : asked.equals(OPPOSITE.get(beside.group(2))) ? beside.group(3) : "";
            return certain(problem, thing::equals);
        }
        List<String> told = problem.choices().stream().filter(option -> context.contains("the " + option + " is " + asked))
                .collect(Collectors.toList());
        if (!told.isEmpty()) {
            return certain(problem, told::contains);
        }
        Optional<String> color = RULE.matcher(context).results().filter(rule -> rule.group(2).equals(asked))
                .map(rule -> rule.group(1)).findFirst();
        return supposed(problem, option -> color.orElse(asked).equals(USUAL_COLOR.get(option)));
    }

    private static Found certain(Problem problem, Predicate<String> right) {
        OptionalInt only = only(problem, right);
        return new Found(only, only.isPresent());
    }

    private static Found supposed(Problem problem, Predicate<String> usual) {
        return new Found(only(problem, usual), false);
    }

    /** The one choice for which something holds. */
    private static OptionalInt only(Problem problem, Predicate<String> holds) {
        int[] found = IntStream.range(0, problem.choices().size())
                .filter(i -> holds.test(problem.choices().get(i).toLowerCase(Locale.ROOT))).toArray();
        return found.length == 1 ? OptionalInt.of(found[0]) : OptionalInt.empty();
    }
}
