/** The chapters' command line: {@code ./run CHAPTER}. Each chapter is a package of its own. */
@NullMarked
package dev.kindling.examples;

import org.jspecify.annotations.NullMarked;
