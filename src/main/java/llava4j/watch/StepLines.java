package llava4j.watch;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import llava4j.checkpoint.WholeFile;
import llava4j.error.UserError;

/**
 * A text file of which each line belongs to a step: lines are appended as steps are done, and a run that goes on from step s
 * takes away those after s before it appends.
 *
 * <p>What one would get wrong: a killed run has written lines of steps that its saved state knows nothing of, the last one
 * perhaps in half. Appended to, the file would tell these steps twice.
 */
final class StepLines implements AutoCloseable {

    private final Path file;
    private final Function<String, OptionalInt> stepOf;
    private BufferedWriter writer;

    /**
     * @param file   of the lines
     * @param stepOf the step that a line belongs to; empty for a line that is no such line
     */
    StepLines(Path file, Function<String, OptionalInt> stepOf) {
        this.file = file;
        this.stepOf = stepOf;
    }

    /**
     * Opens the file for lines of steps after {@code step}.
     *
     * @param step   0 for a run at its beginning, which leaves nothing of an earlier file
     * @param header lines before those of the first step
     * @return the lines that were kept, without the header
     */
    List<String> open(int step, List<String> header) {
        List<String> kept = step == 0 ? List.of() : linesUpTo(step);
        List<String> all = new ArrayList<>(header);
        all.addAll(kept);
        WholeFile.write(file, all.isEmpty() ? "" : String.join("\n", all) + "\n");
        try {
            writer = Files.newBufferedWriter(file, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw unwritable(e);
        }
        return kept;
    }

    private List<String> linesUpTo(int step) {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            return Files.readString(file).lines().filter(line -> {
                OptionalInt own = stepOf.apply(line);
                return own.isPresent() && own.getAsInt() <= step;
            }).toList();
        } catch (IOException e) {
            throw new UserError(file + ": cannot be read (" + e.getMessage() + "): move it away", e);
        }
    }

    /** Written out at once: whoever follows the file sees the step when it is done. */
    void append(String line) {
        try {
            writer.write(line + "\n");
            writer.flush();
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private UserError unwritable(IOException e) {
        return new UserError(file + ": cannot be written (" + e.getMessage() + "): make room, or make it writable, and go on with "
                + "--resume", e);
    }

    @Override
    public void close() {
        try {
            if (writer != null) {
                writer.close();
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }
}
