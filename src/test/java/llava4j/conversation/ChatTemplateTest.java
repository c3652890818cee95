package llava4j.conversation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import llava4j.Fixtures;
import llava4j.conversation.Conversation.Turn;
import llava4j.error.UserError;
import llava4j.json.Fields;
import llava4j.json.JsonText;
import llava4j.model.LossGraph;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against what transformers' {@code apply_chat_template} made of the same conversations ({@code make_chat_fixtures.py}). */
@DisplayName("The templates of chat models")
class ChatTemplateTest {

    private static final String CHATML = "{%- for m in messages %}\n    {{- '<|im_start|>' + m.role }}\n"
            + "    {{- '\\n' ~ m['content'] ~ '<|im_end|>\\n' -}}\n{%- endfor %}\n"
            + "{%- if add_generation_prompt is true %}{{- '<|im_start|>assistant\\n' }}{% endif -%}\n";

    private record Case(String system, List<Turn> turns, String text, int[] ids, int[] learned) {
    }

    private static Path folder(Template template) {
        return Fixtures.path("chat/" + template.label());
    }

    private static List<Case> cases(Template template) throws IOException {
        List<Case> cases = new ArrayList<>();
        ObjectMapper json = new ObjectMapper();
        for (JsonNode node : json.readTree(folder(template).resolve("reference.json").toFile())) {
            List<Turn> turns = new ArrayList<>();
            node.path("turns").forEach(turn -> turns.add(new Turn(turn.path("human").asText(), turn.path("gpt").asText(null))));
            cases.add(new Case(node.path("system").asText(null), turns, node.path("text").asText(),
                    json.convertValue(node.path("ids"), int[].class), json.convertValue(node.path("learned"), int[].class)));
        }
        return cases;
    }

    private static ChatFormat own(Template template, Tokenizer tokenizer) {
        return ChatFormat.of(folder(template), Fields.empty("config.json"), tokenizer, null);
    }

    private static Optional<ChatFormat> recognised(String program) {
        return ChatFormat.recognised(program, "<s>", "</s>");
    }

    @ParameterizedTest
    @EnumSource(value = Template.class, names = {"CHATML", "LLAMA2", "LLAMA3", "ZEPHYR"})
    @DisplayName("are known by what the directory's chat_template writes, with its system message")
    void recognised(Template template) {
        try (Tokenizer tokenizer = Tokenizer.open(folder(template))) {
            assertEquals(new ChatFormat(template, template == Template.CHATML ? "You are a helpful assistant." : ""),
                    own(template, tokenizer));
        }
    }

    @ParameterizedTest
    @EnumSource(value = Template.class, names = {"CHATML", "LLAMA2", "LLAMA3", "ZEPHYR"})
    @DisplayName("write the text and give the ids that transformers does")
    void sameTextAndIds(Template template) throws IOException {
        try (Tokenizer tokenizer = Tokenizer.open(folder(template))) {
            for (Case wanted : cases(template)) {
                String system = wanted.system() == null ? own(template, tokenizer).system() : wanted.system();
                assertEquals(wanted.text(), template.segments(system, wanted.turns(), tokenizer.beginText(), tokenizer.endText())
                        .stream().map(Segment::text).collect(Collectors.joining()));
                assertArrayEquals(wanted.ids(),
                        new ConversationEncoder(tokenizer, template, system, tokenizer.idOf("<image>"), 1).prompt(wanted.turns()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = Template.class, names = {"CHATML", "LLAMA2", "LLAMA3", "ZEPHYR"})
    @DisplayName("teach the assistant's tokens and the token that ends its turn, and no others")
    void sameMask(Template template) throws IOException {
        int seen = 0;
        try (Tokenizer tokenizer = Tokenizer.open(folder(template))) {
            for (Case wanted : cases(template)) {
                if (wanted.turns().get(wanted.turns().size() - 1).gpt() == null) {
                    continue;
                }
                String system = wanted.system() == null ? own(template, tokenizer).system() : wanted.system();
                String image = wanted.text().contains("<image>") ? "1.png" : null;
                SupervisedTokens tokens = new ConversationEncoder(tokenizer, template, system, tokenizer.idOf("<image>"), 3)
                        .encode(new Conversation("sample", image == null ? List.of() : List.of(image), wanted.turns()));
                assertArrayEquals(wanted.learned(),
                        Arrays.stream(tokens.labels()).filter(label -> label != LossGraph.IGNORED).toArray());
                assertEquals(wanted.ids().length + (image == null ? 0 : 2), tokens.ids().length, "three image tokens for one");
                seen++;
            }
        }
        assertEquals(2, seen);
    }

    @Test
    @DisplayName("are tokenised as one text, whose tokens those of its pieces are not")
    void oneText() {
        try (Tokenizer tokenizer = Tokenizer.open(folder(Template.ZEPHYR))) {
            List<Turn> turns = List.of(new Turn("a", "\n\nb"));
            int[] apart = Template.ZEPHYR.segments("", turns, "<s>", "</s>").stream()
                    .flatMapToInt(piece -> Arrays.stream(tokenizer.encode(piece.text(), false))).toArray();
            int[] whole = new ConversationEncoder(tokenizer, Template.ZEPHYR, "", -1, 0).prompt(turns);
            assertFalse(Arrays.equals(apart, whole), "the case shows the difference");
            assertArrayEquals(tokenizer.encode("<|user|>\na</s>\n<|assistant|>\n\n\nb</s>\n", false), whole);
        }
    }

    @Test
    @DisplayName("are known however the program is written")
    void anotherProgram() {
        assertEquals(Optional.of(new ChatFormat(Template.CHATML, "")), recognised(CHATML));
    }

    @Test
    @DisplayName("are not taken for one that differs in a single space, a trimmed answer, or the system message")
    void nearMisses() {
        assertEquals(Optional.empty(), recognised(CHATML.replace("'\\n' ~", "'\\n ' ~")));
        assertEquals(Optional.empty(), recognised(CHATML.replace("m['content']", "m['content'] | trim")));
        assertEquals(Optional.empty(), recognised("{% if messages[0].role == 'system' %}{{ raise_exception('no') }}{% endif %}"
                + CHATML));
        assertEquals(Optional.empty(), recognised("{% if %}"));
    }

    @Test
    @DisplayName("a chat_template that is none of them is refused when the language model is to converse")
    void unknown(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("chat_template.jinja"), "{% for m in messages %}{{ m.content }}{% endfor %}");
        try (Tokenizer tokenizer = Tokenizer.open(folder(Template.CHATML))) {
            Fields nothing = Fields.empty("config.json");
            ChatFormat format = ChatFormat.of(folder, nothing, tokenizer, null);
            String message = assertThrows(UserError.class, () -> format.known(folder)).getMessage();
            assertTrue(message.contains(folder.toString()) && message.contains("--template"), message);
            assertEquals(Template.V1, ChatFormat.of(folder, nothing, tokenizer, Template.V1).known(folder),
                    "a LLaVA converses in v1, as before");
            assertEquals(new ChatFormat(Template.LLAMA2, "s"), ChatFormat.of(folder,
                    own("{\"conversation_template\": \"llama2\", \"system_prompt\": \"s\"}"), tokenizer, null),
                    "config.json counts first");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"conversation_template\": 7}", "{\"system_prompt\": 9223372036854775807}",
        "{\"conversation_template\": [\"v1\"], \"system_prompt\": \"\"}", "{\"conversation_template\": \"v1\", "
        + "\"system_prompt\": false}"})
    @DisplayName("are named by texts in config.json; anything else there is refused, not read as nothing")
    void otherTypes(String own) {
        try (Tokenizer tokenizer = Tokenizer.open(folder(Template.CHATML))) {
            String message = assertThrows(UserError.class, () -> ChatFormat.of(folder(Template.CHATML), own(own), tokenizer,
                    Template.V1)).getMessage();
            assertTrue(message.startsWith("config.json: ") && message.endsWith(": need a text"), message);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "{\"default\": \"x\"}", "[\"x\"]", "[{\"name\": 1, \"template\": \"x\"}]",
        "[{\"name\": \"default\", \"template\": null}]"})
    @DisplayName("a chat_template that is neither a text nor a list of named ones is refused, not passed over")
    void chatTemplateOfAnotherType(String template, @TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"chat_template\": " + template + "}");
        String message = assertThrows(UserError.class, () -> JinjaTemplate.in(folder)).getMessage();
        assertTrue(message.startsWith(folder.resolve("tokenizer_config.json") + ": chat_template"), message);
    }

    private static Fields own(String json) {
        return JsonText.object("config.json", json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    @DisplayName("a vocabulary without their special tokens is refused; with them, the turn's end ends an answer")
    void specialTokens() {
        try (Tokenizer chatml = Tokenizer.open(folder(Template.CHATML)); Tokenizer llama = Tokenizer.open(folder(Template.LLAMA2))) {
            assertEquals(List.of(chatml.idOf("<|im_end|>")), new ChatFormat(Template.CHATML, "").endTokens(chatml));
            String message = assertThrows(UserError.class, () -> new ChatFormat(Template.CHATML, "").endTokens(llama)).getMessage();
            assertTrue(message.contains("<|im_start|>") && message.contains("--template"), message);
        }
    }
}
