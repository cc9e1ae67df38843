/** Tests of files. */
@NullMarked
package dev.kindling.nn.io;

import org.jspecify.annotations.NullMarked;
