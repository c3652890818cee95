package llava4j.execution;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs an operation in a native context that is made once. ND4J else makes one for each call, which another thread frees some
 * time later: a training run of two thousand steps grew by a quarter that way, and does not grow with this.
 */
public final class KeptContext {

    private final OpContext context = Nd4j.getExecutioner().buildContext();

    /**
     * Runs an operation on these arrays.
     *
     * @param operation gives the name and the arguments that are no arrays
     * @param inputs    in the operation's order
     * @param outputs   written over; an input may be among them
     */
    public void run(DynamicCustomOp operation, INDArray[] inputs, INDArray[] outputs) {
        context.purge();          // it keeps everything that was ever set, until it is told to forget
        for (int i = 0; i < inputs.length; i++) {
            context.setInputArray(i, inputs[i]);
        }
        for (int i = 0; i < outputs.length; i++) {
            context.setOutputArray(i, outputs[i]);
        }
        context.setTArguments(operation.tArgs());
        context.setIArguments(operation.iArgs());
        Nd4j.exec(operation, context);
    }
}
