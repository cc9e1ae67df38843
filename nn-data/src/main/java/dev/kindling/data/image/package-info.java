/** Images from files: decoding, resizing, folders of them, and a cache. */
@NullMarked
package dev.kindling.data.image;

import org.jspecify.annotations.NullMarked;
