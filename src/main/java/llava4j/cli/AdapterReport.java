package llava4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import llava4j.lora.Adapter;
import llava4j.lora.LowRank;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What an adapter adds: which layers at which rank, which tensors it brings in full, and how many parameters that is. */
final class AdapterReport {

    private AdapterReport() {
    }

    static String text(Path place, Adapter adapter) {
        StringBuilder text = new StringBuilder(place + ": LoRA adapter\n");
        adapter.modules().forEach((module, lowRank) -> text.append(String.format(Locale.ROOT,
                "%-56s rank %-4d alpha %-7s scale %-9.6g %,11d parameters%n", module, lowRank.rank(), plain(lowRank.alpha()),
                lowRank.scale(), lowRank.parameters())));
        adapter.replaced().forEach((name, array) -> text.append(String.format(Locale.ROOT, "%-56s in full %-24s %,11d parameters%n",
                name, Arrays.toString(array.shape()), array.length())));
        return text.append(String.format(Locale.ROOT, "%d layers, %d tensors in full, dropout %s, %,d parameters",
                adapter.modules().size(), adapter.replaced().size(), plain(adapter.dropout()), adapter.parameters())).toString();
    }

    static ObjectNode json(Adapter adapter) {
        ObjectNode root = new ObjectMapper().createObjectNode().put("kind", "lora_adapter")
                .put("parameters", adapter.parameters()).put("dropout", adapter.dropout());
        ObjectNode modules = root.putObject("modules");
        adapter.modules().forEach((module, lowRank) -> modules.set(module, json(lowRank)));
        ObjectNode full = root.putObject("in_full");
        adapter.replaced().forEach((name, array) -> shape(full, name, array));
        return root;
    }

    private static ObjectNode json(LowRank lowRank) {
        return new ObjectMapper().createObjectNode().put("rank", lowRank.rank()).put("alpha", lowRank.alpha())
                .put("scale", lowRank.scale()).put("in", lowRank.a().size(1)).put("out", lowRank.b().size(0))
                .put("parameters", lowRank.parameters());
    }

    private static void shape(ObjectNode into, String name, INDArray array) {
        Arrays.stream(array.shape()).forEach(into.putArray(name)::add);
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }
}
