package llava4j.evaluate.scienceqa;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    /** How things look, and where they are, where nobody has looked. */
    private static final Map<String, String> USUAL_COLOR = Map.of("ball", "red", "tree", "green", "boat", "blue",
            "star", "yellow", "cat", "orange");
    private static final Map<String, String> USUAL_PLACE = Map.of("star", "top", "car", "bottom", "boat", "bottom",
            "tree", "left", "house", "right");
    private static final Map<String, String> RHYMES = Map.of("cat", "hat", "boat", "goat", "tree", "bee", "house",
            "mouse", "ball", "tall", "car", "far", "star", "far");
    private static final Set<String> LIVING = Set.of("cat", "person", "tree");
    private static final Set<String> VEHICLES = Set.of("car", "boat");

    private static final Pattern WHICH_THING = Pattern.compile("which thing is (\\w+)\\?");
    private static final Pattern MATCH = Pattern.compile("do the (\\w+) and the (\\w+) match or not\\?");
    private static final Pattern SIDE = Pattern.compile(
            "is the (\\w+) (above|left) or (?:below|right)(?: of)? the (\\w+), or neither\\?");
    private static final Pattern RHYME = Pattern.compile("what rhymes with (\\w+)\\?");
    private static final Pattern MEANT = Pattern.compile("the name of the (\\w+) thing");
    private static final Pattern SAID_COLOR = Pattern.compile("the (\\w+) is (red|green|blue|yellow|purple|orange)");
    private static final Pattern SAID_PLACE = Pattern.compile("the (\\w+) sits at ([\\w-]+)");

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

    /** Whether an answer's reasons come to its choice, and say nothing else of a thing than the context does. */
    private static boolean agrees(Problem problem, String said, int choice) {
        Map<String, ToldThing> told = ToldThing.in(problem.hint());
        return said.contains("yes. the answer is " + Problem.letter(choice).toLowerCase(Locale.ROOT) + ".")
                && SAID_COLOR.matcher(said).results().allMatch(fact -> !told.containsKey(fact.group(1))
                || told.get(fact.group(1)).color().equals(fact.group(2)))
                && SAID_PLACE.matcher(said).results().allMatch(fact -> !told.containsKey(fact.group(1))
                || told.get(fact.group(1)).place().equals(fact.group(2)));
    }

    private static Found solve(Problem problem) {
        String question = problem.question().toLowerCase(Locale.ROOT);
        String context = problem.hint().toLowerCase(Locale.ROOT);
        Map<String, ToldThing> told = ToldThing.in(context);
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
            return found(problem, false, option -> USUAL_COLOR.entrySet().stream().anyMatch(usual ->
                    usual.getValue().equals(meant.group(1)) && option.equals(RHYMES.get(usual.getKey()))));
        }
        Matcher which = WHICH_THING.matcher(question);
        if (which.matches()) {
            return found(problem, told.keySet().containsAll(problem.choices()),
                    option -> which.group(1).equals(color(told, option)));
        }
        Matcher match = MATCH.matcher(question);
        if (match.matches()) {
            String one = color(told, match.group(1));
            String other = color(told, match.group(2));
            return found(problem, told.containsKey(match.group(1)) && told.containsKey(match.group(2)),
                    option -> one != null && other != null && option.equals(one.equals(other) ? "match" : "not match"));
        }
        Matcher side = SIDE.matcher(question);
        return side.matches() ? side(problem, told, side) : new Found(OptionalInt.empty(), false);
    }

    private static Found side(Problem problem, Map<String, ToldThing> told, Matcher side) {
        String one = place(told, side.group(1));
        String other = place(told, side.group(3));
        boolean upright = side.group(2).equals("above");
        if (one == null || other == null) {
            return new Found(OptionalInt.empty(), false);
        }
        int by = along(one, upright) - along(other, upright);
        return found(problem, told.containsKey(side.group(1)) && told.containsKey(side.group(3)), option ->
                option.equals(by == 0 ? "neither" : upright ? (by < 0 ? "above" : "below") : by < 0 ? "left" : "right"));
    }

    /** Where a place is from top to bottom, or from left to right: −1, 0 or 1. */
    private static int along(String place, boolean upright) {
        return place.contains(upright ? "top" : "left") ? -1 : place.contains(upright ? "bottom" : "right") ? 1 : 0;
    }

    /** As told, or else as usual; {@code null} if nothing is usual. */
    private static String color(Map<String, ToldThing> told, String kind) {
        return told.containsKey(kind) ? told.get(kind).color() : USUAL_COLOR.get(kind);
    }

    private static String place(Map<String, ToldThing> told, String kind) {
        return told.containsKey(kind) ? told.get(kind).place() : USUAL_PLACE.get(kind);
    }

    private static Found certain(Problem problem, Predicate<String> right) {
        return found(problem, true, right);
    }

    /** @param certain whether it follows from the words, if one choice does */
    private static Found found(Problem problem, boolean certain, Predicate<String> right) {
        OptionalInt only = only(problem, right);
        return new Found(only, certain && only.isPresent());
    }

    /** The one choice for which something holds. */
    private static OptionalInt only(Problem problem, Predicate<String> holds) {
        int[] found = IntStream.range(0, problem.choices().size())
                .filter(i -> holds.test(problem.choices().get(i).toLowerCase(Locale.ROOT))).toArray();
        return found.length == 1 ? OptionalInt.of(found[0]) : OptionalInt.empty();
    }
}
