/**
 * A trained model on the web: the interface of OpenAI's chat, for programs, and a page to talk on, for people.
 */
package llava4j.serve;
