package llava4j.fetch;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A server says that it cannot answer now, but may later. */
final class Unavailable extends IOException {

    private static final long serialVersionUID = 1;

    private final transient Optional<Duration> pause;

    /**
     * @param message in words
     * @param pause   that the server asks for, if it does
     */
    Unavailable(String message, Optional<Duration> pause) {
        super(message);
        this.pause = pause;
    }

    Optional<Duration> pause() {
        return pause;
    }
}
