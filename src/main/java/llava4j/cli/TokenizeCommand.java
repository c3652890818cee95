package llava4j.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import llava4j.conversation.Tokenizer;
import llava4j.error.UserError;
import llava4j.json.Fields;
import llava4j.json.JsonText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows how texts become token ids, and what ids say when they are read back. */
@Command(name = "tokenize", mixinStandardHelpOptions = true,
        description = "Read a JSON array of texts on stdin and show the tokens of each; an array of ids in place of a text is "
                + "read back.",
        footer = {"", "With --json: a JSON array of {ids, tokens, decoded, decoded_skip_special}, without tokens where ids "
                + "were given.", "Else one line each: every token and its id, or the text that ids say."})
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
                boolean given = text.isArray();
                int[] ids = given ? ids(text) : tokenizer.encode(text.asText(), !plain);
                String[] tokens = given ? new String[0] : tokenizer.tokens(text.asText(), !plain);
                ObjectNode entry = all.addObject();
                Arrays.stream(ids).forEach(entry.putArray("ids")::add);
                if (!given) {
                    Arrays.stream(tokens).forEach(entry.putArray("tokens")::add);
                }
                entry.put("decoded", tokenizer.decode(ids, false));
                entry.put("decoded_skip_special", tokenizer.decode(ids, true));
                if (!json) {
                    System.out.println(given ? entry.get("decoded").asText() : IntStream.range(0, ids.length)
                            .mapToObj(i -> tokens[i] + ":" + ids[i]).collect(Collectors.joining(" ")));
                }
            }
        }
        if (json) {
            System.out.println(all);
        }
        return 0;
    }

    private static int[] ids(JsonNode list) {
        return IntStream.range(0, list.size()).map(i -> list.get(i).asInt()).toArray();
    }

    private static JsonNode read() throws IOException {
        JsonNode texts = JsonText.tree("stdin", StandardInput.open().readAllBytes());
        if (!texts.isArray()) {
            throw new UserError("stdin: need a JSON array of texts, [\"..\", ..]");
        }
        for (int i = 0; i < texts.size(); i++) {
            if (!texts.get(i).isTextual() && !isIds(texts.get(i))) {
                throw UserError.of("stdin: entry %d is neither a text nor an array of token ids", i + 1);
            }
            if (!Fields.isWhole(texts.get(i).asText())) {
                throw UserError.of("stdin: entry %d holds half a character, \\ud800 to \\udfff without its other half", i + 1);
            }
        }
        return texts;
    }

    private static boolean isIds(JsonNode entry) {
        return entry.isArray() && StreamSupport.stream(entry.spliterator(), false)
                .allMatch(id -> id.isIntegralNumber() && id.canConvertToInt() && id.asInt() >= 0);
    }
}
