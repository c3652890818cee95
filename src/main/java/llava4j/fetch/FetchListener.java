package llava4j.fetch;

import java.time.Duration;

/** Hears how far a download is. */
public interface FetchListener {

    /** Hears nothing. */
    FetchListener SILENT = new FetchListener() { };

    /**
     * What is going to be downloaded.
     *
     * @param bytes of all files that are not here yet, those of earlier runs counted
     * @param here  bytes of these that an earlier run has left
     * @param files how many
     */
    default void begin(long bytes, long here, int files) {
    }

    /**
     * A file's turn has come.
     *
     * @param file the file
     */
    default void file(HubFile file) {
    }

    /**
     * Bytes have arrived, or, where the number is negative, have to be downloaded again.
     *
     * @param bytes since the last call
     */
    default void received(long bytes) {
    }

    /**
     * A try failed and another one follows.
     *
     * @param reason in words
     * @param pause  before the next try
     */
    default void waiting(String reason, Duration pause) {
    }
}
