package llava4j.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import llava4j.demo.BookDemo;
import llava4j.error.UserError;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Where the picture book's parts lie, and how much of it is painted and asked. */
final class BookOptions {

    @Option(names = "--language", paramLabel = "DIR", description = "Of the picture book: the language model, as it is downloaded.")
    private Path language;

    @Option(names = "--emoji", paramLabel = "DIR", description = "Of the picture book: its art, as \"fetch emoji\" writes it.")
    private Path emoji;

    @Option(names = "--encoder", paramLabel = "DIR",
            description = "Of the picture book: its CLIP (default: the shipped one, pretrained/book-clip in --data).")
    private Path encoder;

    @Option(names = "--pictures", converter = Range.Pictures.class, paramLabel = "N",
            description = "Of the picture book: pictures to train on (default 6000).")
    private Integer pictures;

    @Option(names = "--questions", converter = Range.Count.class, paramLabel = "N",
            description = "Of the picture book: questions of the exam, at most (default 570).")
    private Integer questions;

    @Option(names = "--lora", description = "Of the picture book: also run stage 2 as LoRA, to see what the decoder then forgets.")
    private boolean lora;

    /** For a world that has none of these. */
    void refuse(CommandLine command) {
        if (language != null || emoji != null || encoder != null || pictures != null || questions != null || lora) {
            throw new ParameterException(command, "--language, --emoji, --encoder, --pictures, --questions and --lora go with --world "
                    + "picturebook");
        }
    }

    BookDemo.Settings settings(Path data, Path out, long seed, BookDemo.Steps steps, boolean withoutStage1, boolean resume,
                               CommandLine command) {
        if (language == null || emoji == null) {
            throw new ParameterException(command, "--world picturebook: need --language DIR and --emoji DIR: \"fetch smollm2-135m "
                    + "--out DIR\" and \"fetch emoji --out DIR\" bring them");
        }
        Path clip = encoder != null ? encoder : data.resolve("pretrained/book-clip");
        if (!Files.isDirectory(clip)) {
            throw UserError.of("%s: the picture book's encoder is not here: run in the project's folder, or name it with "
                    + "--encoder", clip);
        }
        return new BookDemo.Settings(language, clip, emoji, out, seed, pictures != null ? pictures : 6000, steps,
                questions != null ? questions : 570, withoutStage1, lora, resume);
    }
}
