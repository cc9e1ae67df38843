/** How parameters begin. */
@NullMarked
package dev.kindling.nn.init;

import org.jspecify.annotations.NullMarked;
