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
 * @param table       number in the paper
 * @param row         key of the row
 * @param stage1Steps steps of stage 1
 * @param stage2Steps steps of stage 2
 * @param seconds     what it took; more if the machine was busy
 * @param values      measured, by name
 */
record Outcome(int table, String row, long seed, int stage1Steps, int stage2Steps, double seconds,
               Map<String, Double> values) {

    void write(Path file) {
        WholeFile.write(file, json().toPrettyString() + "\n");
    }

    ObjectNode json() {
        ObjectNode node = new ObjectMapper().createObjectNode().put("table", table).put("row", row).put("seed", seed)
                .put("stage1_steps", stage1Steps).put("stage2_steps", stage2Steps)
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
    static Optional<Outcome> read(Path file, int stage1Steps, int stage2Steps) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            JsonNode node = new ObjectMapper().readTree(file.toFile());
            Map<String, Double> values = new LinkedHashMap<>();
            node.path("values").properties().forEach(entry -> values.put(entry.getKey(), entry.getValue().asDouble()));
            Outcome outcome = new Outcome(node.path("table").asInt(), node.path("row").asText(),
                    node.path("seed").asLong(), node.path("stage1_steps").asInt(), node.path("stage2_steps").asInt(),
                    node.path("seconds").asDouble(), values);
            if (outcome.stage1Steps != stage1Steps || outcome.stage2Steps != stage2Steps) {
                throw UserError.of("%s: is of a run of %d and %d steps, not of %d and %d: give the same steps, another --out, "
                        + "or leave --resume out", file, outcome.stage1Steps, outcome.stage2Steps, stage1Steps, stage2Steps);
            }
            return Optional.of(outcome);
        } catch (IOException e) {
            throw new UserError(file + ": is not the result of a run: remove it, or leave --resume out", e);
        }
    }
}
