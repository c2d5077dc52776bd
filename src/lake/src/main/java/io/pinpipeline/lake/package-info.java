/** Delta tables on local disk and S3. */
@NullMarked
package io.pinpipeline.lake;

import org.jspecify.annotations.NullMarked;
