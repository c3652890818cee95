package llava4j.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A failure in one line")
class FailureLineTest {

    @Test
    @DisplayName("names --micro-batch and --batch where the memory does not suffice, however deep that lies under others")
    void outOfMemory() {
        for (Throwable failure : List.of(new OutOfMemoryError("Java heap space"),
                new IllegalStateException(new CompletionException(new OutOfMemoryError("physicalBytes = 400M"))),
                new RuntimeException("std::bad_alloc"))) {
            String line = FailureLine.of(failure);
            assertTrue(line.contains("--micro-batch") && line.contains("--batch"), line);
            assertFalse(line.contains("defect"), line);
        }
        assertTrue(FailureLine.of(new IllegalStateException("something else")).contains("defect"));
    }
}
