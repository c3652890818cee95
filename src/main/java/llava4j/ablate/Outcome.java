package llava4j.ablate;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
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

    private static final ObjectMapper STRICT = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

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
        Outcome found = of(file);
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

    /** Read strictly: a number that became a text, or a line that was lost, would else count as 0. */
    private static Outcome of(Path file) {
        try {
            String text = Files.readString(file);
            JsonNode node = STRICT.readTree(text);
            Map<String, Double> values = new LinkedHashMap<>();
            node.path("values").properties().forEach(entry -> values.put(entry.getKey(), entry.getValue().asDouble()));
            Outcome found = new Outcome(node.path("table").asInt(), node.path("row").asText(), node.path("seed").asLong(),
                    new Steps(node.path("reading_steps").asInt(), node.path("stage1_steps").asInt(),
                            node.path("stage2_steps").asInt()), node.path("seconds").asDouble(), values);
            // Written again it must be what was read, checksum and all
            if (found.sealed().equals(text) && values.containsKey(Table.SCORE)) {
                return found;
            }
            throw UserError.of("%s: is damaged, or was written by an earlier version: remove it, or leave --resume out", file);
        } catch (IOException e) {
            throw new UserError(file + ": is not the result of a run: remove it, or leave --resume out", e);
        }
    }

    /** The text of the file: what was measured, and a checksum of it. */
    private String sealed() {
        ObjectNode node = json();
        CRC32 sum = new CRC32();
        sum.update(node.toString().getBytes(StandardCharsets.UTF_8));
        return node.put("crc32", String.format(Locale.ROOT, "%08x", sum.getValue())).toPrettyString() + "\n";
    }
}
