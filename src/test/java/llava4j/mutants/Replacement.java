package llava4j.mutants;

import java.util.Set;
import llava4j.mutants.KnownKeys.Type;

/** What is put in the place of a JSON value. */
enum Replacement {
    DIGITS("a whole number of 30 digits", "123456789012345678901234567890", Whole.LARGE),
    TEXT("\"text\"", "\"text\"", Set.of(Type.TEXT, Type.NAME)),
    NULL("null", "null", Set.of()),
    LIST("an empty list", "[]", Set.of(Type.LIST)),
    DEEP("100,000 lists in each other", "[".repeat(100_000) + "]".repeat(100_000), Set.of()),
    OBJECT("an empty object", "{}", Set.of(Type.OBJECT)),
    FLAG("true", "true", Set.of(Type.FLAG)),
    MINUS_ONE("-1", "-1", Whole.SMALL),
    ZERO("0", "0", Whole.SMALL),
    FRACTION("1.5", "1.5", Set.of(Type.NUMBER, Type.POSITIVE)),
    NUL("a text with NUL", "\"a\\u0000b.png\"", Set.of(Type.TEXT, Type.NAME)),
    SURROGATE("a text with half a surrogate pair", "\"a\\ud800b\"", Set.of(Type.TEXT, Type.NAME)),
    INT("2^31", "2147483648", Whole.LARGE),
    LONG("2^63 - 1", "9223372036854775807", Whole.LARGE),
    EMPTY("an empty text", "\"\"", Set.of(Type.TEXT, Type.NAME)),
    EXPONENT("1e400", "1e400", Set.of()),
    LONG_TEXT("a text of a million characters", "\"" + "word ".repeat(200_000) + "\"", Set.of(Type.TEXT, Type.NAME)),
    UP("a path that leads out", "\"../../../../etc/passwd\"", Set.of(Type.TEXT, Type.NAME)),
    NESTED("a list of a list", "[[]]", Set.of(Type.LIST)),
    NAN("NaN", "NaN", Set.of()),
    INFINITY("-Infinity", "-Infinity", Set.of()),
    HEXADECIMAL("0x10", "0x10", Set.of()),
    LEADING_ZERO("007", "007", Set.of()),
    SINGLE_QUOTES("'text'", "'text'", Set.of());

    /** Where a whole number may stand: not where a size is meant, which is above 0 and fits an int. */
    private static final class Whole {
        private static final Set<Type> SMALL = Set.of(Type.WHOLE, Type.NUMBER, Type.NAME);
        private static final Set<Type> LARGE = Set.of(Type.WHOLE, Type.NUMBER, Type.NAME, Type.POSITIVE);
    }

    private final String label;
    private final String json;
    private final Set<Type> types;

    /** @param types of a key at which this may stand */
    Replacement(String label, String json, Set<Type> types) {
        this.label = label;
        this.json = json;
        this.types = types;
    }

    String label() {
        return label;
    }

    String json() {
        return json;
    }

    Set<Type> types() {
        return types;
    }

    /** Whether no JSON says this: then it must be refused wherever it stands. */
    boolean isNoJson() {
        return ordinal() >= NAN.ordinal();
    }
}
