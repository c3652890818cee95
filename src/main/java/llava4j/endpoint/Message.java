package llava4j.endpoint;

/**
 * One message of a conversation with an endpoint.
 *
 * @param role    {@code system}, {@code user} or {@code assistant}
 * @param content the text
 */
public record Message(String role, String content) {
}
