package llava4j.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import llava4j.error.UserError;

/**
 * Model directories on the way, {@code checkpoint-STEP}, of which the last K are kept.
 *
 * <p>Each is written under a hidden name and then renamed: what is called {@code checkpoint-STEP} is whole. Older ones are removed
 * only after that. What one would get wrong: to remove first and then write, and the disk that was too full for the new one
 * has lost the old one too.
 *
 * @param folder of the run
 * @param every  steps between two of them
 * @param keep   K
 * @param save   writes the model into a directory
 */
public record Checkpoints(Path folder, int every, int keep, Consumer<Path> save) {

    private static final String PREFIX = "checkpoint-";

    /**
     * Writes a directory if it is time for one.
     *
     * @param step steps done
     * @throws UserError if it cannot be written; the earlier ones are then still there
     */
    public void after(int step) {
        if (step % every != 0) {
            return;
        }
        Path whole = folder.resolve(PREFIX + step);
        Path temporary = folder.resolve("." + PREFIX + step + ".part");
        try {
            remove(temporary);
            save.accept(temporary);
            remove(whole);                          // of the run before, if it is there
            Files.move(temporary, whole);
            for (Path old : before(step)) {
                remove(old);
            }
        } catch (IOException e) {
            throw new UserError(whole + ": cannot be written (" + e.getMessage() + "): make room, and go on with --resume", e);
        }
    }

    /** Those of earlier steps of this run that are more than are kept; of later steps are those of another run. */
    private List<Path> before(int step) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> earlier = all.filter(path -> path.getFileName().toString().matches(PREFIX + "\\d{1,9}"))
                    .filter(path -> stepOf(path) <= step && stepOf(path) % every == 0)
                    .sorted(Comparator.comparingInt(Checkpoints::stepOf)).collect(Collectors.toList());
            return earlier.subList(0, Math.max(0, earlier.size() - keep));
        }
    }

    private static int stepOf(Path checkpoint) {
        return Integer.parseInt(checkpoint.getFileName().toString().substring(PREFIX.length()));
    }

    private static void remove(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> inside = Files.walk(directory)) {
            for (Path path : inside.sorted(Comparator.reverseOrder()).collect(Collectors.toList())) {
                Files.delete(path);
            }
        }
    }
}
