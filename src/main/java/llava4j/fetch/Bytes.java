package llava4j.fetch;

import java.util.Locale;

/** Sizes as the hub's pages write them: decimal, a kB being 1000 bytes. */
public final class Bytes {

    private Bytes() {
    }

    /**
     * {@return a size in words}
     *
     * @param bytes 0 or more
     */
    public static String text(long bytes) {
        return bytes >= 1_000_000_000 ? String.format(Locale.ROOT, "%.2f GB", bytes / 1e9)
                : bytes >= 1_000_000 ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
                : bytes >= 1_000 ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3) : bytes + " bytes";
    }
}
