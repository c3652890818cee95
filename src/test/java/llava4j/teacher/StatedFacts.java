package llava4j.teacher;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes every sentence about a picture apart and compares what it states with {@code scenes.json}.
 *
 * <p>Shares nothing with the code that writes the sentences: it has its own regular expressions and its own idea of what is
 * alive, what drives and what shelters. A sentence that none of them matches whole counts as false.
 */
public final class StatedFacts {

    private static final String K = "(car|tree|house|cat|ball|boat|star|person)";
    private static final String C = "(red|green|blue|yellow|purple|orange)";
    private static final String P = "(top-left|top-right|top|bottom-left|bottom-right|bottom|left|center|right)";
    private static final String AT = "at " + P + " is an? " + C + " " + K;
    private static final List<String> ROWS = List.of("top", "", "bottom");
    private static final Map<String, String> DEEDS = Map.of("climb the tree", "cat", "chase the ball", "cat",
            "follow the person", "cat", "drive the car", "person", "sail the boat", "person", "enter the house", "person",
            "kick the ball", "person");

    private final Map<Pattern, Predicate<MatchResult>> sentences = new LinkedHashMap<>();
    private final Map<String, JsonNode> things = new LinkedHashMap<>();
    /** Sentences that are not true of the picture. */
    public final List<String> wrong = new ArrayList<>();
    /** Number of sentences read. */
    public int read;

    /** @param scene an element of {@code scenes.json} */
    public StatedFacts(JsonNode scene) {
        scene.get("things").forEach(thing -> things.put(thing.get("kind").asText(), thing));
        say("the " + K + " is " + C, m -> color(m.group(1), m.group(2)));
        say("the " + K + " sits at " + P, m -> place(m.group(1), m.group(2)));
        say(AT + "((?:, at | and at ).*)?", m -> Pattern.compile(AT).matcher(m.group()).results()
                .allMatch(one -> thing(one.group(1), one.group(2), one.group(3)))
                && m.group().matches(AT + "(, " + AT + ")*( and " + AT + ")?"));
        say("there is one thing", m -> things.size() == 1);
        say("there are (two|three) things", m -> things.size() == (m.group(1).equals("two") ? 2 : 3));
        say("yes, there is an? " + C + " " + K, m -> color(m.group(2), m.group(1)));
        say("no, there is no " + K, m -> !has(m.group(1)));
        say("the " + K + " sits at " + P + " and the " + K + " sits at " + P + ", so the " + K
                + " is (left of|right of|above|below) the " + K, m -> place(m.group(1), m.group(2))
                && place(m.group(3), m.group(4)) && m.group(5).equals(m.group(1)) && m.group(7).equals(m.group(3))
                && side(m.group(6), m.group(2), m.group(4)));
        say("no, nothing here is alive", m -> !has("cat") && !has("person") && !has("tree"));
        say("yes, the (cat|person|tree) is alive", m -> has(m.group(1)));
        say("nothing here could carry someone far away", m -> !has("car") && !has("boat"));
        say("the (car|boat) could carry someone far away", m -> has(m.group(1)));
        say("there is a star, so it is night", m -> has("star"));
        say("there is no star, so it is day", m -> !has("star"));
        say("yes, the house gives shelter", m -> has("house"));
        say("no, nothing here gives shelter", m -> !has("house"));
        say("the (cat|person) could only rest", m -> has(m.group(1)) && DEEDS.entrySet().stream()
                .noneMatch(deed -> deed.getValue().equals(m.group(1)) && has(object(deed.getKey()))));
        say("the (cat|person) could (\\w+ the " + K + ")", m -> has(m.group(1)) && has(m.group(3))
                && m.group(1).equals(DEEDS.get(m.group(2))));
        say("the " + K + " is " + C + " and the " + K + " is " + C + ", so they (match|do not match)",
                m -> color(m.group(1), m.group(2)) && color(m.group(3), m.group(4)) && !m.group(1).equals(m.group(3))
                        && m.group(2).equals(m.group(4)) == m.group(5).equals("match"));
    }

    /** Reads an answer, sentence by sentence. */
    public StatedFacts read(String answer) {
        for (String sentence : answer.strip().split("(?<=\\.)\\s+")) {
            read++;
            if (!sentence.endsWith(".") || !isTrue(sentence.substring(0, sentence.length() - 1))) {
                wrong.add(sentence);
            }
        }
        return this;
    }

    /** Reads an answer that must speak of every kind and place that its question names. */
    public StatedFacts read(String question, String answer) {
        for (MatchResult named : Pattern.compile("\\b" + K + "\\b|\\bat " + P + "(?=\\W|$)").matcher(question).results()
                .toList()) {
            if (!answer.contains(named.group())) {
                wrong.add("\"" + question + "\" answered by \"" + answer + "\"");
            }
        }
        return read(answer);
    }

    /** A full description must leave nothing out. */
    public StatedFacts readDescription(String answer) {
        read(answer);
        if (Pattern.compile(AT).matcher(answer).results().count() != things.size()) {
            wrong.add("incomplete: " + answer);
        }
        return this;
    }

    private void say(String form, Predicate<MatchResult> truth) {
        sentences.put(Pattern.compile(form), truth);
    }

    private boolean isTrue(String sentence) {
        for (Map.Entry<Pattern, Predicate<MatchResult>> form : sentences.entrySet()) {
            Matcher matcher = form.getKey().matcher(sentence);
            if (matcher.matches()) {
                return form.getValue().test(matcher);
            }
        }
        return false;
    }

    private boolean has(String kind) {
        return things.containsKey(kind);
    }

    private boolean color(String kind, String color) {
        return has(kind) && things.get(kind).get("color").asText().equals(color);
    }

    private boolean place(String kind, String place) {
        return has(kind) && things.get(kind).get("place").asText().equals(place)
                && things.get(kind).get("cell").asInt() == 3 * row(place) + column(place);
    }

    private boolean thing(String place, String color, String kind) {
        return color(kind, color) && place(kind, place);
    }

    private static boolean side(String side, String a, String b) {
        return switch (side) {
            case "left of" -> column(a) < column(b);
            case "right of" -> column(a) > column(b);
            case "above" -> row(a) < row(b);
            default -> row(a) > row(b);
        };
    }

    private static int column(String place) {
        return place.endsWith("left") ? 0 : place.endsWith("right") ? 2 : 1;
    }

    private static int row(String place) {
        return Math.max(0, ROWS.indexOf(place.startsWith("top") ? "top" : place.startsWith("bottom") ? "bottom" : ""));
    }

    private static String object(String deed) {
        return deed.substring(deed.lastIndexOf(' ') + 1);
    }
}
