package llava4j.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import llava4j.error.UserError;

/**
 * The fields of one JSON object, each checked as it is read: type, range, or one of a few words.
 *
 * <p>A field is absent, null, right or wrong, and these are four different things. What one would get wrong: Jackson's
 * {@code path(key).asText("")} makes one of all but the right one, so that {@code "image": ["x.png"]} reads as "no picture",
 * and a number of thirty digits as 0. Sizes decide how much is allocated, so none is taken on trust either.
 */
public final class Fields {

    private static final int LONGEST_QUOTE = 80;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private final String place;
    private final String path;
    private final JsonNode node;

    private Fields(String place, String path, JsonNode node) {
        this.place = place;
        this.path = path;
        this.node = node;
    }

    /**
     * The fields of an object.
     *
     * @param place how an error names where the object stands: its file and, where there are several, its line
     * @param node  the object
     * @return its fields
     * @throws UserError if the node is no object
     */
    public static Fields of(String place, JsonNode node) {
        if (node == null || !node.isObject()) {
            throw UserError.of("%s: need a JSON object, found %s", place,
                    node == null ? "nothing" : shortened(node.toString()));
        }
        return new Fields(place, "", node);
    }

    /**
     * {@return no fields at all, for a file that may be missing}
     *
     * @param place how an error names it
     */
    public static Fields empty(String place) {
        return new Fields(place, "", JsonNodeFactory.instance.objectNode());
    }

    /**
     * {@return a piece of a file as an error message quotes it: on one line, and not longer than a screen is wide}
     *
     * @param text the piece
     */
    public static String shortened(String text) {
        String line = CONTROL.matcher(text).replaceAll(" ");
        return line.length() <= LONGEST_QUOTE ? line : line.substring(0, LONGEST_QUOTE) + "...";
    }

    /**
     * {@return whether the field is there and not null}
     *
     * @param key the field's name
     */
    public boolean has(String key) {
        return node.hasNonNull(key);
    }

    /**
     * {@return whether the field is there, be it null}
     *
     * @param key the field's name
     */
    public boolean hasKey(String key) {
        return node.has(key);
    }

    /** {@return the object itself} */
    public JsonNode json() {
        return node;
    }

    /** {@return where the object stands, as errors name it} */
    public String place() {
        return place;
    }

    /**
     * {@return the object under a key, without fields where there is none}
     *
     * @param key the field's name
     * @throws UserError if something else stands there
     */
    public Fields at(String key) {
        if (has(key) && !node.path(key).isObject()) {
            throw error(key, "need a JSON object");
        }
        return new Fields(place, path + key + ".", has(key) ? node.path(key) : JsonNodeFactory.instance.objectNode());
    }

    /**
     * {@return the objects of the array under a key, none where the field is absent or null}
     *
     * @param key the field's name
     * @throws UserError if something else than an array of objects stands there
     */
    public List<Fields> objects(String key) {
        List<Fields> objects = new ArrayList<>();
        for (JsonNode element : elements(key)) {
            if (!element.isObject()) {
                throw error(key, "need an array of JSON objects");
            }
            objects.add(new Fields(place, path + key + "[" + objects.size() + "].", element));
        }
        return objects;
    }

    /**
     * {@return the texts of the array under a key, none where the field is absent or null}
     *
     * @param key the field's name
     * @throws UserError if something else than an array of texts stands there
     */
    public List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : elements(key)) {
            if (!element.isTextual()) {
                throw error(key, "need an array of texts");
            }
            texts.add(whole(key, element.asText()));
        }
        return texts;
    }

    /**
     * {@return the names of the array under a key, each a text or a whole number written as one; none where the field is
     * absent or null}
     *
     * @param key the field's name
     * @throws UserError if something else than an array of such names stands there
     */
    public List<String> ids(String key) {
        List<String> ids = new ArrayList<>();
        for (JsonNode element : elements(key)) {
            if (!element.isIntegralNumber() && !(element.isTextual() && !element.asText().isBlank())) {
                throw error(key, "need an array of texts or whole numbers");
            }
            ids.add(whole(key, element.asText()));
        }
        return ids;
    }

    /**
     * {@return the numbers of the array under a key}
     *
     * @param key   the field's name
     * @param count how many there must be
     * @param least the smallest that is accepted
     * @param most  the largest that is accepted
     * @throws UserError if something else than an array of so many such numbers stands there
     */
    public double[] numbers(String key, int count, double least, double most) {
        JsonNode array = node.path(key);
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = array.isArray() && array.size() == count && array.get(i).isNumber() ? array.get(i).asDouble()
                    : Double.NaN;
            if (!(numbers[i] >= least && numbers[i] <= most)) {
                throw error(key, "need an array of " + count + " numbers from " + least + " to " + most);
            }
        }
        return numbers;
    }

    /**
     * {@return the numbers of the array under a key, however many; none where the field is absent or null}
     *
     * @param key the field's name
     * @throws UserError if something else than an array of numbers stands there
     */
    public double[] numbers(String key) {
        List<Double> numbers = new ArrayList<>();
        for (JsonNode element : elements(key)) {
            if (!element.isNumber()) {
                throw error(key, "need an array of numbers");
            }
            numbers.add(element.asDouble());
        }
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private Iterable<JsonNode> elements(String key) {
        if (has(key) && !node.path(key).isArray()) {
            throw error(key, "need an array");
        }
        return has(key) ? node.path(key) : List.of();
    }

    /**
     * {@return an error that names the field, quotes its value and says what is wanted}
     *
     * @param key     the field's name
     * @param problem what is wanted instead
     */
    public UserError error(String key, String problem) {
        return UserError.of("%s: %s%s is %s: %s", place, path, key,
                node.has(key) ? shortened(node.path(key).toString()) : "not given", problem);
    }

    /**
     * {@return a text that must be there; it may be empty}
     *
     * @param key the field's name
     * @throws UserError if the field is absent, null or no text
     */
    public String text(String key) {
        if (!node.path(key).isTextual()) {
            throw error(key, "need a text");
        }
        return whole(key, node.get(key).asText());
    }

    /**
     * {@return whether a text is made of whole characters}
     *
     * @param text any
     */
    public static boolean isWhole(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    /** JSON lets half a character stand alone, {@code \\ud800}; no tokenizer, file or terminal takes one. */
    private String whole(String key, String text) {
        if (!isWhole(text)) {
            throw error(key, "half a character stands in it, \\ud800 to \\udfff without its other half");
        }
        return text;
    }

    /**
     * {@return a text that must be there and say something}
     *
     * @param key the field's name
     * @throws UserError if the field is absent, null, no text, or blank
     */
    public String words(String key) {
        String text = text(key);
        if (text.isBlank()) {
            throw error(key, "need a text that is not empty");
        }
        return text;
    }

    /**
     * {@return a text that may be absent or null, but may not be something else}
     *
     * @param key the field's name
     * @throws UserError if it is something else than a text
     */
    public Optional<String> optionalText(String key) {
        return has(key) ? Optional.of(text(key)) : Optional.empty();
    }

    /**
     * {@return the text of a token as a tokenizer's settings give it, as a text or as an object whose {@code content} is one;
     * nothing where the field is absent or null}
     *
     * @param key the field's name
     * @throws UserError if it is something else
     */
    public Optional<String> tokenText(String key) {
        return has(key) ? Optional.of(tokenText(key, node.path(key))) : Optional.empty();
    }

    /**
     * {@return the texts of an array of tokens, each as {@link #tokenText} reads it; none where the field is absent or null}
     *
     * @param key the field's name
     * @throws UserError if it is something else
     */
    public List<String> tokenTexts(String key) {
        List<String> texts = new ArrayList<>();
        elements(key).forEach(element -> texts.add(tokenText(key, element)));
        return texts;
    }

    private String tokenText(String key, JsonNode token) {
        JsonNode text = token.isObject() ? token.path("content") : token;
        if (!text.isTextual()) {
            throw error(key, "need a text for a token, or an object whose content is one");
        }
        return whole(key, text.asText());
    }

    /**
     * {@return what names an element: a text, or a whole number written as one; COCO's files have numbers, others texts}
     *
     * @param key the field's name
     * @throws UserError if the field is absent, null, blank, or neither a text nor a whole number
     */
    public String id(String key) {
        JsonNode value = node.path(key);
        if (!value.isIntegralNumber() && !(value.isTextual() && !value.asText().isBlank())) {
            throw error(key, "need a text or a whole number");
        }
        return whole(key, value.asText());
    }

    /**
     * {@return a file name that may be absent or null}
     *
     * @param key the field's name
     * @throws UserError if it is no text, blank, or cannot be the name of a file
     */
    public Optional<String> optionalFileName(String key) {
        if (!has(key)) {
            return Optional.empty();
        }
        String name = words(key);
        checkFileName(key, name);
        return Optional.of(name);
    }

    /**
     * {@return file names: a single one, or an array of them; none where the field is absent, null or an empty array}
     *
     * @param key the field's name
     * @throws UserError if it is something else, or a name is blank or cannot be the name of a file
     */
    public List<String> fileNames(String key) {
        if (!node.path(key).isArray()) {
            return optionalFileName(key).map(List::of).orElse(List.of());
        }
        List<String> names = new ArrayList<>();
        for (JsonNode element : node.path(key)) {
            if (!element.isTextual() || element.asText().isBlank()) {
                throw error(key, "need the name of a file, or a list of names");
            }
            checkFileName(key, element.asText());
            names.add(element.asText());
        }
        return List.copyOf(names);
    }

    private void checkFileName(String key, String name) {
        boolean control = name.codePoints().anyMatch(c -> c < ' ');
        if (control || !isWhole(name)) {
            throw error(key, "this cannot be the name of a file");
        }
    }

    /**
     * {@return a file name that must be there}
     *
     * @param key the field's name
     * @throws UserError if it is absent, null, no text, blank, or cannot be the name of a file
     */
    public String fileName(String key) {
        return optionalFileName(key).orElseThrow(() -> error(key, "need the name of a file"));
    }

    /**
     * {@return a size between 1 and {@code most}}
     *
     * @param key     the field's name
     * @param missing taken where the field is absent or null; {@code null} if it must be there
     * @param most    the largest that is accepted
     * @throws UserError if it is something else
     */
    public int size(String key, Integer missing, int most) {
        return integer(key, missing, 1, most);
    }

    /**
     * {@return a whole number in a range}
     *
     * @param key     the field's name
     * @param missing taken where the field is absent or null; {@code null} if it must be there
     * @param least   the smallest that is accepted
     * @param most    the largest that is accepted
     * @throws UserError if it is something else
     */
    public int integer(String key, Integer missing, int least, int most) {
        if (!has(key) && missing != null) {
            return missing;
        }
        JsonNode value = node.path(key);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < least || value.asLong() > most) {
            throw error(key, "need a whole number from " + least + " to " + most);
        }
        return value.asInt();
    }

    /**
     * {@return a number in a range}
     *
     * @param key     the field's name
     * @param missing taken where the field is absent or null; {@code null} if it must be there
     * @param least   the smallest that is accepted
     * @param most    the largest that is accepted
     * @throws UserError if it is something else, or not finite
     */
    public double number(String key, Double missing, double least, double most) {
        if (!has(key) && missing != null) {
            return missing;
        }
        JsonNode value = node.path(key);
        if (!value.isNumber() || !(value.asDouble() >= least && value.asDouble() <= most)) {
            throw error(key, "need a number from " + least + " to " + most);
        }
        return value.asDouble();
    }

    /**
     * {@return true or false}
     *
     * @param key     the field's name
     * @param missing taken where the field is absent or null; {@code null} if it must be there
     * @throws UserError if it is something else
     */
    public boolean flag(String key, Boolean missing) {
        if (!has(key) && missing != null) {
            return missing;
        }
        if (!node.path(key).isBoolean()) {
            throw error(key, "need true or false");
        }
        return node.path(key).asBoolean();
    }

    /**
     * {@return one of a few words; any other is named as unsupported}
     *
     * @param key       the field's name
     * @param missing   taken where the field is absent or null; {@code null} if it must be there
     * @param supported the words
     * @throws UserError if it is something else
     */
    public String word(String key, String missing, String... supported) {
        boolean readable = has(key) ? node.path(key).isTextual() : missing != null;
        String value = has(key) ? node.path(key).asText() : missing;
        if (!readable || !Arrays.asList(supported).contains(value)) {
            throw error(key, "supported: " + String.join(", ", supported));
        }
        return value;
    }

    /**
     * {@return one token id or a list of them}
     *
     * @param key     the field's name
     * @param missing taken where the field is absent or null
     * @throws UserError if it is something else
     */
    public List<Integer> tokenIds(String key, List<Integer> missing) {
        if (!has(key)) {
            return missing;
        }
        List<Integer> ids = new ArrayList<>();
        JsonNode value = node.path(key);
        for (JsonNode id : value.isArray() ? value : List.of(value)) {
            if (!id.isIntegralNumber() || !id.canConvertToInt()) {
                throw error(key, "need a token id, or a list of them");
            }
            ids.add(id.asInt());
        }
        return ids;
    }

    /**
     * Refuses a setting that would change the computation but is not implemented.
     *
     * @param key      the field's name
     * @param harmless values that change nothing; absent and null do neither
     * @throws UserError if another stands there
     */
    public void refuseUnless(String key, String... harmless) {
        if (has(key) && !Arrays.asList(harmless).contains(node.path(key).asText())) {
            throw error(key, "this is not supported");
        }
    }
}
