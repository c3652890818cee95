package llava4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

@DisplayName("A number on the command line")
class RangeTest {

    private static final Set<Class<?>> NUMBERS = Set.of(int.class, Integer.class, long.class, Long.class, double.class,
            Double.class);
    /** Any seed will do; --stage and --table are a choice of two, and say so themselves. */
    private static final Set<String> WITHOUT_RANGE = Set.of("--seed", "--seeds", "--stage", "--table");

    @Test
    @DisplayName("has a range in every command")
    void everyNumberHasARange() {
        List<String> without = new ArrayList<>();
        int[] found = {0};
        look(new CommandLine(new Main()), without, found);
        assertEquals(List.of(), without);
        assertTrue(found[0] > 30, "only " + found[0] + " number options found");
    }

    private static void look(CommandLine command, List<String> without, int[] found) {
        for (OptionSpec option : command.getCommandSpec().options()) {
            Class<?> type = option.isMultiValue() ? option.auxiliaryTypes()[0] : option.type();
            if (NUMBERS.contains(type) && !option.typeInfo().isMap()) {
                found[0]++;
                if (!WITHOUT_RANGE.contains(option.longestName()) && (option.converters().length == 0
                        || !(option.converters()[0] instanceof Range))) {
                    without.add(command.getCommandSpec().qualifiedName() + " " + option.longestName());
                }
            }
        }
        command.getSubcommands().values().forEach(sub -> look(sub, without, found));
    }

    @Test
    @DisplayName("out of its range is refused, NaN and Infinity too")
    void outOfRange() throws Exception {
        refused(new Range.Rate(), "-1e-3", "0", "-0.0", "NaN", "Infinity", "-Infinity", "1e400", "1e-400", "", "much");
        refused(new Range.Temperature(), "-0.1", "NaN", "Infinity");
        refused(new Range.Share(), "0", "1.01", "-1", "NaN");
        refused(new Range.Count(), "0", "-1", "2147483648", "1.5", "NaN");
        refused(new Range.CountOrNone(), "-1");
        refused(new Range.LongCount(), "0", "9223372036854775808");
        refused(new Range.BatchSize(), "0", "2147483647");
        refused(new Range.Steps(), "0", "2147483647");
        refused(new Range.StepsOrNone(), "-1", "2147483647");
        refused(new Range.Parallel(), "0", "257");
        assertEquals(1e-3, new Range.Rate().convert("1e-3"));
        assertEquals(0, new Range.Temperature().convert("0"));
        assertEquals(1, new Range.Share().convert("1"));
    }

    private static void refused(ITypeConverter<?> range, String... texts) {
        for (String text : texts) {
            TypeConversionException refusal = assertThrows(TypeConversionException.class, () -> range.convert(text));
            assertTrue(refusal.getMessage().contains("need a"), refusal.getMessage());
        }
    }
}
