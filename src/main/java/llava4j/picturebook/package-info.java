/**
 * The picture book: a second world that is painted by code and known exactly, of recognisable things in everyday English.
 */
package llava4j.picturebook;
