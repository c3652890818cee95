package llava4j.support;

import llava4j.execution.BlasKernels;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Has every test multiply matrices as the commands do, whichever class is the first to touch ND4J. */
public class ChosenKernels implements BeforeAllCallback {

    @Override
    public void beforeAll(ExtensionContext context) {
        BlasKernels.choose();
    }
}
