@NullMarked
package dev.kindling.walls;

import org.jspecify.annotations.NullMarked;
