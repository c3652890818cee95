package exercises;

import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A right answer, one of whose methods returns NaN at one of its calls and nothing but right numbers at all others. */
public final class Poison {

    private static final Pattern METHOD = Pattern.compile(
            "public (?<kind>static )?(?<type>double(?:\\[\\])*) (?<name>\\w+)\\((?<parameters>[^)]*)\\) \\{");

    private static int poisoned;
    private static int calls;

    private Poison() {
    }

    /** How many methods of this answer return numbers. */
    static int methods(String answer) {
        return (int) METHOD.matcher(answer).results().count();
    }

    /** The answer, in which method {@code n} hands its result to {@link #on}. */
    static String into(String answer, int n) {
        Matcher method = METHOD.matcher(answer);
        for (int i = 0; i <= n; i++) {
            if (!method.find()) {
                throw new IllegalArgumentException("there is no method " + n);
            }
        }
        String kind = method.group("kind") == null ? "" : method.group("kind");
        String name = method.group("name");
        String parameters = method.group("parameters");
        String own = name + "Unpoisoned";
        String call = own + "(" + Arrays.stream(parameters.split(",")).map(p -> p.strip().replaceAll(".*\\s", ""))
                .collect(Collectors.joining(", ")) + ")";
        return answer.substring(0, method.start()) + "public " + kind + method.group("type") + " " + name + "(" + parameters
                + ") { return exercises.Poison.on(" + call + "); } private " + kind + method.group("type") + " " + own + "("
                + parameters + ") {" + answer.substring(method.end());
    }

    /** From now on call {@code at} of the method brings NaN. */
    static void atCall(int at) {
        poisoned = at;
        calls = 0;
    }

    /** Calls since then. */
    static int calls() {
        return calls;
    }

    /** The result of a call, or NaN in its shape. */
    @SuppressWarnings("unchecked")
    public static <T> T on(T result) {
        return ++calls == poisoned && result != null ? (T) filled(result) : result;
    }

    private static Object filled(Object like) {
        if (!like.getClass().isArray()) {
            return Double.NaN;
        }
        Object copy = Array.newInstance(like.getClass().getComponentType(), Array.getLength(like));
        for (int i = 0; i < Array.getLength(like); i++) {
            Array.set(copy, i, filled(Array.get(like, i)));
        }
        return copy;
    }
}
