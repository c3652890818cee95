package llava4j.docs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Chinese text beside the English one that it translates, part by part in the same order.
 *
 * <p>A part begins with {@code <!-- translates 1a2b3c4d -->}: the first eight digits of the SHA-256 of the English part. When the
 * English changes, its key is no longer there, and the part is out of date until someone has read it again and changed the mark.
 * {@code notebooks/translation.py} reads the same marks when it makes a Chinese notebook.
 *
 * @param file  with the Chinese text
 * @param parts in the order of the file
 */
record Translation(Path file, List<Part> parts) {

    private static final Pattern MARK = Pattern.compile("(?m)^<!-- translates ([0-9a-f]{8}) -->$");
    private static final int SHOWN = 50;

    /** A Chinese part and the key of the English one that it was made from. */
    record Part(String key, String text) {
    }

    /** An English part; {@code place} says where it stands, for messages. */
    record Source(String place, String text) {

        String key() {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
                return HexFormat.of().formatHex(digest, 0, 4);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static Translation of(Path file) throws IOException {
        return of(file, Files.readString(file));
    }

    static Translation of(Path file, String text) {
        List<Part> parts = new ArrayList<>();
        Matcher mark = MARK.matcher(text);
        boolean more = mark.find();
        while (more) {
            String key = mark.group(1);
            int start = mark.end();
            more = mark.find();
            parts.add(new Part(key, text.substring(start, more ? mark.start() : text.length()).strip()));
        }
        return new Translation(file, parts);
    }

    /** What is missing, out of date or left over, each in one line; empty when all parts belong together. */
    List<String> drift(List<Source> english) {
        List<String> keysOfEnglish = english.stream().map(Source::key).toList();
        List<String> keys = parts.stream().map(Part::key).toList();
        List<String> faults = new ArrayList<>();
        int e = 0;
        int c = 0;
        while (e < english.size() || c < parts.size()) {
            if (e < english.size() && c < parts.size() && keysOfEnglish.get(e).equals(keys.get(c))) {
                e++;
                c++;
                continue;
            }
            boolean unknown = c < parts.size() && !keysOfEnglish.contains(keys.get(c));
            boolean absent = e < english.size() && !keys.contains(keysOfEnglish.get(e));
            if (unknown && absent) {
                faults.add(file + ": " + english.get(e).place() + " has changed; read \"" + begin(parts.get(c).text())
                        + "\" again, then change its mark from " + keys.get(c) + " to " + keysOfEnglish.get(e));
                e++;
                c++;
            } else if (absent || c == parts.size()) {
                faults.add(file + ": " + english.get(e).place() + " (\"" + begin(english.get(e).text())
                        + "\") is not translated; its key is " + keysOfEnglish.get(e));
                e++;
            } else {
                faults.add(file + ": \"" + begin(parts.get(c).text()) + "\" (" + keys.get(c)
                        + ") is left over, or not in the order of the English");
                c++;
            }
        }
        return faults;
    }

    private static String begin(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
    }
}
