package io.pinpipeline.transforms.query;

import java.util.List;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/**
 * One question, asked of the parts of posts. What several questions are asked of is better joined
 * once, by {@link Answers}.
 *
 * <pre>{@code
 * clean
 *     .apply(PostParts.of(List.of(Question.TOP_CATEGORY_BY_COUNTRY), 1))
 *     .apply(TopCategoryByCountry.create())
 * }</pre>
 *
 * <p>A post counts where all that the question needs of it is known: a post without a user record
 * has a category and a country, and no age group. Of what is tied all is in the answer.
 */
public abstract class Query
    extends PTransform<PCollection<KV<Integer, CodedBlock>>, PCollection<Answer>> {

  private final Question question;

  Query(Question question) {
    this.question = question;
  }

  Question question() {
    return question;
  }

  @Override
  public final PCollection<Answer> expand(PCollection<KV<Integer, CodedBlock>> parts) {
    return parts.apply(question.title(), Answers.to(List.of(question)));
  }
}
