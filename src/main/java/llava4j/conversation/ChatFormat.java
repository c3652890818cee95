package llava4j.conversation;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import llava4j.conversation.Conversation.Turn;
import llava4j.error.UserError;
import llava4j.json.Fields;

/**
 * How a model converses: its template, and its system message.
 *
 * <p>A directory says so under {@code llava4j} in config.json, or by a {@code chat_template}. That is a program, and the
 * same template is written in many ways; so it is known by what it does: it is run on a few conversations, and is the
 * template that writes the same text for all of them. A system message that it adds by itself is kept.
 *
 * @param template {@code null} where the directory's chat_template is none that is known here
 * @param system   the system message, may be empty
 */
public record ChatFormat(Template template, String system) {

    private static final String MARK = "[the system message]";
    private static final List<Turn> QUESTION = List.of(new Turn("q", null));

    /** Spaces at the ends show whether they are kept; a system message of {@code null} is left to the program. */
    private record Probe(String system, List<Turn> turns) {
    }

    private static final List<Probe> PROBES = List.of(
            new Probe(null, List.of(new Turn(" a question\n", null))),
            new Probe(null, List.of(new Turn("one", "two"), new Turn("three", null))),
            new Probe(null, List.of(new Turn("\n<image>\none", " two \n"), new Turn("three ", "\nfour"))),
            new Probe("s", List.of(new Turn("one\n\ntwo", null))),
            new Probe("a system\nmessage.", List.of(new Turn(" one", "two "), new Turn("three", "four"),
                    new Turn("five", null))));

    /**
     * How the model of a directory converses.
     *
     * @param directory its own
     * @param own       what config.json says under {@code llava4j}; it counts before anything else
     * @param tokenizer its tokenizer
     * @param usual     in which a model converses whose directory names no template, or has a chat_template that is not known
     *                  here; {@code null} for a language model, which was tuned to speak in its chat_template whichever that is
     * @return its template and system message
     * @throws UserError if config.json names a template that there is not, or says either by something else than a text, or
     *                   a file cannot be read
     */
    public static ChatFormat of(Path directory, Fields own, Tokenizer tokenizer, Template usual) {
        Optional<String> named = own.optionalText("conversation_template");
        Optional<String> system = own.optionalText("system_prompt");
        if (named.isPresent()) {
            Template template = Template.of(named.get());
            return new ChatFormat(template, system.orElse(template.usualSystem()));
        }
        Optional<String> program = JinjaTemplate.in(directory);
        Template otherwise = usual == null && program.isEmpty() ? Template.V1 : usual;
        ChatFormat format = new ChatFormat(otherwise,
                system.orElse(otherwise == null ? Template.SYSTEM : otherwise.usualSystem()));
        return program.flatMap(text -> recognised(text, tokenizer.beginText(), tokenizer.endText())).orElse(format);
    }

    /**
     * {@return the chat model's template that a {@code chat_template} writes, if it is one of those here}
     *
     * @param program the {@code chat_template}
     * @param begin   the text of the token that begins a sequence, may be empty
     * @param end     the text of the token that ends one
     */
    static Optional<ChatFormat> recognised(String program, String begin, String end) {
        JinjaTemplate jinja = new JinjaTemplate(program, begin, end);
        Optional<String> question = jinja.render(null, QUESTION);
        return question.flatMap(asked -> Arrays.stream(Template.values()).filter(Template::isChatMarkup)
                .flatMap(template -> systemIn(asked, template, begin, end).stream()
                        .map(system -> new ChatFormat(template, system)))
                .filter(format -> PROBES.stream().allMatch(probe -> jinja.render(probe.system(), probe.turns())
                        .filter(format.text(probe, begin, end)::equals).isPresent()))
                .findFirst());
    }

    /** The system message that a program puts before a question by itself, if it writes in this template at all. */
    private static Optional<String> systemIn(String asked, Template template, String begin, String end) {
        if (asked.equals(text(template, "", QUESTION, begin, end))) {
            return Optional.of("");
        }
        String[] around = text(template, MARK, QUESTION, begin, end).split(java.util.regex.Pattern.quote(MARK), -1);
        return asked.length() >= around[0].length() + around[1].length() && asked.startsWith(around[0])
                && asked.endsWith(around[1])
                ? Optional.of(asked.substring(around[0].length(), asked.length() - around[1].length())) : Optional.empty();
    }

    /**
     * {@return the template}
     *
     * @param directory where the chat_template was found, for the message
     * @throws UserError if it is none that is known here
     */
    public Template known(Path directory) {
        if (template == null) {
            throw UserError.of("%s: its chat_template writes in none of the templates known here: choose the nearest with "
                    + "--template (%s)", directory, Template.labels());
        }
        return template;
    }

    /**
     * {@return ids of the tokens that end an answer in this template, beside those that config.json names}
     *
     * @param tokenizer the model's
     * @throws UserError if it lacks a special token of the template: the model cannot have been tuned in it
     */
    public List<Integer> endTokens(Tokenizer tokenizer) {
        if (template == null || !template.isChatMarkup()) {
            return List.of();
        }
        List<String> missing = template.specialTokens().stream().filter(token -> !tokenizer.has(token)).toList();
        if (!missing.isEmpty()) {
            throw UserError.of("the template %s needs %s, which this model's vocabulary does not have as special tokens: "
                    + "choose another --template", template.label(), String.join(" and ", missing));
        }
        String end = template.endOfTurn(tokenizer.endText());
        return tokenizer.has(end) ? List.of(tokenizer.idOf(end)) : List.of();
    }

    /** {@return what config.json keeps of it, by key; nothing where the template is not known} */
    public Map<String, String> settings() {
        return template == null ? Map.of() : Map.of("conversation_template", template.label(), "system_prompt", system);
    }

    private String text(Probe probe, String begin, String end) {
        return text(template, probe.system() == null ? system : probe.system(), probe.turns(), begin, end);
    }

    private static String text(Template template, String system, List<Turn> turns, String begin, String end) {
        return template.segments(system, turns, begin, end).stream().map(Segment::text).collect(Collectors.joining());
    }
}
