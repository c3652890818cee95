package llava4j.checkpoint;

import java.nio.file.Path;
import java.util.Map;
import llava4j.error.UserError;
import org.bytedeco.javacpp.Pointer;

/**
 * How much the arrays of a model may take.
 *
 * <p>ND4J's arrays lie outside the Java heap and have limits of their own, which follow {@code -Xmx} unless they are set.
 * What one would get wrong: to raise {@code -Xmx} for a large model gives the heap what the arrays need.
 */
final class NativeMemory {

    private static final double GIGABYTE = 1 << 30;

    private NativeMemory() {
    }

    /**
     * Looks before anything is loaded whether all of it has room.
     *
     * @param shapes of the float32 arrays to come
     * @throws UserError with the options to start Java with, if it has not
     */
    static void check(Path directory, Map<String, long[]> shapes) {
        long needed = 0;
        for (long[] shape : shapes.values()) {
            long bytes = Float.BYTES;
            for (long dimension : shape) {
                bytes *= dimension;
            }
            needed += bytes;
        }
        long room = Math.min(left(Pointer.maxBytes(), Pointer.totalBytes()),
                left(Pointer.maxPhysicalBytes(), Pointer.physicalBytes()));
        if (needed > room) {
            long ask = (long) Math.ceil(1.5 * needed / GIGABYTE);
            throw UserError.of("%s: its weights take %.1f GB, but this Java has %.1f GB for arrays: start it with "
                    + "-Dorg.bytedeco.javacpp.maxbytes=%dg -Dorg.bytedeco.javacpp.maxphysicalbytes=%dg", directory,
                    needed / GIGABYTE, Math.max(0, room) / GIGABYTE, ask, ask + 2);
        }
    }

    /** A limit of 0 is none. */
    private static long left(long limit, long taken) {
        return limit <= 0 ? Long.MAX_VALUE : limit - taken;
    }
}
