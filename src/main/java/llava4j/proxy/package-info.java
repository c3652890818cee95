/**
 * The way out of a network that has a proxy, read from the environment once for everything that connects.
 */
package llava4j.proxy;
