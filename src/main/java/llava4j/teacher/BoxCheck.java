package llava4j.teacher;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import llava4j.tinyworld.Scene;

/**
 * Whether an answer says what the boxes of its picture deny: that something is there or is not, how many there are, where
 * one is, and on which side of another.
 *
 * <p>It reads plain statements only and passes over all others: boxes are what people had time to draw, so only a clear
 * contradiction counts.
 */
final class BoxCheck {

    private static final List<String> NUMBERS = List.of("no", "one", "two", "three", "four", "five", "six", "seven",
            "eight", "nine", "ten");
    private static final String PLACE = "(?<place>" + String.join("|", Scene.PLACES.stream()
            .sorted(Comparator.comparingInt(String::length).reversed()).toList()) + ")\\b(?!-)";
    private static final String ADJECTIVES = "(?:[a-z-]+ ){0,2}?";
    private static final String CLAUSE_END = "(?=[.,;:!?]|$| (?:here|in the (?:picture|image|scene|photo))\\b)";
    /** After a noun that ends here; another noun after it would make it a part of a longer name. */
    private static final String NOUN_END = "(?:" + CLAUSE_END
            + "|(?<more>(?= (?:in|on|at|near|and|with|to|by|of|beside|behind|under|over)\\b)))";

    private final Map<String, String> categoryOf = new LinkedHashMap<>();
    private final Pattern all = Pattern.compile("\\bthere (?:is|are) (?<number>" + String.join("|", NUMBERS)
            + "|\\d{1,3}) (?:things?|objects?)" + CLAUSE_END);
    private final Pattern there;
    private final Pattern sits;
    private final Pattern placed;
    private final Pattern side;

    /** @param categories all names that boxes could have */
    BoxCheck(Set<String> categories) {
        for (String category : categories) {
            String name = category.toLowerCase(Locale.ROOT);
            categoryOf.put(name, category);
            for (String plural : name.equals("person") ? List.of("people", "persons") : List.of(name + "s", name + "es")) {
                categoryOf.put(plural, category);
            }
        }
        String names = "(?:" + categoryOf.keySet().stream().sorted(Comparator.comparingInt(String::length).reversed())
                .map(Pattern::quote).collect(Collectors.joining("|")) + ")";
        String name = "(?<name>" + names + ")";
        there = Pattern.compile("\\bthere (?:is|are) (?:only |exactly )?(?<number>" + String.join("|", NUMBERS)
                + "|an?|\\d{1,3}) " + ADJECTIVES + name + NOUN_END);
        sits = Pattern.compile("\\bthe " + ADJECTIVES + name + " (?:is|sits|stands|lies) at " + PLACE);
        placed = Pattern.compile("\\bat " + PLACE + " is an? " + ADJECTIVES + name + NOUN_END);
        side = Pattern.compile("\\bthe " + name + " is (?:to the )?(?<side>left of|right of|above|below) the (?<other>"
                + names + ")" + CLAUSE_END);
    }

    /** False for a contradiction. */
    boolean allows(String answer, AnnotatedPicture picture) {
        String text = answer.toLowerCase(Locale.ROOT);
        return holds(all, text, said -> picture.boxes().isEmpty() || picture.boxes().stream().anyMatch(Box::crowd)
                        || number(said.group("number")) == picture.boxes().size())
                && holds(there, text, said -> rightNumber(said, picture))
                && holds(sits, text, said -> rightPlace(said, picture))
                && holds(placed, text, said -> rightPlace(said, picture))
                && holds(side, text, said -> rightSide(said, picture));
    }

    private static boolean holds(Pattern pattern, String text, Predicate<Matcher> right) {
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            if (!right.test(matcher)) {
                return false;
            }
        }
        return true;
    }

    private boolean rightNumber(Matcher said, AnnotatedPicture picture) {
        List<Box> boxes = boxes(said.group("name"), picture);
        String word = said.group("number");
        // "no cars on the left", "two cars near the house": not all of them
        boolean some = said.group("more") != null || word.startsWith("a") || boxes.stream().anyMatch(Box::crowd);
        if (word.equals("no")) {
            return boxes.isEmpty() || said.group("more") != null;
        }
        if (boxes.isEmpty()) {
            return onlyTold(said.group("name"), picture);
        }
        return some || number(word) == boxes.size();
    }

    private boolean rightPlace(Matcher said, AnnotatedPicture picture) {
        List<Box> boxes = boxes(said.group("name"), picture);
        return boxes.isEmpty() ? onlyTold(said.group("name"), picture)
                : boxes.stream().anyMatch(box -> box.cell() == Scene.PLACES.indexOf(said.group("place")));
    }

    /** Judged only where each of the two is there once. */
    private boolean rightSide(Matcher said, AnnotatedPicture picture) {
        List<Box> these = boxes(said.group("name"), picture);
        List<Box> those = boxes(said.group("other"), picture);
        if (these.size() != 1 || those.size() != 1) {
            return true;
        }
        Box a = these.get(0);
        Box b = those.get(0);
        return switch (said.group("side")) {
            case "left of" -> a.middleX() < b.middleX();
            case "right of" -> a.middleX() > b.middleX();
            case "above" -> a.middleY() < b.middleY();
            default -> a.middleY() > b.middleY();
        };
    }

    /** Captions may tell of a thing that nobody drew a box around. */
    private boolean onlyTold(String name, AnnotatedPicture picture) {
        return picture.says(name) || picture.says(categoryOf.get(name));
    }

    private List<Box> boxes(String name, AnnotatedPicture picture) {
        return picture.boxes().stream().filter(box -> box.category().equals(categoryOf.get(name))).toList();
    }

    private static int number(String word) {
        return NUMBERS.contains(word) ? NUMBERS.indexOf(word) : Integer.parseInt(word);
    }
}
