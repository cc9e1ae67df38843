/** Tests of activations. */
@NullMarked
package dev.kindling.nn.activation;

import org.jspecify.annotations.NullMarked;
