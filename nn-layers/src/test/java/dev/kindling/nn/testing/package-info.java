/** What tests of several packages share. */
@NullMarked
package dev.kindling.nn.testing;

import org.jspecify.annotations.NullMarked;
