/** Other libraries doing what Kindling does, timed in turns with it. */
@NullMarked
package dev.kindling.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
