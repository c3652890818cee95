package llava4j.execution;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Which ND4J this is: 1.0.0-M1.1, or on Apple silicon, for which M1.1 has no binary, 1.0.0-M2.1.
 *
 * <p>The rest of the code is the same for both, and right on both. What asks here is what only one of them needs: finding names
 * for operations ({@link FreeNames}), which takes M1.1 minutes, and silence while a graph is differentiated
 * ({@link RepeatableGradient}), which M2.1 does not keep.
 */
public final class Nd4jVersion {

    /** As ND4J's own jar says it. */
    public static final String NAME = name();

    private Nd4jVersion() {
    }

    /** {@return whether this is 1.0.0-M1.1} */
    public static boolean isM11() {
        return NAME.equals("1.0.0-M1.1");
    }

    private static String name() {
        Properties jar = new Properties();
        try (InputStream in = Nd4j.class.getResourceAsStream("/META-INF/maven/org.nd4j/nd4j-api/pom.properties")) {
            jar.load(in);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return jar.getProperty("version");
    }
}
