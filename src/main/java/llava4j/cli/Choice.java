package llava4j.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * An option that takes one of a few words: those that the help shows, in small letters with hyphens.
 *
 * <p>What one would get wrong: picocli by itself lists the names that stand in the code, {@code AS_STORED} beside
 * {@code as-stored}.
 *
 * @param <E> the option's type
 */
final class Choice<E extends Enum<E>> implements ITypeConverter<E> {

    private final E[] choices;

    private Choice(Class<E> type) {
        choices = type.getEnumConstants();
    }

    /** Has a command line, with all its commands, read options of this type so. */
    static <E extends Enum<E>> void register(CommandLine line, Class<E> type) {
        line.registerConverter(type, new Choice<>(type));
    }

    @Override
    public E convert(String text) {
        return Arrays.stream(choices).filter(choice -> word(choice).equals(word(text))).findFirst()
                .orElseThrow(() -> new TypeConversionException("expected " + Arrays.stream(choices).map(Choice::word)
                        .collect(Collectors.joining(" or ")) + ", but was '" + text + "'"));
    }

    private static String word(Enum<?> choice) {
        return word(choice.name());
    }

    private static String word(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
