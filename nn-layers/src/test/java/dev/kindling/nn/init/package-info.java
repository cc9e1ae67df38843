/** Tests of initializers. */
@NullMarked
package dev.kindling.nn.init;

import org.jspecify.annotations.NullMarked;
