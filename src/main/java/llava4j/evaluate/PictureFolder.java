package llava4j.evaluate;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import llava4j.error.Faults;
import llava4j.error.UserError;

/**
 * Whether all the pictures that an exam names are there: asked before a model is loaded, since loading may take minutes and
 * answering hours.
 */
public final class PictureFolder {

    private PictureFolder() {
    }

    /**
     * Looks for each picture.
     *
     * @param folder where the pictures lie
     * @param names  file names below {@code folder}
     * @throws UserError naming the pictures that are not there, or lie outside the folder
     */
    public static void require(Path folder, Collection<String> names) {
        if (!names.isEmpty() && !Files.isDirectory(folder)) {
            throw UserError.of("%s: no such folder: give the folder that holds the pictures with --images", folder);
        }
        Faults faults = new Faults();
        Path base = folder.toAbsolutePath().normalize();
        for (String name : names) {
            if (!holds(folder, name)) {
                faults.add(folder + ": no picture \"" + name + "\": give the folder that holds it with --images");
            } else if (!base.resolve(name).normalize().startsWith(base)) {
                faults.add("picture \"" + name + "\" lies outside " + folder + ": data files may name pictures of their own "
                        + "folder only");
            }
        }
        faults.raise();
    }

    /**
     * {@return whether there is such a file}
     *
     * @param folder where it may lie
     * @param name   below the folder; one that this system's files cannot have is none
     */
    public static boolean holds(Path folder, String name) {
        try {
            return Files.isRegularFile(folder.resolve(name));
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
