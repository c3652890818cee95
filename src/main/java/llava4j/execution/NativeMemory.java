package llava4j.execution;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import llava4j.error.UserError;
import org.bytedeco.javacpp.Pointer;

/**
 * How much the arrays of a model may take.
 *
 * <p>ND4J's arrays lie outside the Java heap and have limits of their own, which follow {@code -Xmx} unless they are set.
 * What one would get wrong: to raise {@code -Xmx} for a large model gives the heap what the arrays need.
 */
public final class NativeMemory {

    private static final double GIGABYTE = 1 << 30;
    private static final double MEGABYTE = 1 << 20;
    private static final int WAIT_MS = 200;
    private static final String PROCESS_LIMIT = "org.bytedeco.javacpp.maxphysicalbytes";
    private static final String PROCESS_LIMIT_TOO = "org.bytedeco.javacpp.maxPhysicalBytes";

    private NativeMemory() {
    }

    /**
     * Lets a model's mapped file be as large as it is. To be called before anything of ND4J: its binding has a limit on the
     * whole process as well as one on arrays, and counts the pages of files that the system holds for it. Frozen 16-bit
     * weights are such pages; a file larger than half the machine could not be used. The limit on arrays stays, and so does
     * one on the process that is asked for.
     */
    public static void mappedFilesDoNotCount() {
        if (System.getProperty(PROCESS_LIMIT) == null && System.getProperty(PROCESS_LIMIT_TOO) == null) {
            System.setProperty(PROCESS_LIMIT, "0");
        }
    }

    /**
     * Looks before anything is loaded whether all of it has room.
     *
     * @param directory the model, named in the message
     * @param shapes    of the float32 arrays to come
     * @throws UserError with the options to start Java with, if it has not
     */
    public static void check(Path directory, Map<String, long[]> shapes) {
        long needed = 0;
        for (long[] shape : shapes.values()) {
            long bytes = Float.BYTES;
            for (long dimension : shape) {
                bytes *= dimension;
            }
            needed += bytes;
        }
        if (needed > room()) {
            release();
        }
        long room = room();
        if (needed > room) {
            // Room that others of this process have taken comes on top
            long ask = (long) Math.ceil((1.5 * needed + Pointer.totalBytes()) / GIGABYTE);
            throw UserError.of("%s: its weights take %s, but this Java has %s left for arrays: start it with "
                    + "-Dorg.bytedeco.javacpp.maxbytes=%dg -Dorg.bytedeco.javacpp.maxphysicalbytes=%dg", directory,
                    inWords(needed), inWords(Math.max(0, room)), ask, ask + 2);
        }
    }

    private static String inWords(long bytes) {
        return bytes < GIGABYTE ? String.format(Locale.ROOT, "%.0f MB", bytes / MEGABYTE)
                : String.format(Locale.ROOT, "%.1f GB", bytes / GIGABYTE);
    }

    /**
     * Hands back what graphs and models that are done with hold: they hold native memory until Java's collector finds them,
     * and it comes late, for it sees only their small Java side.
     */
    public static void release() {
        System.gc();
        try {
            Thread.sleep(WAIT_MS);      // the collector's finds are freed by another thread
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        trim();
    }

    /**
     * Hands back what reading a model took and does not need any more, such as the rules of its tokenizer as a tree. Java takes
     * a sixty-fourth of the machine as its first heap and fills that before it cleans up; told to clean up here, it goes on
     * with a heap of the size that it needs.
     */
    public static void afterReading() {
        System.gc();
        trim();
    }

    /**
     * Has the C library hand back what is free. It keeps what was freed for later, in pieces that do not always fit: after
     * two thousand training steps a tenth of the process. On Linux; elsewhere nothing is done.
     */
    public static void trim() {
        if (Platform.isLinux()) {
            NativeLibrary.getInstance("c").getFunction("malloc_trim").invokeInt(new Object[] {0L});
        }
    }

    private static long room() {
        return Math.min(left(Pointer.maxBytes(), Pointer.totalBytes()),
                left(Pointer.maxPhysicalBytes(), Pointer.physicalBytes()));
    }

    /** A limit of 0 is none. */
    private static long left(long limit, long taken) {
        return limit <= 0 ? Long.MAX_VALUE : limit - taken;
    }
}
