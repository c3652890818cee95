package llava4j.ablate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import llava4j.checkpoint.WholeFile;
import llava4j.error.UserError;
import llava4j.json.Fields;
import llava4j.json.JsonFile;

/**
 * What one run came to, as a file: a run that has one is not run again.
 *
 * @param table   number in the paper
 * @param row     key of the row
 * @param steps   how long it was trained
 * @param seconds what it took; more if the machine was busy
 * @param values  measured, by name
 */
record Outcome(int table, String row, long seed, Steps steps, double seconds, Map<String, Double> values) {

    /** Steps of reading problems in words, of stage 1, and of what a row is trained on. */
    record Steps(int reading, int stage1, int stage2) {

        String inWords() {
            return (reading > 0 ? reading + " steps of reading, " : "") + stage1 + " steps of stage 1, then " + stage2
                    + " steps of 32 samples";
        }
    }

    void write(Path file) {
        WholeFile.write(file, sealed());
    }

    ObjectNode json() {
        ObjectNode node = new ObjectMapper().createObjectNode().put("table", table).put("row", row).put("seed", seed)
                .put("reading_steps", steps.reading()).put("stage1_steps", steps.stage1())
                .put("stage2_steps", steps.stage2())
                .put("seconds", Math.round(seconds));
        ObjectNode measured = node.putObject("values");
        values.forEach((name, value) -> {
            if (!Double.isNaN(value)) {
                measured.put(name, Math.round(value * 1000) / 1000.0);
            }
        });
        return node;
    }

    /**
     * The outcome in a file, if it is there.
     *
     * @param asked the run that it must be of; its seconds and values do not count
     * @throws UserError if it is damaged, or of a run with other steps
     */
    static Optional<Outcome> read(Path file, Outcome asked) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        Outcome found;
        try {
            found = of(JsonFile.object(file));
        } catch (UserError e) {
            throw new UserError(e.getMessage() + "; this is not the result of a run: remove it, or leave --resume out", e);
        }
        // Written again it must be what was read, checksum and all
        if (!found.sealed().equals(text(file)) || !found.values.containsKey(PaperTable.SCORE)) {
            throw UserError.of("%s: is damaged, or was written by an earlier version: remove it, or leave --resume out", file);
        }
        if (!found.steps.equals(asked.steps)) {
            throw UserError.of("%s: is of a run of %s, not of %s: give the same steps, another --out, or leave --resume "
                    + "out", file, found.steps.inWords(), asked.steps.inWords());
        }
        if (found.table != asked.table || !found.row.equals(asked.row) || found.seed != asked.seed) {
            throw UserError.of("%s: is of table %d, row %s, seed %d, as its name does not say: remove it, or leave --resume "
                    + "out", file, found.table, found.row, found.seed);
        }
        return Optional.of(found);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UserError(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static Outcome of(Fields fields) {
        Map<String, Double> values = new LinkedHashMap<>();
        Fields measured = fields.at("values");
        measured.json().fieldNames().forEachRemaining(name -> values.put(name,
                measured.number(name, null, -Double.MAX_VALUE, Double.MAX_VALUE)));
        if (!fields.json().path("seed").canConvertToLong()) {
            throw fields.error("seed", "need a whole number");
        }
        return new Outcome(fields.integer("table", null, 1, Integer.MAX_VALUE), fields.words("row"),
                fields.json().path("seed").asLong(), new Steps(fields.integer("reading_steps", null, 0, Integer.MAX_VALUE),
                fields.integer("stage1_steps", null, 0, Integer.MAX_VALUE),
                fields.integer("stage2_steps", null, 0, Integer.MAX_VALUE)),
                fields.number("seconds", null, 0, Double.MAX_VALUE), values);
    }

    /** The text of the file: what was measured, and a checksum of it. */
    private String sealed() {
        ObjectNode node = json();
        CRC32 sum = new CRC32();
        sum.update(node.toString().getBytes(StandardCharsets.UTF_8));
        return node.put("crc32", String.format(Locale.ROOT, "%08x", sum.getValue())).toPrettyString() + "\n";
    }
}
