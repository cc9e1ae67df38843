/**
 * Fetching data files, when a program says so: nothing else in the library opens a connection. A file is downloaded
 * over HTTPS, taken up again where it broke off, and under its own name only once its SHA-256 fits.
 */
@NullMarked
package dev.kindling.data.download;

import org.jspecify.annotations.NullMarked;
