package llava4j.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import llava4j.conversation.Tokenizer;
import llava4j.error.UserError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows how texts become token ids, and what the ids say when they are read back. */
@Command(name = "tokenize", mixinStandardHelpOptions = true,
        description = "Read a JSON array of texts on stdin and show the tokens of each.",
        footer = {"", "With --json: a JSON array of {ids, tokens, decoded, decoded_skip_special}. Else one line a text:",
            "each token and its id."})
final class TokenizeCommand implements Callable<Integer> {

    @Option(names = "--model", required = true, paramLabel = "DIR",
            description = "Directory with tokenizer.json; weights are not needed.")
    private Path model;

    @Option(names = "--no-special-tokens", description = "Leave out the tokens that begin and end every text.")
    private boolean plain;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        JsonNode texts = read();
        ArrayNode all = new ObjectMapper().createArrayNode();
        try (Tokenizer tokenizer = Tokenizer.open(model)) {
            for (JsonNode text : texts) {
                int[] ids = tokenizer.encode(text.asText(), !plain);
                String[] tokens = tokenizer.tokens(text.asText(), !plain);
                ObjectNode entry = all.addObject();
                Arrays.stream(ids).forEach(entry.putArray("ids")::add);
                Arrays.stream(tokens).forEach(entry.putArray("tokens")::add);
                entry.put("decoded", tokenizer.decode(ids, false));
                entry.put("decoded_skip_special", tokenizer.decode(ids, true));
                if (!json) {
                    StringBuilder line = new StringBuilder();
                    for (int i = 0; i < ids.length; i++) {
                        line.append(i == 0 ? "" : " ").append(tokens[i]).append(':').append(ids[i]);
                    }
                    System.out.println(line);
                }
            }
        }
        if (json) {
            System.out.println(all);
        }
        return 0;
    }

    private static JsonNode read() throws IOException {
        JsonNode texts;
        try {
            texts = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .readTree(System.in.readAllBytes());
        } catch (JsonProcessingException e) {
            throw UserError.of("stdin, line %d: not valid JSON: %s", e.getLocation().getLineNr(), e.getOriginalMessage());
        }
        if (!texts.isArray()) {
            throw new UserError("stdin: need a JSON array of texts, [\"..\", ..]");
        }
        for (int i = 0; i < texts.size(); i++) {
            if (!texts.get(i).isTextual()) {
                throw UserError.of("stdin: entry %d is not a text", i + 1);
            }
        }
        return texts;
    }
}
