package llava4j.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import llava4j.picturebook.BookWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes a fresh picture book: scenes of recognisable things, told in everyday English. */
@Command(name = "picturebook", mixinStandardHelpOptions = true,
        description = "Paint a picture book with emoji and write what is said about it: images/*.png, scenes.json, captions.json, "
                + "instances.json, instructions.json, questions.json.",
        footer = {"", "The art comes with \"fetch emoji\". Who shows the pictures names its authors: ATTRIBUTION.md beside it."})
final class PicturebookCommand implements Callable<Integer> {

    @Option(names = "--emoji", required = true, paramLabel = "DIR", description = "The art, as \"fetch emoji\" writes it.")
    private Path emoji;

    @Option(names = "--seed", required = true, paramLabel = "S", description = "The same seed gives the same book.")
    private long seed;

    @Option(names = "--count", converter = Range.Pictures.class, required = true, paramLabel = "N",
            description = "Number of pictures.")
    private int count;

    @Option(names = "--most-things", converter = Range.Things.class, split = ",", defaultValue = "6", paramLabel = "N",
            description = "Things in a picture, at most (1 to 6, default ${DEFAULT-VALUE}): with 1 or 2 the book is easier to read; "
                    + "2,6 takes turns.")
    private List<Integer> mostThings;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Made if need be.")
    private Path out;

    @Override
    public Integer call() {
        BookWriter.write(emoji, out, seed, count, mostThings);
        System.out.println(count + " pictures in " + out);
        return 0;
    }
}
