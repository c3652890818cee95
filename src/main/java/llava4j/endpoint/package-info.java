/**
 * The part that GPT-4 plays in the paper, as teacher (section 3), judge (5.1) and solver (5.2): a language model behind an
 * endpoint that speaks OpenAI's protocol.
 */
package llava4j.endpoint;
