package llava4j.serve;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.server.HttpConnection;
import org.eclipse.jetty.util.BufferUtil;

/**
 * The connection on which a client waits for its answer: whether it is still open, found out without sending anything.
 *
 * <p>That a client has hung up shows in a read that meets the end of its stream, and while it waits nobody reads. So one byte is
 * read here. What one would get wrong: there may be such a byte, the first of the client's next request; it is put back where
 * the server looks for requests. A client that closes only its sending half counts as gone, as it does with nginx.
 */
final class ClientConnection {

    /** Thrown where an answer is awaited that nobody wants any more. */
    static final class Closed extends IOException {
        Closed() {
            super("the client has hung up");
        }
    }

    private final HttpConnection connection;

    private ClientConnection(HttpConnection connection) {
        this.connection = connection;
    }

    /** The connection whose request this thread handles; the request's body has been read to its end. */
    static ClientConnection current() {
        return new ClientConnection(HttpConnection.getCurrentConnection());
    }

    /** @throws Closed if the client has hung up */
    void checkOpen() throws IOException {
        if (!connection.isRequestBufferEmpty()) {
            return;                             // the next request has arrived, so somebody is there
        }
        ByteBuffer one = BufferUtil.allocate(1);
        int read = connection.getEndPoint().fill(one);
        if (read < 0) {
            throw new Closed();
        }
        if (read > 0) {
            connection.onUpgradeTo(one);        // Jetty's name for: these bytes come before all that is read from now on
        }
    }
}
