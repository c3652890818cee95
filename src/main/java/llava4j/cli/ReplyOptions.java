package llava4j.cli;

import llava4j.endpoint.EndpointSettings;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * How an endpoint's replies are drawn.
 *
 * <p>Either may be left to the server, and then is not sent at all: some models take their own temperature alone, and some
 * servers do not know {@code max_completion_tokens}.
 */
final class ReplyOptions {

    private static final String SERVER = "server";
    private static final double HIGHEST = 2;
    private static final int MOST = 1_000_000;

    @Option(names = "--temperature", paramLabel = "T|server",
            description = "Endpoint: temperature from 0 to 2, or server for the server's own (default: teacher the server's "
                    + "own, judge 0.2, solver 0).")
    private String temperature;

    @Option(names = "--reply-tokens", paramLabel = "N|server",
            description = "Endpoint: most tokens of a reply, or server for the server's own limit (default: teacher the "
                    + "server's own, judge and solver 1024).")
    private String replyTokens;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /**
     * The settings with these.
     *
     * @param usual     what is asked of whom
     * @param otherwise temperature where the option is not given; {@code null} for the server's own
     * @param most      tokens of a reply where the option is not given; {@code null} for the server's own
     */
    EndpointSettings in(EndpointSettings usual, Double otherwise, Integer most) {
        return usual.with(temperature(otherwise), replyTokens(most));
    }

    private Double temperature(Double otherwise) {
        if (temperature == null || isServer(temperature)) {
            return temperature == null ? otherwise : null;
        }
        try {
            double value = Double.parseDouble(temperature);
            if (value >= 0 && value <= HIGHEST) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below, as of a number out of range
        }
        throw new ParameterException(spec.commandLine(), "--temperature " + temperature
                + ": need a number from 0 to 2, or server for the server's own");
    }

    private Integer replyTokens(Integer otherwise) {
        if (replyTokens == null || isServer(replyTokens)) {
            return replyTokens == null ? otherwise : null;
        }
        if (!replyTokens.matches("\\d{1,7}") || Integer.parseInt(replyTokens) < 1 || Integer.parseInt(replyTokens) > MOST) {
            throw new ParameterException(spec.commandLine(), "--reply-tokens " + replyTokens
                    + ": need a whole number from 1 to " + MOST + ", or server for the server's own limit");
        }
        return Integer.parseInt(replyTokens);
    }

    private static boolean isServer(String value) {
        return value.equalsIgnoreCase(SERVER) || value.equalsIgnoreCase("server's own");
    }
}
