/** What is asked of the clean tables: one composite a question, and the join that they share. */
@NullMarked
package io.pinpipeline.transforms.query;

import org.jspecify.annotations.NullMarked;
