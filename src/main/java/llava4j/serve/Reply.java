package llava4j.serve;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import llava4j.generate.Assistant.Answer;

/**
 * The way of an answer from the thread that decodes to the one that sends it.
 *
 * <p>The decoding thread never waits for a client: pieces lie here until they are fetched, and they are as few as the answer
 * has tokens. The other way goes one word, that nobody wants the rest.
 */
final class Reply {

    /**
     * What the sender is told next.
     *
     * @param piece   of the answer's text, or {@code null}
     * @param answer  the whole, after its last piece, or {@code null}
     * @param failure what came instead, or {@code null}
     */
    record Event(String piece, Answer answer, Throwable failure) {
    }

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final long arrived = System.nanoTime();
    private final long deadline;
    private volatile boolean left;
    private volatile long firstPiece;

    /** @param patience nanoseconds from now until the answer is over */
    Reply(long patience) {
        deadline = arrived + patience;
    }

    void piece(String text) {
        firstPiece = firstPiece != 0 ? firstPiece : System.nanoTime();
        events.add(new Event(text, null, null));
    }

    void done(Answer answer) {
        events.add(new Event(null, answer, null));
    }

    void failed(Throwable failure) {
        events.add(new Event(null, null, failure));
    }

    /** The next event, or {@code null} after that many milliseconds without one. */
    Event next(long milliseconds) throws InterruptedException {
        return events.poll(milliseconds, TimeUnit.MILLISECONDS);
    }

    /** The client is gone. */
    void leave() {
        left = true;
    }

    /** Whether the client is gone. */
    boolean isLeft() {
        return left;
    }

    /** Whether its time is over. */
    boolean isLate() {
        return System.nanoTime() - deadline > 0;
    }

    /** Whether decoding has to stop. */
    boolean isGivenUp() {
        return left || isLate();
    }

    /** Seconds from arrival to the first piece, or NaN as long as there is none. */
    double secondsToFirstPiece() {
        return firstPiece == 0 ? Double.NaN : (firstPiece - arrived) / 1e9;
    }

    /** Seconds since arrival. */
    double seconds() {
        return (System.nanoTime() - arrived) / 1e9;
    }
}
