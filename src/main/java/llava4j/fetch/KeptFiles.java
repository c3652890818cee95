package llava4j.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import llava4j.error.UserError;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The few files of a package's archive that are kept, and one checksum over them all.
 *
 * <p>The checksum is SHA-256 over each file's path, a zero byte and the SHA-256 of its content, in the order of the paths. It
 * says without the archive whether all that was unpacked is still here. What one would get wrong: an archive may name
 * {@code ../x}, {@code /x} or a link to either, and who unpacks what it says writes where it says; here that ends the whole.
 */
final class KeptFiles {

    private static final String TOP = "package/";

    private KeptFiles() {
    }

    /**
     * Unpacks the files that are chosen.
     *
     * @param archive gzipped tar whose entries lie below {@code package/}, as npm packs them
     * @param folder  where they go, without {@code package/}
     * @param chosen  by their paths
     * @throws UserError   if the archive names anything that would lie outside the folder, or a link
     * @throws IOException if it cannot be read, or the folder not written
     */
    static void unpack(Path archive, Path folder, Predicate<String> chosen) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(Files.newInputStream(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.isDirectory()) {
                    continue;
                }
                Path place = HubFile.below(folder, entry.getName().startsWith(TOP) ? entry.getName().substring(TOP.length())
                        : entry.getName());
                if (!entry.isFile() || entry.isLink() || entry.isSymbolicLink()) {
                    throw UserError.of("%s: \"%s\" in it is no plain file: nothing more is unpacked; do not trust this archive",
                            archive, entry.getName().replaceAll("\\p{Cntrl}", "?"));
                }
                if (chosen.test(place.subpath(folder.getNameCount(), place.getNameCount()).toString().replace('\\', '/'))) {
                    Files.createDirectories(place.getParent());
                    Files.copy(tar, place, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    /**
     * {@return the checksum over some files; of those that are not there, nothing counts}
     *
     * @param folder where they lie
     * @param paths  with slashes, below the folder
     * @throws IOException if one cannot be read
     */
    static String checksum(Path folder, List<String> paths) throws IOException {
        MessageDigest all = Checksum.Kind.SHA_256.digest();
        for (String path : new TreeSet<>(paths)) {
            Path file = folder.resolve(path);
            if (Files.isRegularFile(file)) {
                all.update((path + "\0").getBytes(StandardCharsets.UTF_8));
                try (InputStream in = Files.newInputStream(file)) {
                    all.update(Checksum.Kind.SHA_256.digest().digest(in.readAllBytes()));
                }
            }
        }
        return HexFormat.of().formatHex(all.digest());
    }
}
