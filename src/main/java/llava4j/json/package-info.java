/**
 * JSON as it comes from others: read strictly, once, in one place, so that every command refuses the same faults in the
 * same words.
 */
package llava4j.json;
