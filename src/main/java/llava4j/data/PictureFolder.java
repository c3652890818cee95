package llava4j.data;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import llava4j.error.Faults;
import llava4j.error.UserError;
import llava4j.image.ImageFile;

/**
 * The folder that holds a data set's pictures, and the question whether one is there, which is answered without decoding it.
 *
 * <p>Data files come from anywhere, so a name that leads out of the folder is refused.
 */
public final class PictureFolder {

    private static final String SOUND = "";
    private static final Pattern CALLED_SO = Pattern.compile("(?i)\\.(jpe?g|png|gif|bmp|tiff?|webp)$");

    private final Path folder;
    private final Path base;
    private final Map<String, String> faults = new ConcurrentHashMap<>();

    /**
     * @param folder whose pictures data files may name
     */
    public PictureFolder(Path folder) {
        this.folder = folder;
        this.base = folder.toAbsolutePath().normalize();
    }

    /**
     * {@return the file of a picture}
     *
     * @param name as a data file gives it, below the folder
     * @throws UserError if it leads out of the folder
     */
    public Path file(String name) {
        try {
            Path file = base.resolve(name).normalize();
            if (file.startsWith(base) && !file.equals(base)) {
                return file;
            }
        } catch (InvalidPathException e) {
            throw new UserError("picture \"" + oneLine(name) + "\" cannot be the name of a file: " + reason(e), e);
        }
        throw UserError.of("picture \"%s\" lies outside %s: data files may name pictures of their own folder only",
                oneLine(name), folder);
    }

    /** In a locale without UTF-8 Java cannot name a file whose letters the locale's encoding lacks. */
    private static String reason(InvalidPathException e) {
        return e.getReason() + (e.getReason().contains("unmappable")
                ? ": this locale has no such letters, set LC_ALL=C.UTF-8" : "");
    }

    /**
     * {@return what is wrong with a picture at first sight: no such file, no file, or no picture by its first bytes; empty if
     * nothing is}
     *
     * @param name as a data file gives it; looked at once, however often it is asked for
     * @throws UserError if it leads out of the folder
     */
    String fault(String name) {
        String known = faults.get(name);
        if (known == null) {
            known = look(file(name));
            faults.put(name, known);
        }
        return known;
    }

    /**
     * Looks at pictures before the first of them is decoded.
     *
     * @param names as a data file gives them
     * @throws UserError naming all that lead out of the folder, are not there, or are no pictures
     */
    public void require(Collection<String> names) {
        if (!names.isEmpty() && !Files.isDirectory(folder)) {
            throw UserError.of("%s: no such folder: give the folder that holds the pictures with --images", folder);
        }
        Faults all = new Faults(folder.toString());
        for (String name : names) {
            try {
                String fault = fault(name);
                if (!fault.equals(SOUND)) {
                    all.add(fault);
                }
            } catch (UserError e) {
                all.add(e.getMessage());
            }
        }
        all.throwIfAny();
    }

    /**
     * {@return the names of all pictures in the folder and below it, sorted: files that are pictures by their first bytes, and
     * files that are called so}
     *
     * @throws UserError if there is no such folder, or it cannot be listed
     */
    public List<String> pictures() {
        if (!Files.isDirectory(folder)) {
            throw UserError.of("%s: no such folder: give the folder that holds the pictures with --images", folder);
        }
        try (Stream<Path> files = Files.walk(base, FileVisitOption.FOLLOW_LINKS)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> base.relativize(file).toString().replace(File.separatorChar, '/'))
                    .filter(name -> CALLED_SO.matcher(name).find() || look(base.resolve(name)).equals(SOUND)).sorted().toList();
        } catch (IOException | UncheckedIOException e) {
            throw new UserError(folder + ": cannot be listed: " + e.getMessage(), e);
        }
    }

    /**
     * {@return whether there is such a file}
     *
     * @param name below the folder; one that this system's files cannot have is none
     */
    public boolean holds(String name) {
        try {
            return Files.isRegularFile(folder.resolve(name));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** A name may hold line breaks, or halves of characters. */
    private static String oneLine(String name) {
        return name.replaceAll("\\p{Cntrl}|\\p{Cs}", "?");
    }

    private static String look(Path path) {
        String file = oneLine(path.toString());
        if (Files.isDirectory(path)) {
            return file + ": a folder, not a picture";
        }
        if (!Files.exists(path)) {
            return file + ": no such picture: give the folder that holds the pictures with --images";
        }
        if (!Files.isRegularFile(path)) {
            return file + ": a device or a pipe, not a picture";
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] first = in.readNBytes(ImageFile.FIRST_BYTES);
            return ImageFile.isPicture(first) ? SOUND
                    : file + ": is " + (first.length == 0 ? "empty" : "no picture of a known kind")
                    + ": fetch it again, or convert it";
        } catch (IOException e) {
            return file + ": you may not read this picture: change its permissions";
        }
    }
}
