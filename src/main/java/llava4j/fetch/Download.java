package llava4j.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import llava4j.error.UserError;

/**
 * One file's way from the hub to its place, resumable at any byte.
 *
 * <p>The content grows in {@code NAME.part}; beside it {@code NAME.part.etag} says which content it is the beginning of: the
 * checksum that the hub lists and the ETag that the server gave. A later run asks for the rest alone ({@code Range}), on
 * condition that the content is still the same ({@code If-Range}), and begins anew if it is not. Only when the whole has the
 * right checksum is it renamed. What one would get wrong: a server may ignore {@code Range} and answer 200 with the whole,
 * and who appends that has a file of the right length at some time, and of wrong content for ever.
 */
final class Download {

    private static final int BUFFER = 1 << 16;
    private static final int WRONG_CONTENTS = 2;
    private static final Pattern PART = Pattern.compile("bytes (\\d+)-\\d+/(\\d+|\\*)");

    /**
     * Where a file comes from.
     *
     * @param address of its content
     * @param refused says in words what a refusal means
     */
    record Source(URI address, HubConnection.Refused refused) {
    }

    private final HubSettings settings;
    private final HubConnection connection;
    private final FetchListener listener;
    private final Source source;
    private final HubFile file;
    private final Path place;
    private final Path part;
    private final Path mark;
    /** The most bytes that any try has reached: a server that ignores Range and breaks off must not be asked for ever. */
    private long farthest;

    Download(HubSettings settings, HubConnection connection, FetchListener listener, Source source, HubFile file, Path place) {
        this.settings = settings;
        this.connection = connection;
        this.listener = listener;
        this.source = source;
        this.file = file;
        this.place = place;
        part = place.resolveSibling(place.getFileName() + ".part");
        mark = place.resolveSibling(place.getFileName() + ".part.etag");
    }

    /** {@return whether the file is at its place already, with the right checksum} */
    boolean isWhole() throws IOException {
        return Files.isRegularFile(place) && Files.size(place) == file.size() && file.checksum().matches(place);
    }

    /** {@return the bytes that an earlier run has left, of this content} */
    long here() throws IOException {
        return Files.isRegularFile(part) && marked().get(0).equals(file.checksum().hex())
                ? Math.min(Files.size(part), file.size()) : 0;
    }

    /**
     * Fetches what is missing and puts the file in its place.
     *
     * @throws UserError   if the hub refuses, the network fails too often, or the content is wrong again and again
     * @throws IOException if the disk fails
     */
    void run() throws IOException {
        Files.createDirectories(place.getParent());
        long here = here();
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            lock(channel);
            channel.truncate(here);
            for (int wrong = 1; ; wrong++) {
                Attempts attempts = new Attempts(settings, listener);
                farthest = channel.size();
                attempts.at(place.toString(), () -> transfer(channel, attempts));
                channel.force(true);
                if (file.checksum().matches(part)) {
                    break;
                }
                listener.received(-channel.size());
                channel.truncate(0);
                if (wrong == WRONG_CONTENTS) {
                    throw UserError.of("%s: arrived %d times with another %s checksum than the hub lists, so it is not kept: "
                            + "something between here and the hub changes it (a proxy, a mirror): try another way", place,
                            wrong, file.checksum().kind());
                }
            }
        }
        Files.move(part, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.deleteIfExists(mark);
    }

    private void lock(FileChannel channel) throws IOException {
        try {
            // A byte that the file never has: Windows lets nobody read what is locked, not even for the checksum
            if (channel.tryLock(Long.MAX_VALUE - 1, 1, false) != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            // Held by this very process: the same to the user
        }
        throw UserError.of("%s: another fetch is writing it: wait for it, or choose another --out", part);
    }

    /** Appends what comes until the file is whole; true, or an exception. */
    private boolean transfer(FileChannel channel, Attempts attempts) throws IOException {
        long have = channel.size();
        if (have == file.size()) {
            return true;
        }
        HttpResponse<InputStream> response = connection.get(source.refused(), source.address(), condition(have));
        try (InputStream body = connection.body(response)) {
            if (!goesOn(response, have)) {
                listener.received(-have);
                channel.truncate(0);
                have = 0;
                if (response.statusCode() != 200) {
                    throw new IOException("the server sends another part than it was asked for");
                }
            }
            Files.write(mark, List.of(file.checksum().hex(), response.headers().firstValue("ETag").orElse("")));
            channel.position(have);
            byte[] buffer = new byte[BUFFER];
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                if (have + read > file.size()) {
                    listener.received(-have);
                    channel.truncate(0);
                    throw new IOException("the server sends more than the " + file.size() + " bytes that the hub lists");
                }
                append(channel, ByteBuffer.wrap(buffer, 0, read));
                have += read;
                listener.received(read);
                if (have > farthest) {
                    farthest = have;
                    attempts.advanced();
                }
            }
        }
        if (have < file.size()) {
            throw new IOException("after " + have + " of " + file.size() + " bytes");
        }
        return true;
    }

    /** A full disk must not look like a broken connection, which is tried again. */
    private void append(FileChannel channel, ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new UserError(part + ": cannot be written (" + e.getMessage() + "): what has arrived is kept; make room and "
                    + "give the same command again", e);
        }
    }

    private Map<String, String> condition(long have) throws IOException {
        Map<String, String> headers = new HashMap<>();
        if (have > 0) {
            headers.put("Range", "bytes=" + have + "-");
            String etag = marked().get(1);
            // A weak ETag allows for other bytes, so the standard does not let it guard a range; the checksum does
            if (!etag.isEmpty() && !etag.startsWith("W/")) {
                headers.put("If-Range", etag);
            }
        }
        return headers;
    }

    /** Whether an answer is the rest of what is here. */
    private boolean goesOn(HttpResponse<?> response, long have) {
        if (response.statusCode() != 206) {
            return have == 0 && response.statusCode() == 200;
        }
        Matcher range = PART.matcher(response.headers().firstValue("Content-Range").orElse(""));
        return range.matches() && range.group(1).equals(String.valueOf(have))
                && (range.group(2).equals("*") || range.group(2).equals(String.valueOf(file.size())));
    }

    /** Checksum and ETag of what the part is the beginning of; empty texts where nothing says so. */
    private List<String> marked() throws IOException {
        List<String> lines = Files.isRegularFile(mark) ? Files.readAllLines(mark) : List.of();
        return lines.size() == 2 ? lines : List.of("", "");
    }
}
