/** Tests of layers. */
@NullMarked
package dev.kindling.nn.layers;

import org.jspecify.annotations.NullMarked;
