package exercises;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.Method;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Waits for each test until it has used ten seconds of processor time, or five minutes of anyone's.
 *
 * <p>Processor time, since a busy machine is no fault of the student's. Java cannot end a thread, so one that loops is
 * left behind; the tests after it are not begun.
 */
public final class Patience implements InvocationInterceptor {

    private static final long PROCESSOR = TimeUnit.SECONDS.toNanos(10);
    private static final long ALTOGETHER = TimeUnit.MINUTES.toNanos(5);
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private boolean lost;

    @Override
    public void interceptTestMethod(Invocation<Void> test, ReflectiveInvocationContext<Method> method,
            ExtensionContext context) throws Throwable {
        if (lost) {
            test.skip();
            throw new AssertionError("not run, because a test before it never ended");
        }
        Throwable[] problem = new Throwable[1];
        Thread thread = new Thread(() -> {
            try {
                test.proceed();
            } catch (Throwable t) {
                problem[0] = t;
            }
        });
        thread.setDaemon(true);
        thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
        long begin = System.nanoTime();
        thread.start();
        do {
            thread.join(50);
            lost = thread.isAlive() && (threads.getThreadCpuTime(thread.getId()) > PROCESSOR
                    || System.nanoTime() - begin > ALTOGETHER);
        } while (thread.isAlive() && !lost);
        if (lost) {
            thread.setPriority(Thread.MIN_PRIORITY);
            throw new AssertionError("your code is still running after " + TimeUnit.NANOSECONDS.toSeconds(PROCESSOR)
                    + " seconds of processor time: does a loop never end?");
        }
        if (problem[0] != null) {
            throw problem[0];
        }
    }
}
