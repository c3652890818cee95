package llava4j.teacher;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import llava4j.endpoint.Message;

/**
 * What the teacher is told: a system message, solved examples, and the context of the picture in question.
 *
 * <p>As in the paper's Table 13: each example is an exchange of its own, context from the user and reply from the
 * assistant, so that the teacher goes on in the same form. The texts lie in the resources beside this class.
 */
public final class TeacherPrompt {

    private static final Map<InstructionKind, List<Message>> BEGINNINGS = new EnumMap<>(InstructionKind.class);
    private static final String DIVIDER = "\n-----\n";

    static {
        for (InstructionKind kind : InstructionKind.values()) {
            BEGINNINGS.put(kind, beginning(kind));
        }
    }

    private TeacherPrompt() {
    }

    /**
     * {@return all messages that ask for one sample of the kind: system message, examples, the picture in question}
     *
     * @param kind    of the sample
     * @param context the picture in words, captions and boxes
     */
    public static List<Message> messages(InstructionKind kind, String context) {
        List<Message> messages = new ArrayList<>(BEGINNINGS.get(kind));
        messages.add(new Message("user", context));
        return messages;
    }

    private static List<Message> beginning(InstructionKind kind) {
        List<Message> messages = new ArrayList<>();
        messages.add(new Message("system", resource(kind + "/system.txt")));
        for (int i = 1; i <= (kind == InstructionKind.CONVERSATION ? 2 : 3); i++) {
            String[] example = resource(kind + "/example-" + i + ".txt").split(DIVIDER);
            messages.add(new Message("user", example[0].strip()));
            messages.add(new Message("assistant", example[1].strip()));
        }
        return List.copyOf(messages);
    }

    static String resource(String name) {
        try (InputStream in = TeacherPrompt.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + name + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n").strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
