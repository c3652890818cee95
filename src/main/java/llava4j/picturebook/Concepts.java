package llava4j.picturebook;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * All concepts of the picture book, read from the table {@code concepts.txt} beside this class: the only knowledge that its
 * teacher has.
 *
 * <p>Two things are held out from instructions, so that an exam can ask whether a model puts together what it learned apart:
 * thirty concepts, marked in the table, and one pair of concepts in twenty, by a checksum of their names.
 */
public final class Concepts {

    /** In the table's order. */
    public static final List<Concept> ALL = read();

    private static final Map<String, Concept> BY_NAME = new LinkedHashMap<>();
    private static final int PAIRS_TO_ONE_HELD_OUT = 20;
    private static final int STYLES_TO_ONE_HELD_OUT = 10;

    static {
        ALL.forEach(concept -> BY_NAME.put(concept.name(), concept));
    }

    private Concepts() {
    }

    /**
     * {@return the concept of a name, or {@code null} if there is none}
     *
     * @param name as the table writes it
     */
    public static Concept named(String name) {
        return BY_NAME.get(name);
    }

    /**
     * {@return whether these concepts hold one that is in no instruction, or two that are in none together}
     *
     * @param concepts of one picture
     */
    static boolean heldOut(List<Concept> concepts) {
        return concepts.stream().anyMatch(Concept::heldOut) || pairHeldOut(concepts);
    }

    /**
     * {@return whether two of these concepts are together in no instruction}
     *
     * @param concepts of one picture
     */
    static boolean pairHeldOut(List<Concept> concepts) {
        return concepts.stream().anyMatch(a -> concepts.stream().anyMatch(b -> a.name().compareTo(b.name()) < 0
                && checksum(a.name() + " and " + b.name()) % PAIRS_TO_ONE_HELD_OUT == 0));
    }

    /**
     * {@return whether a concept's second style is kept from the encoder: does it know a thing that it has seen in one style by
     * the other?}
     *
     * @param concept any
     */
    static boolean styleHeldOut(Concept concept) {
        return checksum(concept.name() + " in another style") % STYLES_TO_ONE_HELD_OUT == 0;
    }

    private static long checksum(String text) {
        CRC32 sum = new CRC32();
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        return sum.getValue();
    }

    private static List<Concept> read() {
        return rows("concepts.txt").stream().map(Concepts::concept).toList();
    }

    /** The rows of a table beside this class, cell by cell; "-" stands for nothing. */
    static List<String[]> rows(String table) {
        try (InputStream in = Concepts.class.getResourceAsStream(table)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.startsWith("#")).skip(1)
                    .map(line -> Arrays.stream(line.split("\\|")).map(String::strip).map(cell -> cell.equals("-") ? "" : cell)
                            .toArray(String[]::new)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Concept concept(String[] cells) {
        return new Concept(cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], cells[6].equals("yes"),
                cells[7].equals("yes"), cells[8].equals("yes"), cells[9].isEmpty() ? List.of() : List.of(cells[9].split(", ")),
                cells[10].equals("yes"));
    }
}
