package llava4j.teacher;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import llava4j.endpoint.ChatEndpoint;
import llava4j.error.UserError;

/**
 * Every raw reply, a line of JSON each, on the disk before the next is waited for: a run that is killed has lost nothing
 * that was paid for.
 *
 * <p>The last line may be torn where a run was killed while writing it; it is cut off and that reply asked for again.
 * A reply is found by a fingerprint of all that it depends on, so one to another prompt or model is not taken for it.
 */
final class ReplyLog implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final FileChannel channel;
    private final Map<String, Teacher.Reply> replies = new HashMap<>();

    private ReplyLog(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Opens the log, and makes it if need be.
     *
     * @param resume whether replies may be in it already
     * @throws UserError if there are and they should not be, if it is no such log, or if another run is writing it
     */
    static ReplyLog open(Path file, boolean resume) {
        try {
            if (!resume && Files.exists(file) && Files.size(file) > 0) {
                throw UserError.of("%s holds the replies of an earlier run: --resume goes on with them, or remove the file",
                        file);
            }
            Files.createDirectories(file.toAbsolutePath().getParent());
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            ReplyLog log = new ReplyLog(file, channel);
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
        for (int line = 1; start < bytes.length; line++) {
            int end = start;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            try {
                JsonNode reply = JSON.readTree(new String(bytes, start, end - start, StandardCharsets.UTF_8));
                if (!reply.path("key").isTextual() || !reply.path("reply").isTextual()) {
                    throw UserError.of("%s, line %d: not a reply that make-data wrote: choose another --out", file, line);
                }
                replies.putIfAbsent(reply.get("key").asText(), new Teacher.Reply(reply.get("reply").asText(),
                        !reply.path("finish").asText().equals("length")));
            } catch (JsonProcessingException e) {
                if (end < bytes.length) {
                    throw UserError.of("%s, line %d: not valid JSON: remove that line", file, line);
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

    /** The reply to what has this fingerprint, if it is here. */
    synchronized Optional<Teacher.Reply> find(String key) {
        return Optional.ofNullable(replies.get(key));
    }

    /** Adds a reply and returns when it is on the disk. */
    synchronized Teacher.Reply add(String key, Request request, String model, ChatEndpoint.Answer answer) {
        ObjectNode line = JSON.createObjectNode().put("key", key).put("id", request.id()).put("model", model)
                .put("finish", answer.finish()).put("tokens", answer.tokens()).put("reply", answer.text());
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.write(JSON.writeValueAsBytes(line));
            bytes.write('\n');
            write(bytes.toByteArray());
            channel.force(false);
        } catch (IOException e) {
            throw new UserError(file + ": a reply cannot be written: is the disk full?", e);
        }
        Teacher.Reply reply = new Teacher.Reply(answer.text(), !answer.finish().equals("length"));
        replies.put(key, reply);
        return reply;
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UserError(file + ": cannot be closed", e);
        }
    }
}
