/** From raw records to clean columns: the rules, the rejections, the cleaner. */
@NullMarked
package io.pinpipeline.core.clean;

import org.jspecify.annotations.NullMarked;
