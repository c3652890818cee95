package llava4j.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The processor's cores")
class ThreadsTest {

    private static final int SMOLLM2 = 576;
    private static final int VICUNA_7B = 4096;

    @Test
    @DisplayName("take a part of the batch each, one thread an operation, unless the model is very wide")
    void rowsSideBySide() {
        assumeTrue(Threads.cores() > 1, "one core has nothing to share out");
        assertEquals(2, Math.min(2, Threads.parts(SMOLLM2, 4)));
        assertEquals(1, Threads.ofAnOperation(SMOLLM2, 2));
        assertEquals(1, Threads.parts(VICUNA_7B, 4), "a second set of gradients would be 27 GB");
    }

    @Test
    @DisplayName("work together on an operation of a wide model where there is a single row")
    void oneRow() {
        assumeTrue(System.getenv("OMP_NUM_THREADS") == null, "the environment decides");
        assertEquals(1, Threads.parts(SMOLLM2, 1));
        assertEquals(Threads.cores(), Threads.ofAnOperation(SMOLLM2, 1));
        assertEquals(1, Threads.ofAnOperation(Threads.WIDE - 1, 1), "a small operation is not worth handing over");
    }

    @Test
    @DisplayName("do a small model's batch that has no equal parts in one part and one thread, and any batch in as many parts as asked")
    void split() {
        assumeTrue(System.getenv("OMP_NUM_THREADS") == null, "the environment decides");
        assertEquals(new Threads.Split(1, 1), Threads.split(Threads.WIDE - 1, 1, 0));
        assertEquals(new Threads.Split(4, 1), Threads.split(SMOLLM2, 8, 4));
        assertEquals(new Threads.Split(1, 1), Threads.split(VICUNA_7B, 8, 1), "whatever the machine");
    }

    @Test
    @DisplayName("run one operation each while several work side by side, and as before when the last has ended")
    void alone() {
        int before = Threads.ofOperations();
        CyclicBarrier together = new CyclicBarrier(3);
        Set<Integer> seen = ConcurrentHashMap.newKeySet();
        Threads.each(3, (thread, threads) -> {
            await(together);
            seen.add(Threads.ofOperations());
            seen.add(Threads.now());
        });
        assertEquals(Set.of(1), seen);
        assertEquals(before, Threads.ofOperations());
    }

    @Test
    @DisplayName("are as before after a thread has failed, whose exception is thrown on")
    void failure() {
        int before = Threads.ofOperations();
        IllegalStateException failure = new IllegalStateException("one of the threads failed");
        assertSame(failure, assertThrows(IllegalStateException.class, () -> Threads.each(2, (thread, threads) -> {
            if (thread == 1) {
                throw failure;
            }
        })));
        assertEquals(before, Threads.ofOperations());
    }

    @Test
    @DisplayName("share a batch in equal parts: six rows are three parts of two on four cores")
    void equalParts() {
        assertEquals(3, Threads.equal(6, 4));
        assertEquals(1, Threads.equal(7, 4));
        assertEquals(4, Threads.equal(32, 4));
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
