package llava4j.mutants;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The keys that the reader of a format goes by, and of which type each must be. It decides what must come of another
 * type in its place, or of nothing.
 */
final class KnownKeys {

    /** What may stand under a key. */
    enum Type { TEXT, NAME, SIZE, WHOLE, NUMBER, FLAG, LIST, OBJECT }

    private record Key(Type type, boolean required) {
    }

    private final Map<List<String>, Key> keys = new LinkedHashMap<>();

    private KnownKeys() {
    }

    /**
     * Keys as lines of {@code path type}: a path has {@code *} for any key or place in a list, a type a question mark where
     * the key may be missing or {@code null}.
     */
    static KnownKeys of(String... lines) {
        KnownKeys known = new KnownKeys();
        for (String line : lines) {
            String[] parts = line.split(" ");
            String type = parts[1].replace("?", "").toUpperCase(java.util.Locale.ROOT);
            known.keys.put(List.of(parts[0].split("/")), new Key(Type.valueOf(type), !parts[1].endsWith("?")));
        }
        return known;
    }

    Expected without(List<String> path) {
        Key key = find(path);
        return key != null && key.required && !path.get(path.size() - 1).matches("\\d+") ? Expected.REFUSED : Expected.EITHER;
    }

    Expected with(List<String> path, Replacement replacement) {
        Key key = find(path);
        if (replacement.isNoJson()) {
            return Expected.REFUSED;
        }
        if (key == null || replacement == Replacement.NULL && !key.required) {
            return Expected.EITHER;
        }
        return replacement.types().contains(key.type) ? Expected.EITHER : Expected.REFUSED;
    }

    /** Whether anything is known about this place. */
    boolean knows(List<String> path) {
        return find(path) != null;
    }

    /** Whether this is a key that the format names, so that what stands beside it is no table of names. */
    boolean names(List<String> path) {
        return keys.keySet().stream().anyMatch(pattern -> fits(pattern, path) && !pattern.get(pattern.size() - 1).equals("*"));
    }

    private Key find(List<String> path) {
        for (Map.Entry<List<String>, Key> known : keys.entrySet()) {
            if (fits(known.getKey(), path)) {
                return known.getValue();
            }
        }
        return null;
    }

    private static boolean fits(List<String> pattern, List<String> path) {
        if (pattern.size() != path.size()) {
            return false;
        }
        for (int i = 0; i < path.size(); i++) {
            if (!pattern.get(i).equals("*") && !pattern.get(i).equals(path.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Types in words, for a name: {@code NAME} is a text or a whole number. */
    static Set<Type> wholeNumbers() {
        return Set.of(Type.WHOLE, Type.NUMBER, Type.NAME);
    }
}
