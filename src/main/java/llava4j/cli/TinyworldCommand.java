package llava4j.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import llava4j.teacher.TinyInstructions;
import llava4j.tinyworld.WorldWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes a fresh world: pictures that nobody trained on. */
@Command(name = "tinyworld", mixinStandardHelpOptions = true,
        description = "Paint a tiny world and write what is said about it: images/*.png, scenes.json, captions.json, "
                + "instances.json, instructions.json, questions.json.")
final class TinyworldCommand implements Callable<Integer> {

    @Option(names = "--seed", required = true, paramLabel = "S", description = "The same seed gives the same world.")
    private long seed;

    @Option(names = "--count", converter = Range.Pictures.class, required = true, paramLabel = "N",
            description = "Number of pictures.")
    private int count;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Made if need be.")
    private Path out;

    @Override
    public Integer call() {
        WorldWriter.write(out, seed, count);
        TinyInstructions.write(out, seed);
        System.out.println(count + " pictures in " + out);
        return 0;
    }
}
