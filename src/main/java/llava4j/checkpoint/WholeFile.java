package llava4j.checkpoint;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import llava4j.error.UserError;

/**
 * A file is written under a temporary name beside its place and then renamed: whoever finds it finds all of it.
 *
 * <p>The temporary name, {@code .NAME.PROCESS-START@MACHINE.part}, says which process writes it. So two processes that write one
 * place never share a file (the later rename wins), and what a killed process left is removed by the next one of its machine that
 * writes to that folder. What one would get wrong: a random name cannot be told from that of a process which is still writing, and
 * each kill leaves one more file for ever; and in a folder that several machines share, a process's number says nothing without the
 * machine's name.
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

    private static final Pattern TEMPORARY = Pattern.compile("\\..+\\.((\\d{1,18})-\\d+)(@[^@]*)?\\.part");
    private static final String HERE = "@" + machine();
    private static final Set<Path> CLEANED = ConcurrentHashMap.newKeySet();

    private WholeFile() {
    }

    /**
     * Writes {@code file}, replacing it if it is there; its folder is made if need be.
     *
     * @param file    its place
     * @param content writes the temporary file
     * @throws UserError if the place cannot be written; nothing is left there then
     */
    public static void write(Path file, Content content) {
        Path place = file.toAbsolutePath();
        Path temporary = place.resolveSibling("." + place.getFileName() + "." + writer(ProcessHandle.current()) + HERE + ".part");
        try {
            Files.createDirectories(place.getParent());
            if (CLEANED.add(place.getParent())) {
                removeLeftovers(place.getParent());
            }
            Files.createFile(temporary);
            content.write(temporary);
            try {
                Files.move(temporary, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(temporary, place, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UserError(file + ": cannot be written (" + reason(e) + "): choose another place, or make room and make "
                    + "it writable", e);
        } finally {
            deleteQuietly(temporary);
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
        if (Files.isDirectory(file) || folder == null || !isWritable(nearest(folder))) {
            throw UserError.of("%s: cannot be written: choose another place, or make it writable", file);
        }
    }

    /**
     * Looks whether files can be written into a folder, before what they are to hold is worked for; makes nothing.
     *
     * @param folder is there, or can be made
     * @return the folder, or the nearest one above it that is there
     * @throws UserError if a file lies there, or the folder may not be made or written to
     */
    public static Path requireFolder(Path folder) {
        Path there = nearest(folder.toAbsolutePath());
        if (!isWritable(there)) {
            throw UserError.of("%s: cannot be written: choose another --out, or make it writable", folder);
        }
        return there;
    }

    private static Path nearest(Path folder) {
        Path there = folder;
        while (!Files.exists(there)) {
            there = there.getParent();
        }
        return there;
    }

    private static boolean isWritable(Path folder) {
        return Files.isDirectory(folder) && Files.isWritable(folder);
    }

    /**
     * Writes a text in UTF-8, each line ended by {@code \n} alone: what is written on Windows has the same bytes as elsewhere,
     * so that two models or reports can be compared by their checksums.
     *
     * @param file its place; its folder is made if need be
     * @param text the whole content
     * @throws UserError if the place cannot be written; nothing is left there then
     */
    public static void write(Path file, String text) {
        write(file, temporary -> Files.writeString(temporary, text.replace("\r\n", "\n")));
    }

    /**
     * Removes the temporary files in a folder whose process has ended without renaming them. The first {@code write} of a process
     * to a folder does so by itself, and only the first, since a folder may hold many pictures; whoever sees others die after
     * that looks again.
     *
     * @param folder files of processes that still write, or of another machine, are left there
     */
    public static void removeLeftovers(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".*.part")) {
            for (Path file : files) {
                Matcher part = TEMPORARY.matcher(file.getFileName().toString());
                if (part.matches() && (part.group(3) == null || part.group(3).equals(HERE))
                        && !isWriting(part.group(1), Long.parseLong(part.group(2)))) {
                    deleteQuietly(file);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // A folder may be written to and yet not be listed; what is left there harms nobody.
        }
    }

    /** As Linux or Windows names it, without asking the network; empty where neither does. */
    private static String machine() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip().replaceAll("[^\\w.-]", "");
        } catch (IOException e) {
            return System.getenv().getOrDefault("COMPUTERNAME", "").replaceAll("[^\\w.-]", "");
        }
    }

    private static boolean isWriting(String writer, long process) {
        return ProcessHandle.of(process).filter(found -> writer(found).equals(writer)).isPresent();
    }

    /** A process's number alone is given to another one after it. */
    private static String writer(ProcessHandle process) {
        return process.pid() + "-" + process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /** Why a place cannot be written, in a few words: the system's own where it gives any. */
    private static String reason(IOException e) {
        if (e.getCause() instanceof IOException inner) {
            return reason(inner);       // a writer of pictures says no more than that it failed
        }
        String words = e instanceof FileSystemException ? ((FileSystemException) e).getReason() : e.getMessage();
        return words != null && !words.isBlank() ? words : e.getClass().getSimpleName();
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // A leftover temporary file harms nobody.
        }
    }
}
