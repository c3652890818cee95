package llava4j.evaluate.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import llava4j.tinyworld.Scene;

/**
 * Reads an answer in the tiny world's English, clause by clause, into the statements that it makes.
 */
final class StatementReader {

    private static final String COLOR = "(" + String.join("|", Scene.COLORS) + ")";
    private static final String KIND = "(" + String.join("|", Scene.KINDS) + ")";
    /** A place is not the beginning of a longer one: "top" in "top-left". */
    private static final String PLACE = "(" + String.join("|", Scene.PLACES) + ")(?![-\\w])";
    private static final Pattern BETWEEN = Pattern.compile("(?:[\\s,.]+|(?:and|so|yes|no|but)\\b)+|a picture of ");
    private static final Pattern WORD = Pattern.compile("[^\\s,.]+");
    /** Clauses, the longer before those that they begin with. */
    private static final Map<Pattern, Function<MatchResult, List<Statement>>> CLAUSES = new LinkedHashMap<>();

    static {
        clause("at " + PLACE + " is an? " + COLOR + " " + KIND, m -> placed(m.group(3), m.group(2), m.group(1)));
        clause("an? " + COLOR + " " + KIND + " at " + PLACE, m -> placed(m.group(2), m.group(1), m.group(3)));
        clause("the " + KIND + " is " + COLOR + " and sits at " + PLACE,
                m -> placed(m.group(1), m.group(2), m.group(3)));
        clause("the " + COLOR + " " + KIND + " sits at " + PLACE, m -> placed(m.group(2), m.group(1), m.group(3)));
        clause("the " + KIND + " at " + PLACE + " is " + COLOR, m -> placed(m.group(1), m.group(3), m.group(2)));
        clause("the " + KIND + " sits at " + PLACE, m -> one(m.group(1), "place", m.group(2)));
        clause("the " + KIND + " is (left of|right of|above|below) the " + KIND,
                m -> one(m.group(1), m.group(2), m.group(3)));
        clause("the " + KIND + " is " + COLOR, m -> one(m.group(1), "color", m.group(2)));
        clause("there (?:is|are) (zero|one|two|three) things?", m -> one("things", "count", m.group(1)));
        clause("there is an? " + COLOR + " " + KIND, m -> List.of(new Statement(m.group(2), "exists", "yes"),
                new Statement(m.group(2), "color", m.group(1))));
        clause("there is an? " + KIND, m -> one(m.group(1), "exists", "yes"));
        clause("there is no " + KIND, m -> one(m.group(1), "exists", "no"));
        clause("(?:the " + KIND + "|nothing here) is alive", m -> one("here", "alive", thing(m)));
        clause("it is (night|day)", m -> one("here", "time", m.group(1)));
        clause("(?:the " + KIND + "|nothing here) could carry someone far away", m -> one("here", "carries", thing(m)));
        clause("(?:the " + KIND + "|nothing here) gives shelter", m -> one("here", "shelters", thing(m)));
        clause("the (cat|person) could (only rest|\\w+ the " + KIND + ")", m -> one(m.group(1), "could", m.group(2)));
        clause("they (match|do not match)", m -> one("they", "match", m.group(1).equals("match") ? "yes" : "no"));
        clause("an? " + COLOR + " " + KIND, m -> one(m.group(2), "color", m.group(1)));
    }

    /** The statements of an answer, each once, and the number of stretches of words that state nothing known. */
    record Reading(List<Statement> statements, int unclear) {
    }

    private StatementReader() {
    }

    static Reading read(String answer) {
        String text = answer.toLowerCase(Locale.ROOT).strip();
        List<Statement> found = new ArrayList<>();
        int unclear = 0;
        boolean lost = false;
        for (int at = 0; at < text.length(); ) {
            int start = at;
            at = skip(BETWEEN, text, at);
            for (Map.Entry<Pattern, Function<MatchResult, List<Statement>>> clause : CLAUSES.entrySet()) {
                Matcher matcher = clause.getKey().matcher(text).region(at, text.length());
                if (matcher.lookingAt()) {
                    add(found, clause.getValue().apply(matcher.toMatchResult()));
                    at = matcher.end();
                    lost = false;
                    break;
                }
            }
            if (at == skip(BETWEEN, text, start) && at < text.length()) {
                unclear += lost ? 0 : 1;
                lost = true;
                at = skip(WORD, text, at);
            }
        }
        return new Reading(found, unclear);
    }

    private static int skip(Pattern pattern, String text, int at) {
        Matcher matcher = pattern.matcher(text).region(at, text.length());
        return matcher.lookingAt() ? matcher.end() : at;
    }

    /** "They" are the two things spoken of last. */
    private static void add(List<Statement> found, List<Statement> more) {
        for (Statement statement : more) {
            Statement named = statement;
            if (statement.subject().equals("they")) {
                List<String> before = new ArrayList<>();
                found.forEach(earlier -> before.add(earlier.subject()));
                int last = before.size() - 1;
                named = new Statement(last < 1 ? "nothing&nothing" : before.get(last - 1) + "&" + before.get(last),
                        "match", statement.value());
            }
            if (!found.contains(named)) {
                found.add(named);
            }
        }
    }

    private static void clause(String words, Function<MatchResult, List<Statement>> meaning) {
        CLAUSES.put(Pattern.compile(words), meaning);
    }

    private static List<Statement> one(String subject, String aspect, String value) {
        return List.of(new Statement(subject, aspect, value));
    }

    private static List<Statement> placed(String kind, String color, String place) {
        return List.of(new Statement(kind, "color", color), new Statement(kind, "place", place));
    }

    private static String thing(MatchResult match) {
        return match.group(1) == null ? "nothing" : match.group(1);
    }
}
