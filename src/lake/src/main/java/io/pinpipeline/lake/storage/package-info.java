/** The one door to files and objects, on local disk and S3. */
@NullMarked
package io.pinpipeline.lake.storage;

import org.jspecify.annotations.NullMarked;
