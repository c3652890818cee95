package llava4j.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The checksum that a server lists for a file: SHA-256 of the content where the hub keeps the file by Git LFS, git's own name
 * of the content where it keeps it in git itself, SHA-512 in npm's registry.
 *
 * <p>What one would get wrong: git's name is not the SHA-1 of the content but of {@code "blob " + length + NUL + content}.
 *
 * @param kind how it is computed
 * @param hex  in lower case
 */
public record Checksum(Kind kind, String hex) {

    /** How a checksum is computed. */
    public enum Kind {
        /** SHA-256 of the content. */
        SHA_256("SHA-256", 64),
        /** SHA-1 of git's header and the content. */
        GIT_BLOB("SHA-1", 40),
        /** SHA-512 of the content, as npm lists it. */
        SHA_512("SHA-512", 128);

        private final String algorithm;
        private final int digits;

        Kind(String algorithm, int digits) {
            this.algorithm = algorithm;
            this.digits = digits;
        }

        /**
         * {@return whether a text can be a checksum of this kind}
         *
         * @param hex what the hub lists
         */
        boolean fits(String hex) {
            return hex.matches("[0-9a-f]{" + digits + "}");
        }

        /** {@return a digest of this kind that has seen nothing yet} */
        MessageDigest digest() {
            try {
                return MessageDigest.getInstance(algorithm);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has " + algorithm, e);
            }
        }
    }

    private static final int BUFFER = 1 << 20;

    /**
     * {@return whether a file has this checksum}
     *
     * @param file read from beginning to end
     * @throws IOException if it cannot be read
     */
    boolean matches(Path file) throws IOException {
        MessageDigest digest = kind.digest();
        if (kind == Kind.GIT_BLOB) {
            digest.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.US_ASCII));
        }
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest()).equals(hex);
    }
}
