package llava4j.json;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import llava4j.error.UserError;

/**
 * A pointer that Git LFS leaves where a file itself was not fetched: three lines of text in the place of the weights.
 *
 * <p>What one would get wrong: to call it a damaged file, for which one fetches the pointer again.
 */
public final class GitLfs {

    /** As many bytes of a file are enough to tell. */
    public static final int FIRST_BYTES = 64;

    private static final String START = "version https://git-lfs";

    private GitLfs() {
    }

    /**
     * Refuses such a pointer.
     *
     * @param file  named in the message
     * @param start its first bytes, {@link #FIRST_BYTES} or fewer where it is shorter
     * @throws UserError if they are those of a pointer
     */
    public static void refusePointer(Path file, byte[] start) {
        if (new String(start, StandardCharsets.ISO_8859_1).startsWith(START)) {
            throw UserError.of("%s: is a pointer of Git LFS, not the file itself: fetch it with \"git lfs pull\"", file);
        }
    }
}
