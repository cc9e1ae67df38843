/**
 * File formats: NumPy's {@code .npy} and {@code .npz}, IDX, tables. Every reader checks what a header claims against
 * the bytes that are there before it takes memory for it, and reports what is wrong as a {@link
 * dev.kindling.nd.DataFormatException}.
 */
@NullMarked
package dev.kindling.data.format;

import org.jspecify.annotations.NullMarked;
