/** The example of {@code docs/adding-a-layer.md}. */
@NullMarked
package dev.kindling.nn.guide;

import org.jspecify.annotations.NullMarked;
