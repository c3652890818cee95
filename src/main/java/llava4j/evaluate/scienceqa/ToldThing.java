package llava4j.evaluate.scienceqa;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A thing that a context in words tells of: read from the sentence, whatever its form.
 *
 * @param color its color
 * @param place where it is
 */
record ToldThing(String color, String place) {

    private static final String COLOR = "(?<color>red|green|blue|yellow|purple|orange)";
    private static final String KIND = "(?<kind>\\w+)";
    private static final String PLACE = "(?<place>[\\w-]+)";
    private static final List<Pattern> FORMS = List.of(
            Pattern.compile("an? " + COLOR + " " + KIND + " at " + PLACE),
            Pattern.compile("at " + PLACE + " is an? " + COLOR + " " + KIND),
            Pattern.compile("the " + KIND + " is " + COLOR + " and sits at " + PLACE),
            Pattern.compile("the " + COLOR + " " + KIND + " sits at " + PLACE),
            Pattern.compile(COLOR + " " + KIND + " " + PLACE),
            Pattern.compile("the " + KIND + " at " + PLACE + " is " + COLOR));

    /** The things told, by kind; parts are divided by commas and "and". */
    static Map<String, ToldThing> in(String context) {
        Map<String, ToldThing> things = new HashMap<>();
        String words = context.toLowerCase(Locale.ROOT).replace(".", "").replace(" and sits at ", " _ ");
        for (String part : words.split(", | and ")) {
            String sentence = part.replace(" _ ", " and sits at ");
            for (Pattern form : FORMS) {
                Matcher told = form.matcher(sentence);
                if (told.matches()) {
                    things.put(told.group("kind"), new ToldThing(told.group("color"), told.group("place")));
                }
            }
        }
        return things;
    }
}
