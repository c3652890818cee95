package llava4j.bundle;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * The zip that is being written.
 *
 * <p>All entries have the same date, so that the same content gives the same bytes. Archives and pictures are stored as they are:
 * packing them once more costs a minute and saves nothing. What one would get wrong: Java's own zip writer does not know which files
 * may be executed, and a {@code mvn} that may not be is of no use after unpacking.
 */
final class Pack implements Closeable {

    /** All lies in one folder of this name. */
    static final String TOP = "llava4j-class/";

    private static final LocalDateTime DATE = LocalDateTime.of(2026, 1, 1, 0, 0);
    private static final Set<String> PACKED_ALREADY = Set.of("jar", "whl", "zip", "png", "jpg", "gif", "webp");
    private static final int PLAIN = 0100644;
    private static final int EXECUTABLE = 0100755;

    private final ZipArchiveOutputStream zip;
    private int files;
    private long bytes;

    Pack(Path file) throws IOException {
        zip = new ZipArchiveOutputStream(file.toFile());
        zip.setEncoding(StandardCharsets.UTF_8.name());
    }

    /** {@return how many files are in it} */
    int files() {
        return files;
    }

    /** {@return the bytes of these files, unpacked} */
    long bytes() {
        return bytes;
    }

    /** Adds a text. */
    void add(String name, String text) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        begin(name, PLAIN);
        zip.write(content);
        end(content.length);
    }

    /** Adds a file as it is. */
    void add(String name, Path file) throws IOException {
        begin(name, Files.isExecutable(file) && isScript(file) ? EXECUTABLE : PLAIN);
        end(Files.copy(file, zip));
    }

    /** Adds what lies in a folder of an archive, but for the names that are left out. */
    void addAll(String name, Path archive, String folder, Set<String> without) throws IOException {
        try (ZipFile from = new ZipFile(archive.toFile())) {
            List<ZipArchiveEntry> entries = Collections.list(from.getEntries());
            for (ZipArchiveEntry entry : entries) {
                if (entry.isDirectory() || !entry.getName().startsWith(folder)
                        || without.contains(entry.getName().substring(folder.length()))) {
                    continue;
                }
                begin(name + entry.getName().substring(folder.length()),
                        (entry.getUnixMode() & 0111) != 0 ? EXECUTABLE : PLAIN);
                try (InputStream in = from.getInputStream(entry)) {
                    end(in.transferTo(zip));
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }

    private void begin(String name, int mode) throws IOException {
        ZipArchiveEntry entry = new ZipArchiveEntry(TOP + name);
        entry.setTime(DATE.atZone(ZoneId.systemDefault()).toInstant().toEpochMilli());
        entry.setUnixMode(mode);
        zip.setLevel(PACKED_ALREADY.contains(name.substring(name.lastIndexOf('.') + 1)) ? Deflater.NO_COMPRESSION
                : Deflater.DEFAULT_COMPRESSION);
        zip.putArchiveEntry(entry);
    }

    private void end(long length) throws IOException {
        zip.closeArchiveEntry();
        files++;
        bytes += length;
    }

    /** Some file systems call every file executable: then the first two letters tell. */
    private static boolean isScript(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(2), StandardCharsets.ISO_8859_1).equals("#!");
        }
    }
}
