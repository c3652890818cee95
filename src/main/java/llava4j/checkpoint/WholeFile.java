package llava4j.checkpoint;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import llava4j.error.UserError;

/**
 * A file is written under a temporary name beside its place and then renamed: whoever finds it finds all of it.
 */
public final class WholeFile {

    /** Fills the temporary file. */
    @FunctionalInterface
    public interface Content {
        /**
         * Writes the content.
         *
         * @param temporary an empty file to write to
         * @throws IOException where it cannot be written; the place is then left as it was
         */
        void write(Path temporary) throws IOException;
    }

    private WholeFile() {
    }

    /**
     * Writes {@code file}, replacing it if it is there; its folder is made if need be.
     *
     * @param file    its place
     * @param content writes the temporary file
     * @throws UserError if the place cannot be written; nothing is left behind then
     */
    public static void write(Path file, Content content) {
        Path place = file.toAbsolutePath();
        Path temporary = null;
        try {
            Files.createDirectories(place.getParent());
            temporary = Files.createTempFile(place.getParent(), "." + place.getFileName(), ".part");
            content.write(temporary);
            // createTempFile makes files that nobody else may read
            temporary.toFile().setReadable(true, false);
            try {
                Files.move(temporary, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(temporary, place, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UserError(file + ": cannot be written (" + e.getClass().getSimpleName() + "): choose another place, "
                    + "or make it writable", e);
        } finally {
            try {
                if (temporary != null) {
                    Files.deleteIfExists(temporary);
                }
            } catch (IOException e) {
                // A leftover temporary file harms nobody.
            }
        }
    }

    /**
     * Looks whether a file can be written, before what it is to hold is worked for; makes nothing.
     *
     * @param file its place
     * @throws UserError if a folder lies there, or the folder that it is to lie in is none, or may not be written to
     */
    public static void requirePlace(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        while (folder != null && !Files.exists(folder)) {
            folder = folder.getParent();
        }
        if (Files.isDirectory(file) || folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw UserError.of("%s: cannot be written: choose another place, or make it writable", file);
        }
    }

    /**
     * Writes a text in UTF-8.
     *
     * @param file its place; its folder is made if need be
     * @param text the whole content
     * @throws UserError if the place cannot be written; nothing is left behind then
     */
    public static void write(Path file, String text) {
        write(file, temporary -> Files.writeString(temporary, text));
    }
}
