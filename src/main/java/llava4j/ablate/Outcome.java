package llava4j.ablate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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

    /** Steps of reading problems in words, of stage 1, and of what a row is trained on. */
    record Steps(int reading, int stage1, int stage2) {

        String inWords() {
            return (reading > 0 ? reading + " steps of reading, " : "") + stage1 + " steps of stage 1, then " + stage2
                    + " steps of 32 samples";
        }
    }

    void write(Path file) {
        WholeFile.write(file, json().toPrettyString() + "\n");
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
     * @throws UserError if it is of a run with other steps
     */
    static Optional<Outcome> read(Path file, Steps steps) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            JsonNode node = new ObjectMapper().readTree(file.toFile());
            Map<String, Double> values = new LinkedHashMap<>();
            node.path("values").properties().forEach(entry -> values.put(entry.getKey(), entry.getValue().asDouble()));
            Outcome outcome = new Outcome(node.path("table").asInt(), node.path("row").asText(),
                    node.path("seed").asLong(), new Steps(node.path("reading_steps").asInt(),
                    node.path("stage1_steps").asInt(), node.path("stage2_steps").asInt()),
                    node.path("seconds").asDouble(), values);
            if (!outcome.steps.equals(steps)) {
                throw UserError.of("%s: is of a run of %s, not of %s: give the same steps, another --out, or leave --resume "
                        + "out", file, outcome.steps.inWords(), steps.inWords());
            }
            return Optional.of(outcome);
        } catch (IOException e) {
            throw new UserError(file + ": is not the result of a run: remove it, or leave --resume out", e);
        }
    }
}
