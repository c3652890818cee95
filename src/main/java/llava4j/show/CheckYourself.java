package llava4j.show;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Says whether a reader's answer is right, without the right one standing in the cell: only its digest does.
 *
 * <p>What one would get wrong: a check that computes the answer shows, in the same cell, how it is computed.
 */
public final class CheckYourself {

    private static final int SHOWN = 8;

    private CheckYourself() {
    }

    /**
     * {@return what a reader is told of an answer: that it is missing, right, or not right and where to look}
     *
     * @param yours  the reader's answer, {@code null} while there is none
     * @param digest of the right one, from {@link #digest}
     * @param hint   what is said to a wrong one
     */
    public static String of(Object yours, String digest, String hint) {
        if (yours == null) {
            return "Write your answer in place of null and run the cell again.";
        }
        return digest(yours).equals(digest) ? "Right: " + yours + "." : "Not " + yours + ". " + hint;
    }

    /**
     * {@return the first digits of an answer's SHA-256; numbers that are equal have the same, and so have texts that differ in
     * capitals or in the space around them}
     *
     * @param answer a number or a text
     */
    public static String digest(Object answer) {
        String text = answer instanceof Number number ? String.format(Locale.ROOT, "%.4f", number.doubleValue())
                : String.valueOf(answer).strip().toLowerCase(Locale.ROOT);
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, SHOWN);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
