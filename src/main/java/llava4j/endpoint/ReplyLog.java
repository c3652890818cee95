package llava4j.endpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import llava4j.endpoint.ChatEndpoint.Answer;
import llava4j.error.UserError;
import llava4j.json.Fields;
import llava4j.json.JsonText;

/**
 * Every raw reply, a line of JSON each, on the disk before the next is waited for: a run that is killed has lost nothing
 * that was paid for.
 *
 * <p>A reply is found by the key of all that it depends on, so one to another prompt or model is not taken for it. What one
 * would get wrong: the last line may be torn where a run was killed while writing it. It is cut off, and that reply asked
 * for again; but only if it is the beginning of such a line, for the file may be somebody's notes.
 */
public final class ReplyLog implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BEGINNING = "{\"key\":";

    private final Path file;
    private final String textField;
    private final FileChannel channel;
    private final Map<String, Answer> replies = new HashMap<>();

    private ReplyLog(Path file, String textField, FileChannel channel) {
        this.file = file;
        this.textField = textField;
        this.channel = channel;
    }

    /**
     * Opens the log, and makes it if need be.
     *
     * @param file      JSON lines
     * @param textField of a line, which holds what the model said
     * @return the log with the replies that are in it
     * @throws UserError if it is no such log, or if another run is writing it
     */
    public static ReplyLog open(Path file, String textField) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            ReplyLog log = new ReplyLog(file, textField, channel);
            try {
                log.lock();
                log.read();
                return log;
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UserError(file + ": cannot be opened for writing: choose another --out", e);
        }
    }

    /** {@return whether it holds no reply yet} */
    synchronized boolean isEmpty() {
        return replies.isEmpty();
    }

    /**
     * {@return whether a file begins as such a log does, so that it must not be written over}
     *
     * @param file may be missing
     */
    public static boolean isOne(Path file) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (var in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(BEGINNING.length()), BEGINNING.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UserError(file + ": cannot be read: choose another --out", e);
        }
    }

    private void lock() throws IOException {
        boolean locked;
        try {
            locked = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            locked = false;
        }
        if (!locked) {
            throw UserError.of("%s: another run is writing it: wait for it, or choose another --out", file);
        }
    }

    private void read() throws IOException {
        byte[] bytes = Channels.newInputStream(channel).readAllBytes();
        int start = 0;
        for (int number = 1; start < bytes.length; number++) {
            int end = start;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            byte[] line = Arrays.copyOfRange(bytes, start, end);
            try {
                read(JsonText.object(file + ", line " + number, line));
            } catch (UserError e) {
                String torn = new String(line, StandardCharsets.UTF_8);
                if (end < bytes.length || !torn.startsWith(BEGINNING) && !BEGINNING.startsWith(torn)) {
                    throw new UserError(e.getMessage() + "; this is no line of an endpoint's replies: choose another --out, or "
                            + "remove the line", e);
                }
                channel.truncate(start);
                break;
            }
            if (end == bytes.length) {
                write(new byte[] {'\n'});
            }
            start = end + 1;
        }
        channel.position(channel.size());
    }

    private void read(Fields line) {
        replies.putIfAbsent(line.words("key"), new Answer(line.text(textField), line.optionalText("finish").orElse("stop"), 0));
    }

    /**
     * {@return the reply to what has this key, if it is here}
     *
     * @param key of all that the reply depends on
     */
    public synchronized Optional<Answer> find(String key) {
        return Optional.ofNullable(replies.get(key));
    }

    /**
     * Adds a reply and returns when it is on the disk.
     *
     * @param key    of all that the reply depends on
     * @param answer the reply
     * @param line   what else its line tells, without the key
     * @throws UserError if it cannot be written
     */
    synchronized void add(String key, Answer answer, ObjectNode line) {
        ObjectNode whole = JSON.createObjectNode().put("key", key);
        whole.setAll(line);
        whole.put("finish", answer.finish()).put("tokens", answer.tokens()).put(textField, answer.text());
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.write(JSON.writeValueAsBytes(whole));
            bytes.write('\n');
            write(bytes.toByteArray());
            channel.force(false);
        } catch (IOException e) {
            throw new UserError(file + ": a reply cannot be written: is the disk full?", e);
        }
        replies.put(key, answer);
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** A log that nothing was written to is removed. */
    @Override
    public void close() {
        try {
            if (channel.size() == 0) {
                Files.deleteIfExists(file);
            }
            channel.close();
        } catch (IOException e) {
            throw new UserError(file + ": cannot be closed", e);
        }
    }
}
