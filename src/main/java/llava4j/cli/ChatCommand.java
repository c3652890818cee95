package llava4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import llava4j.Llava;
import llava4j.checkpoint.WholeFile;
import llava4j.conversation.Conversation.Turn;
import llava4j.conversation.UnknownWords;
import llava4j.error.UserError;
import llava4j.generate.Chat;
import llava4j.image.ImageFile;
import llava4j.tinyworld.WorldWords;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Talks, in several turns, about a picture; answers stream as they are decoded. */
@Command(name = "chat", mixinStandardHelpOptions = true, defaultValueProvider = ShippedModel.class,
        description = "Chat about a picture. Without --model: with the shipped model of the tiny world.",
        footer = {"", "In the chat: /image FILE, /reset, /save FILE, /quit. Reads piped questions too, one a line."})
final class ChatCommand implements Callable<Integer> {

    @Mixin
    private ModelOptions model;

    @Mixin
    private AnswerPrecisionOption precision;

    @Mixin
    private PictureOptions pictures;

    @Mixin
    private TemplateOption template;

    @Mixin
    private SamplingOptions sampling;

    @Option(names = "--image", paramLabel = "FILE", description = "The picture to begin with.")
    private Path image;

    @Option(names = "--max-new-tokens", converter = Range.Count.class, defaultValue = "256", paramLabel = "N",
            description = "Longest answer (default ${DEFAULT-VALUE}).")
    private int longest;

    private Path shown;

    @Override
    public Integer call() throws IOException {
        precision.choose(model);
        Llava llava = template.asked(pictures.asked(model.open()));
        Chat chat = new Chat(llava);
        if (image != null) {
            show(chat, image);
        }
        boolean terminal = System.console() != null;
        if (terminal) {
            System.err.println(image == null ? "no picture yet: /image FILE shows one; /quit ends"
                    : "looking at " + image + "; /quit ends");
        }
        if (!terminal) {
            return talk(llava, chat, StandardInput.lines()::readLine, false);
        }
        try (TypedLines typed = TypedLines.of(llava.tokenizer().vocabulary())) {
            return talk(llava, chat, typed::next, true);
        }
    }

    /** Where lines come from. */
    private interface Lines {
        String next() throws IOException;
    }

    private int talk(Llava llava, Chat chat, Lines lines, boolean terminal) throws IOException {
        while (true) {
            String line = lines.next();
            if (line == null || line.strip().equals("/quit")) {
                return 0;
            }
            if (!line.isBlank()) {
                answer(llava, chat, line.strip(), terminal);
            }
        }
    }

    private void answer(Llava llava, Chat chat, String line, boolean terminal) {
        try {
            if (line.startsWith("/image")) {
                show(chat, argument(line));
            } else if (line.equals("/reset")) {
                chat.reset();
            } else if (line.startsWith("/save")) {
                save(chat, argument(line));
            } else if (line.startsWith("/")) {
                throw UserError.of("%s: unknown; there are /image FILE, /reset, /save FILE, /quit", line);
            } else {
                UnknownWords.notice(llava.tokenizer(), line, WorldWords.guide(llava.tokenizer().vocabulary()))
                        .ifPresent(notice -> System.err.println("llava4j: " + notice));
                chat.ask(line, longest, sampling.sampler(), piece -> {
                    System.out.print(piece);
                    System.out.flush();
                });
                System.out.println();
                if (chat.cutShort()) {
                    System.err.println("llava4j: the answer stops here: the model's context of "
                            + llava.config().decoder().maxPositions() + " tokens is full; begin anew with /reset");
                }
            }
        } catch (UserError mistake) {
            if (!terminal) {
                throw mistake;
            }
            System.err.println("llava4j: " + mistake.getMessage());     // a person can try again
        }
    }

    private void show(Chat chat, Path file) {
        chat.show(file);
        shown = file;
        if (System.console() != null) {
            TerminalPicture.of(ImageFile.read(file), System.getenv()).ifPresent(System.out::print);
        }
    }

    /** The file of a command: the rest of its line, so that a name may have spaces. Windows copies a path in quotes. */
    private static Path argument(String line) {
        String[] parts = line.split("\\s+", 2);
        if (parts.length < 2) {
            throw UserError.of("%s needs a file name", line);
        }
        try {
            return Path.of(parts[1].replaceFirst("^\"(.+)\"$", "$1"));
        } catch (InvalidPathException e) {
            throw new UserError(parts[0] + ": no file can have that name here: " + e.getReason(), e);
        }
    }

    private void save(Chat chat, Path file) {
        ArrayNode samples = new ObjectMapper().createArrayNode();
        ObjectNode sample = samples.addObject().put("id", "chat");
        if (shown != null) {
            sample.put("image", shown.getFileName().toString());
        }
        ArrayNode turns = sample.putArray("conversations");
        for (Turn turn : chat.turns()) {
            turns.addObject().put("from", "human").put("value", turn.human());
            turns.addObject().put("from", "gpt").put("value", turn.gpt());
        }
        WholeFile.write(file, samples.toPrettyString() + "\n");
    }
}
