/** The half of the embedded S3 server that sees s3proxy. */
@NullMarked
package io.pinpipeline.local.s3proxy;

import org.jspecify.annotations.NullMarked;
