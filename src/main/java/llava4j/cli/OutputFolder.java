package llava4j.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import llava4j.error.UserError;

/** The folder of {@code --out}: looked at before the work, which may take long, and made once there is something to write. */
final class OutputFolder {

    private OutputFolder() {
    }

    /**
     * Sees to it that there can be such a folder.
     *
     * @throws UserError if it cannot be written
     */
    static void requireWritable(Path out) {
        Path there = out.toAbsolutePath();
        while (!Files.exists(there)) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there) || !Files.isWritable(there)) {
            throw UserError.of("%s: cannot be written: choose another --out, or make it writable", out);
        }
    }
}
