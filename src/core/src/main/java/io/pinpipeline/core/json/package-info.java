/** Reading JSON from bytes in one pass, without a tree, a copy or an exception. */
@NullMarked
package io.pinpipeline.core.json;

import org.jspecify.annotations.NullMarked;
