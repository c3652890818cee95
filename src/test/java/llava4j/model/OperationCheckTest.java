package llava4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import llava4j.execution.Nd4jVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class OperationCheckTest {

    @TempDir
    Path folder;

    @Test
    void theOperationWhoseResultIsAnotherTellsItsNameAndTheOneThatReadsIt() throws IOException {
        Path record = folder.resolve("operations.bin");
        OperationCheck.main(new String[] {"record", record.toString()});
        Map<String, INDArray> arrays = Recorded.read(record);
        arrays.get("loss").addi(1);
        Recorded.write(record, arrays);

        Path log = folder.resolve("log.txt");
        OperationCheck.main(new String[] {"compare", record.toString(), log.toString()});

        List<String> wrong = Files.readAllLines(log).stream().filter(line -> !line.startsWith("begin ")
                && !line.endsWith(" 0.0e+00") && !line.equals("all")).map(line -> line.split(" ")[0]).toList();
        // M1.1 sums the loss before it differentiates, single number though it is; in M2.1 nothing reads it
        assertEquals(Nd4jVersion.isM11() ? List.of("reduce_mean", "reduce_sum") : List.of("reduce_mean"), wrong);
    }

    @Test
    void aResultThatIsNoNumberIsInfinitelyFar() {
        assertEquals(Double.POSITIVE_INFINITY, Recorded.difference(Nd4j.createFromArray(1f, Float.NaN),
                Nd4j.createFromArray(1f, 2f)));
        assertEquals(0.25, Recorded.difference(Nd4j.createFromArray(1f, 3f), Nd4j.createFromArray(1f, 4f)));
    }
}
