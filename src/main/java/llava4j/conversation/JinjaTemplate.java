package llava4j.conversation;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import llava4j.conversation.Conversation.Turn;
import llava4j.error.UserError;
import llava4j.json.Fields;
import llava4j.json.JsonFile;

/**
 * A model's own {@code chat_template}: a small program in the language Jinja that writes a conversation as text.
 *
 * <p>It is run with the settings that transformers gives it ({@code trim_blocks}, {@code lstrip_blocks}, {@code
 * raise_exception}, {@code strftime_now}). It comes with a file from anywhere, so time and output are limited.
 */
final class JinjaTemplate {

    private static final long LARGEST = 1_000_000;
    private static final int SECONDS = 10;

    private final String text;
    private final String begin;
    private final String end;
    private final Jinjava jinja = new Jinjava(JinjavaConfig.newBuilder().withTrimBlocks(true).withLstripBlocks(true)
            .withMaxOutputSize(LARGEST).withLegacyOverrides(LegacyOverrides.newBuilder().withUsePyishObjectMapper(true)
                    .withEvaluateMapKeys(true).withParseWhitespaceControlStrictly(true)
                    .withUseTrimmingForNotesAndExpressions(true).withUseNaturalOperatorPrecedence(true)
                    .withKeepNullableLoopValues(true).build()).build());

    /**
     * @param text  the program
     * @param begin the text of the token that begins a sequence, may be empty
     * @param end   the text of the token that ends one
     */
    JinjaTemplate(String text, String begin, String end) {
        this.text = text;
        this.begin = begin;
        this.end = end;
        jinja.getGlobalContext().registerFunction(
                new ELFunctionDefinition("", "raise_exception", JinjaTemplate.class, "refuse", Object.class));
        jinja.getGlobalContext().registerFunction(
                new ELFunctionDefinition("", "strftime_now", JinjaTemplate.class, "now", Object.class));
    }

    /**
     * The program of a model directory: {@code chat_template.jinja}, else the {@code chat_template} of
     * tokenizer_config.json, where the one called "default" is taken if there are several.
     *
     * @throws UserError if a file that should hold it cannot be read
     */
    static Optional<String> in(Path directory) {
        Path file = directory.resolve("chat_template.jinja");
        try {
            if (Files.isRegularFile(file)) {
                if (Files.size(file) > LARGEST) {
                    throw UserError.of("%s: %d bytes are too many for a template", file, Files.size(file));
                }
                // As Python reads a text: a checkout on Windows may have changed the ends of its lines
                return Optional.of(Files.readString(file).replace("\r\n", "\n"));
            }
        } catch (IOException e) {
            throw new UserError(file + ": cannot be read as text in UTF-8: " + e.getMessage(), e);
        }
        Path config = directory.resolve("tokenizer_config.json");
        Fields settings = Files.isRegularFile(config) ? JsonFile.object(config) : Fields.empty(config.toString());
        if (!settings.json().path("chat_template").isArray()) {
            return settings.optionalText("chat_template");
        }
        return settings.objects("chat_template").stream().filter(one -> one.text("name").equals("default")).findFirst()
                .map(one -> one.text("template"));
    }

    /**
     * The conversation as the program writes it; it is asked to begin the next answer where the last turn has none.
     *
     * @param system the system message, {@code null} for none
     * @return nothing where the program fails or takes too long
     */
    Optional<String> render(String system, List<Turn> turns) {
        List<Map<String, Object>> messages = new ArrayList<>();
        if (system != null) {
            messages.add(message("system", system));
        }
        for (Turn turn : turns) {
            messages.add(message("user", turn.human()));
            if (turn.gpt() != null) {
                messages.add(message("assistant", turn.gpt()));
            }
        }
        Map<String, Object> bindings = Map.of("messages", messages, "bos_token", begin, "eos_token", end,
                "add_generation_prompt", turns.get(turns.size() - 1).gpt() == null);
        CompletableFuture<RenderResult> rendered = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                rendered.complete(jinja.renderForResult(text, bindings));
            } catch (RuntimeException | StackOverflowError e) {
                rendered.completeExceptionally(e);
            }
        }, "chat template");
        thread.setDaemon(true);
        thread.start();
        try {
            RenderResult result = rendered.get(SECONDS, TimeUnit.SECONDS);
            return result.getErrors().isEmpty() ? Optional.of(result.getOutput()) : Optional.empty();
        } catch (TimeoutException | ExecutionException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("interrupted", e);
        }
    }

    private static Map<String, Object> message(String role, String content) {
        return Map.of("role", role, "content", content);
    }

    /** {@code raise_exception}: what is asked for cannot be written. */
    public static String refuse(Object why) {
        throw new IllegalArgumentException(String.valueOf(why));
    }

    /** {@code strftime_now}, in the one form that templates use: {@code %d %b %Y}. */
    public static String now(Object format) {
        return java.time.format.DateTimeFormatter.ofPattern("dd MMM yyyy", java.util.Locale.ROOT).format(LocalDateTime.now());
    }
}
