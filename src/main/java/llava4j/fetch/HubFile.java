package llava4j.fetch;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import llava4j.error.UserError;

/**
 * A file as the hub lists it.
 *
 * <p>The path comes from a server, so where it leads is checked before anything is written: {@code ../x} or an absolute
 * path would overwrite files outside the folder that the user gave.
 *
 * @param path     in the repository, with slashes
 * @param size     bytes
 * @param checksum of its content
 */
public record HubFile(String path, long size, Checksum checksum) {

    private static final List<String> NO_NAMES = List.of("", ".", "..");

    /**
     * {@return the file's place below a folder}
     *
     * @param folder given by the user
     * @throws UserError if the path does not name a file below the folder, on this or on another operating system
     */
    Path below(Path folder) {
        return below(folder, path);
    }

    /**
     * {@return the place below a folder of a file that a server or an archive names}
     *
     * @param folder given by the user
     * @param path   with slashes
     * @throws UserError if the path does not name a file below the folder, on this or on another operating system
     */
    static Path below(Path folder, String path) {
        boolean plain = path.chars().noneMatch(c -> c < ' ' || c == '\\' || c == ':')
                && Arrays.stream(path.split("/", -1)).noneMatch(NO_NAMES::contains);
        Path place = plain ? folder.resolve(path).normalize() : folder;
        if (place.equals(folder) || !place.startsWith(folder.normalize())) {
            throw UserError.of("the server lists a file named \"%s\", which would lie outside %s: nothing is fetched; do not "
                    + "trust what it offers", path.replaceAll("\\p{Cntrl}", "?"), folder);
        }
        return place;
    }

    /** {@return whether the file lies at the top of the repository, in no folder} */
    boolean atTop() {
        return path.indexOf('/') < 0;
    }
}
