package llava4j.mutants;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The keys that the reader of a format goes by, and of which type each must be. It decides what must come of another
 * type in its place, or of nothing.
 */
final class KnownKeys {

    /** What may stand under a key: a name is a text or a whole number, a size a whole number from 1 to 2^31 - 1. */
    enum Type { TEXT, NAME, SIZE, WHOLE, NUMBER, POSITIVE, FLAG, LIST, OBJECT }

    private record Key(List<String> path, Type type, boolean required) {

        /** Whether this is an entry of a list or of a table of names, of which there may be one fewer. */
        boolean isOneOfMany() {
            return path.get(path.size() - 1).equals("*");
        }

        boolean fits(List<String> other) {
            return path.size() == other.size() && IntStream.range(0, path.size())
                    .allMatch(i -> path.get(i).equals("*") || path.get(i).equals(other.get(i)));
        }
    }

    private final List<Key> keys = new ArrayList<>();

    private boolean closed;

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
            String type = parts[1].replace("?", "").toUpperCase(Locale.ROOT);
            known.keys.add(new Key(List.of(parts[0].split("/")), Type.valueOf(type), !parts[1].endsWith("?")));
        }
        return known;
    }

    /** {@return the same keys of a format that may refuse any other} */
    KnownKeys closed() {
        KnownKeys known = new KnownKeys();
        known.keys.addAll(keys);
        known.closed = true;
        return known;
    }

    /** What must come of a document that is an empty object. */
    Expected ofNothing() {
        return keys.stream().anyMatch(key -> key.required) ? Expected.REFUSED : Expected.EITHER;
    }

    /** What must come of a document without the value at this path. */
    Expected without(List<String> path) {
        return find(path).filter(key -> key.required && !key.isOneOfMany()).map(key -> Expected.REFUSED)
                .orElse(Expected.EITHER);
    }

    /** What must come of a document with something else at this path. */
    Expected with(List<String> path, Replacement replacement) {
        if (replacement.isNoJson()) {
            return Expected.REFUSED;
        }
        return find(path).filter(key -> !replacement.types().contains(key.type)
                && (key.required || replacement != Replacement.NULL)).map(key -> Expected.REFUSED).orElse(Expected.EITHER);
    }

    /** Whether anything is known about this place. */
    boolean knows(List<String> path) {
        return find(path).isPresent();
    }

    /** Whether an unknown key beside this one must be passed over: it is a key of the format, not one of a table of names. */
    boolean admitsOthersBeside(List<String> path) {
        return !closed && find(path).filter(key -> !key.isOneOfMany()).isPresent();
    }

    private Optional<Key> find(List<String> path) {
        return keys.stream().filter(key -> key.fits(path)).findFirst();
    }
}
