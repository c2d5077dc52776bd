/** What happens to data: composite transforms that know no input, no output and no engine. */
@NullMarked
package io.pinpipeline.transforms;

import org.jspecify.annotations.NullMarked;
